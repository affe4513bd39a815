// The words of words.h for units on their way, on scene and on duty.
#pragma once

#include <string>

#include "dispatch135/v1/decision.pb.h"
#include "dispatch135/v1/duty.pb.h"
#include "dispatch135/v1/progress.pb.h"

namespace dispatch135::dispatchctl {

// One line each, without a time before it.
std::string describe(const v1::AssignmentWarned& warned);
std::string describe(const v1::UnitChecked& checked);
std::string describe(const v1::RosterChanged& changed);
std::string describe(const v1::DutyChanged& changed);
std::string describe(const v1::DutyWarned& warned);

// "2026-11-23 07:00:00 UTC to 2026-11-23 15:00:00 UTC, breaks 11:00:00.000-11:30:00.000".
std::string describe(const v1::RosterShift& shift);

// "2 officers (Zhang 0123, Li 0456), vehicle SU B 1234, with shield, drone".
std::string describe(const v1::Crew& crew);

}  // namespace dispatch135::dispatchctl
