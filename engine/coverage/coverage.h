// How well a city is covered by its free units: what a dispatcher loses by sending one of them, and what he wins by
// moving one. Changed by one thread; whole numbers only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/city/city.h"
#include "engine/coverage/demand.h"
#include "engine/coverage/unit_cover.h"
#include "engine/coverage/zone_reach.h"
#include "engine/coverage/zones.h"
#include "engine/policy/coverage_rule.h"
#include "engine/road/live_roads.h"

namespace dispatch135::coverage {

class Coverage {
 public:
  // `city` and `roads` must outlive it. No unit covers yet, no call has been seen. Full strength is only kept when it
  // is asked for.
  Coverage(const policy::CoverageRule& rule, const city::City& city, const road::LiveRoads& roads, TimeMs now,
           bool with_full_strength = false);
  Coverage(const Coverage&) = delete;
  Coverage& operator=(const Coverage&) = delete;

  const policy::CoverageRule& rule() const { return rule_; }
  const Zones& zones() const { return zones_; }
  // Of the units that are free. The references below are good until this object goes.
  UnitCover& free_units() { return free_; }
  const UnitCover& free_units() const { return free_; }
  // Of all units on duty as if they were free, each at its post. Null: not kept.
  UnitCover* full_strength() { return full_ ? &*full_ : nullptr; }

  // Of a zone, in thousandths of the policy's weights.
  std::int64_t demand(ZoneIndex zone, std::size_t ring) const { return demand_.at(zone, ring); }
  // An incident was opened in this zone; its ring is an index into policy::kRingMinutes.
  void opened(ZoneIndex zone, std::size_t ring);
  // When the next part of the day begins. advance() is due then; earlier calls do nothing.
  TimeMs next_part() const { return calls_.next_part(); }
  void advance(TimeMs now);
  // After the times of the roads have changed.
  void roads_changed();
  // Takes over what another one has learned of calls. Both rules must have the same zones and parts of the day.
  void take_calls(const Coverage& other);

  // Loading is into one that was made for these roads, on which nobody covers.
  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("calls", x.calls_);
    if constexpr (Archive::kLoading) {
      if (!a.ok()) return;
      for (std::uint32_t zone = 0; zone < x.zones_.size(); ++zone) x.look_at_demand(ZoneIndex(zone));
    }
    a.derived("free", x.free_);
    if (x.full_) a.derived("full_strength", *x.full_);
  }

 private:
  void look_at_demand(ZoneIndex zone);

  const policy::CoverageRule rule_;
  const Zones zones_;
  ZoneReach reach_;
  ExpectedCalls calls_;
  Demand demand_;
  UnitCover free_;
  std::optional<UnitCover> full_;
};

}  // namespace dispatch135::coverage
