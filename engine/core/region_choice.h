// What the choice of units works with; of region_choice.cc, region_together.cc and the commands that name a unit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "engine/core/region.h"

namespace dispatch135::core {

// Who may be sent to the incident that was last weighed. Remembers the first units that it turned away: those that are
// near in a straight line.
class Region::Filter : public road::UnitFilter {
 public:
  struct PassedUnit {
    UnitIndex unit;
    v1::Passed::Reason reason;
  };
  Filter(const Region& region, const Incident& incident, std::size_t most_passed)
      : region_(region), incident_(incident), most_passed_(most_passed) {}
  bool accepts(UnitIndex unit, DurationMs& turnout) const override;
  DurationMs least_turnout() const override;
  const std::vector<PassedUnit>& passed() const { return passed_; }

 private:
  const Region& region_;
  const Incident& incident_;
  std::size_t most_passed_;
  mutable std::vector<PassedUnit> passed_;
};

// Whoever the function gives a turnout time for.
template <typename Turnout>
class TurnoutFilter : public road::UnitFilter {
 public:
  explicit TurnoutFilter(Turnout turnout) : turnout_(std::move(turnout)) {}
  bool accepts(UnitIndex unit, DurationMs& turnout) const override {
    const std::optional<DurationMs> time = turnout_(unit);
    if (time) turnout = *time;
    return time.has_value();
  }

 private:
  Turnout turnout_;
};

// The units that could take an entry of the plan, soonest first.
struct Region::Options {
  std::size_t entry = 0;
  std::vector<road::Found> found = {};
  std::vector<std::int64_t> scores = {};                        // Of each found: the least goes.
  DurationMs soonest_crossing = road::NearestSearch::kNoLimit;  // Of those of another district that were looked at.
  v1::Why why = {};
};

struct Region::Pick {
  UnitIndex unit;
  std::size_t entry = 0;
  DurationMs eta;
  const Options* options = nullptr;
};

// Lateness weighs so much more than time that one never buys the other, and a place without anybody more than any
// lateness.
inline constexpr std::int64_t kLatenessWeight = 1'000'000;
inline constexpr std::int64_t kMostForCover = 600'000;
inline constexpr std::int64_t kCostOfNobody = std::int64_t{1} << 54;

}  // namespace dispatch135::core
