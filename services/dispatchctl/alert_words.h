// Area orders and one-key alarms, in words for a terminal.
#pragma once

#include <string>

#include "dispatch135/v1/decision.pb.h"

namespace dispatch135::dispatchctl {

// "area order 42 (weather/rain-7) tells 3 units to stand by; 1 confirmed; not yet: 7, 9; warned posts: 2".
std::string describe(const v1::AreaOrderState& state);
std::string describe(const v1::UnitTold& told);
std::string describe(const v1::AreaOrderConfirmed& confirmed);
std::string describe(const v1::PremiseChanged& changed);

// What an incident's own line says of its alarm and premise, with "; " before it; empty: it is no alarm.
std::string describe_alarm(const v1::Incident& incident);

}  // namespace dispatch135::dispatchctl
