// What neighbouring cities say to each other, in words.
#pragma once

#include <string>

#include "dispatch135/v1/neighbours.pb.h"

namespace dispatch135::dispatchctl {

// "region 320200 asks region 320500 for a unit (request 3): incident 42, medium, at 31.50000, 120.30000, if there
// within 690 s, ...".
std::string describe(const v1::NeighbourMessage& message);
// "; unit 21 Su 21 of region 320500 is under way (request 3)", to follow what an incident has of its own.
std::string describe(const v1::BorrowedUnit& borrowed);
// "; for region 320200, whose incident 42 it is (request 3)".
std::string describe(const v1::Loan& loan);

}  // namespace dispatch135::dispatchctl
