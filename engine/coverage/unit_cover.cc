#include "engine/coverage/unit_cover.h"

#include <algorithm>

#include "engine/base/check.h"

namespace dispatch135::coverage {
namespace {

constexpr PerRing<std::int64_t> kRingMs = {60'000, 180'000, 300'000};

// Zones x rings x demand x chance stays below 2^63.
static_assert(std::int64_t{Zones::kMost} * 3 * Demand::kMostMilli / 1'000 * (UnitCover::kSure / 1'000) <
              INT64_MAX / 1'000'000);

std::size_t counted(std::uint32_t units) { return std::min<std::size_t>(units, UnitCover::kMostCounted + 1); }

}  // namespace

UnitCover::UnitCover(std::uint32_t busy_permille, std::size_t zones, std::size_t units, ZoneReach& reach)
    : reach_(&reach), placed_(units), zones_(zones) {
  std::int64_t all_busy = kSure;
  for (std::size_t k = 0; k <= kMostCounted; ++k) {
    sure_[k] = kSure - all_busy;
    all_busy = all_busy * busy_permille / 1'000;
  }
  sure_[kMostCounted + 1] = sure_[kMostCounted];
  for (std::size_t k = 0; k < kMostCounted; ++k) with_last_[k + 1] = with_next_[k] = sure_[k + 1] - sure_[k];
}

// What the unit that goes next is worth here.
void UnitCover::price(Zone& at) const {
  std::int64_t leaving = 0;
  for (std::size_t ring = kRings; ring-- > 0;) {
    leaving += at.demand[ring] * with_last_[counted(at.units[ring])];
    at.leaving[ring] = leaving;
  }
}

void UnitCover::set_demand(ZoneIndex zone, std::size_t ring, std::int64_t milli) {
  D135_CHECK(milli >= 0 && milli <= Demand::kMostMilli, "demand is within its limits");
  Zone& at = zones_[zone.value()];
  const std::int64_t more = milli - at.demand[ring];
  if (more == 0) return;
  at.demand[ring] = milli;
  demand_[ring] += more;
  worth_[ring] += more * sure_[counted(at.units[ring])];
  if (at.units[ring] > 0) reached_[ring] += more;
  price(at);
}

UnitCover::Placed UnitCover::look(const Standing& standing) const {
  Placed placed;
  placed.placed = true;
  placed.standing = standing;
  const std::span<const ReachedZone> reached = reach_->from(standing.zone, standing.kind);
  for (std::size_t ring = 0; ring < kRings; ++ring) {
    const std::int64_t left_ms = kRingMs[ring] - standing.turnout.count;
    const auto beyond = std::upper_bound(reached.begin(), reached.end(), left_ms,
                                         [](std::int64_t ms, const ReachedZone& zone) { return ms < zone.ms; });
    placed.within[ring] = static_cast<std::size_t>(beyond - reached.begin());
  }
  placed.reached = reached.first(placed.within[kRings - 1]);
  return placed;
}

void UnitCover::count(const Placed& placed, bool add) {
  count_ += add ? 1 : -1;
  std::size_t i = 0;
  for (std::size_t first = 0; first < kRings; ++first) {
    for (; i < placed.within[first]; ++i) {
      Zone& at = zones_[placed.reached[i].zone.value()];
      for (std::size_t ring = first; ring < kRings; ++ring) {
        std::uint32_t& units = at.units[ring];
        const std::size_t k = counted(units);
        if (add) {
          worth_[ring] += at.demand[ring] * with_next_[k];
          if (units++ == 0) reached_[ring] += at.demand[ring];
        } else {
          worth_[ring] -= at.demand[ring] * with_last_[k];
          if (--units == 0) reached_[ring] -= at.demand[ring];
        }
      }
      price(at);
    }
  }
}

bool UnitCover::put(UnitIndex unit, const Standing& standing) {
  Placed& placed = placed_[unit.value()];
  if (placed.placed && placed.standing == standing) return false;
  take(unit);
  placed = look(standing);
  count(placed, true);
  return true;
}

bool UnitCover::take(UnitIndex unit) {
  Placed& placed = placed_[unit.value()];
  if (!placed.placed) return false;
  count(placed, false);
  placed = {};
  return true;
}

void UnitCover::recount() {
  count_ = 0;
  worth_ = {};
  reached_ = {};
  for (Zone& zone : zones_) {
    zone.units = {};
    price(zone);
  }
  for (Placed& placed : placed_) {
    if (!placed.placed) continue;
    placed = look(placed.standing);
    count(placed, true);
  }
}

std::int64_t UnitCover::loss(UnitIndex unit) const {
  const Placed& placed = placed_[unit.value()];
  if (!placed.placed) return 0;
  std::int64_t total = 0;
  std::size_t i = 0;
  for (std::size_t ring = 0; ring < kRings; ++ring) {
    for (; i < placed.within[ring]; ++i) total += zones_[placed.reached[i].zone.value()].leaving[ring];
  }
  return total;
}

std::int64_t UnitCover::gain(const Standing& standing) const {
  const Placed placed = look(standing);
  std::int64_t total = 0;
  std::size_t i = 0;
  for (std::size_t first = 0; first < kRings; ++first) {
    for (; i < placed.within[first]; ++i) {
      const Zone& at = zones_[placed.reached[i].zone.value()];
      for (std::size_t ring = first; ring < kRings; ++ring)
        total += at.demand[ring] * with_next_[counted(at.units[ring])];
    }
  }
  return total;
}

std::int64_t UnitCover::gain_of_move(UnitIndex unit, const Standing& to) {
  const Placed from = placed_[unit.value()];
  const std::int64_t lost = loss(unit);
  if (from.placed) count(from, false);
  const std::int64_t won = gain(to);
  if (from.placed) count(from, true);
  return won - lost;
}

}  // namespace dispatch135::coverage
