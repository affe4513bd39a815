// What there is to be covered: known places, streets, and the calls to be expected.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/time.h"
#include "engine/city/city.h"
#include "engine/coverage/zones.h"
#include "engine/policy/coverage_rule.h"
#include "engine/state/tracked.h"

namespace dispatch135::coverage {

using policy::kRings;
using policy::PerRing;

// Calls of a day by zone, ring and part of the day, learned from the incidents opened so far. A day counts less with
// each day that follows, so that an average forms which goes with the times; whole numbers by log time alone.
class ExpectedCalls {
 public:
  static constexpr std::int64_t kOne = 1'000'000;  // One call a day.
  // `now` begins the first part of the day.
  ExpectedCalls(const policy::CoverageRule& rule, std::size_t zones, TimeMs now);
  // True: another part of the day has begun, and what is expected is other than it was.
  bool advance(TimeMs now);
  TimeMs next_part() const;
  // An incident in this part of the day, its ring an index.
  void opened(ZoneIndex zone, std::size_t ring);
  // In this part of the day, in parts of kOne.
  std::int64_t expected(ZoneIndex zone, std::size_t ring) const { return calls_[index(part_of_day_, zone, ring)]; }

  // Loading is into one of the same rule and zones.
  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("part", x.part_);
    if constexpr (Archive::kLoading) {
      std::vector<std::int64_t> calls;
      a("calls", calls);
      if (!x.adopt(std::move(calls))) a.fail("calls of other zones, or more than there can be");
    } else {
      a("calls", x.calls_);
    }
  }

 private:
  std::size_t index(std::size_t part, ZoneIndex zone, std::size_t ring) const {
    return (part * zones_ + zone.value()) * kRings + ring;
  }
  std::int64_t part_at(TimeMs now) const;
  // False: they cannot be, or the part of the day cannot.
  bool adopt(std::vector<std::int64_t> calls);

  std::size_t zones_;
  std::int64_t parts_of_day_;
  std::int64_t offset_ms_;
  std::int64_t keep_permille_;
  std::int64_t part_;  // Counted since 1970 by local time.
  std::size_t part_of_day_;
  state::TrackedVector<std::int64_t> calls_;
};

class Demand {
 public:
  static constexpr std::int64_t kMostMilli = 30'000'000;  // Of one zone and ring; more is cut.
  // All must outlive it.
  Demand(const policy::CoverageRule& rule, const Zones& zones, const city::City& city, const ExpectedCalls& calls);
  // In thousandths of the policy's weights, 0-kMostMilli.
  std::int64_t at(ZoneIndex zone, std::size_t ring) const;

 private:
  const policy::CoverageRule* rule_;
  const ExpectedCalls* calls_;
  std::vector<PerRing<std::int64_t>> lasting_;  // Places and streets, by zone.
};

}  // namespace dispatch135::coverage
