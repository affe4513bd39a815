// How many units cover each zone, and what each of them is worth. Kept up to date unit by unit.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/coverage/demand.h"
#include "engine/coverage/zone_reach.h"

namespace dispatch135::coverage {

// Where a unit covers from.
struct Standing {
  ZoneIndex zone;
  road::TravelKind kind = road::TravelKind::kCar;
  DurationMs turnout;  // At least 0.
  bool operator==(const Standing&) const = default;

  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("zone", x.zone);
    a("kind", x.kind);
    a("turnout", x.turnout);
  }
};

// Worth is demand (thousandths of weights) times the chance that somebody who covers it is not busy, in parts of kSure:
// with k units 1 - q^k, so that the k-th of them adds (1-q) q^(k-1) (Daskin, "A Maximum Expected Covering Location
// Model", 1983; used for dispatching by Jagtenberg, Bhulai, van der Mei, 2015). A unit counts for the demand of a ring
// when turnout and travel are within the ring's minutes, so whoever is there within one minute counts for all three.
class UnitCover {
 public:
  static constexpr std::int64_t kSure = 1'000'000;
  static constexpr std::size_t kMostCounted = 32;  // Further units that cover the same add nothing.

  // `reach` must outlive it. No demand and no unit yet.
  UnitCover(std::uint32_t busy_permille, std::size_t zones, std::size_t units, ZoneReach& reach);

  void set_demand(ZoneIndex zone, std::size_t ring, std::int64_t milli);
  // Puts a unit there, from wherever it was. False: it stands there already, or stands nowhere.
  bool put(UnitIndex unit, const Standing& standing);
  bool take(UnitIndex unit);
  // The roads or the reach changed: what all units cover is worked out anew.
  void recount();

  bool stands(UnitIndex unit) const { return placed_[unit.value()].placed; }
  const Standing& standing(UnitIndex unit) const { return placed_[unit.value()].standing; }  // Only when it stands.
  // What would be lost if the unit left; 0 when it does not stand anywhere. One addition for each zone that it covers.
  std::int64_t loss(UnitIndex unit) const;
  // What one more unit would add there.
  std::int64_t gain(const Standing& standing) const;
  // What would be won (negative: lost) if the unit went there. Changes nothing in the end.
  std::int64_t gain_of_move(UnitIndex unit, const Standing& to);

  // Loading is into one in which nobody stands.
  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a.each("standings", x.placed_.size(), [&](std::size_t unit) {
      std::optional<Standing> standing;
      if (x.placed_[unit].placed) standing = x.placed_[unit].standing;
      a("standing", standing);
      if constexpr (Archive::kLoading) {
        if (!a.ok() || !standing) return;
        if (!x.can_stand(*standing)) return a.fail("a zone, kind of travel or turnout that cannot be");
        x.put(UnitIndex(static_cast<std::uint32_t>(unit)), *standing);
      }
    });
  }

  std::uint32_t units_covering(ZoneIndex zone, std::size_t ring) const { return zones_[zone.value()].units[ring]; }
  std::size_t units() const { return count_; }
  std::int64_t worth(std::size_t ring) const { return worth_[ring]; }      // Of what is covered now.
  std::int64_t reached(std::size_t ring) const { return reached_[ring]; }  // Demand that one unit at least covers.
  std::int64_t demand(std::size_t ring) const { return demand_[ring]; }
  std::int64_t worth() const { return worth_[0] + worth_[1] + worth_[2]; }
  std::int64_t demand() const { return demand_[0] + demand_[1] + demand_[2]; }

 private:
  struct Placed {
    bool placed = false;
    Standing standing;
    std::span<const ReachedZone> reached;  // Within five minutes less the turnout.
    PerRing<std::size_t> within = {};      // So many of them, the first ones, in each ring.
  };
  // One line of the cache: a unit that comes or goes changes hundreds of them.
  struct alignas(64) Zone {
    PerRing<std::int64_t> demand = {};
    PerRing<std::int64_t> leaving = {};  // What leaves with a unit that covers it from that ring on.
    PerRing<std::uint32_t> units = {};
  };
  Placed look(const Standing& standing) const;
  void count(const Placed& placed, bool add);
  void price(Zone& at) const;
  bool can_stand(const Standing& standing) const {
    return standing.zone.value() < zones_.size() && static_cast<std::size_t>(standing.kind) < road::kTravelKinds &&
           standing.turnout.count >= 0;
  }

  ZoneReach* reach_;
  // By the number of units, those beyond kMostCounted as one: that one of them is free, and how much that is more than
  // with one unit less, and less than with one more.
  std::array<std::int64_t, kMostCounted + 2> sure_ = {};
  std::array<std::int64_t, kMostCounted + 2> with_last_ = {};
  std::array<std::int64_t, kMostCounted + 2> with_next_ = {};
  std::vector<Placed> placed_;  // By unit.
  std::size_t count_ = 0;
  std::vector<Zone> zones_;
  PerRing<std::int64_t> worth_ = {};
  PerRing<std::int64_t> reached_ = {};
  PerRing<std::int64_t> demand_ = {};
};

}  // namespace dispatch135::coverage
