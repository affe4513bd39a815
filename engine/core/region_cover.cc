// How well the region is covered by its free units.
#include <utility>

#include "engine/core/region.h"
#include "engine/core/state_machines.h"

namespace dispatch135::core {
namespace {

std::uint32_t permille(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : static_cast<std::uint32_t>(part * 1'000 / whole);
}

}  // namespace

// With the policy. What was learned of calls stays when it still fits.
void Region::start_coverage() {
  const std::optional<policy::CoverageRule>& rule = policy_->coverage();
  if (!rule) {
    coverage_.reset();
    keep_or_end_moves();
    return;
  }
  auto next = std::make_unique<coverage::Coverage>(*rule, *city_, roads_, shared_->now, policy_->move_up().has_value());
  if (coverage_ && coverage_->rule().same_zones_and_parts(*rule)) next->take_calls(*coverage_);
  coverage_ = std::move(next);
  keep_or_end_moves();
  for (std::uint32_t i = 0; i < units_.size(); ++i) recount(UnitIndex(i));
  begin_part_of_day();
}

void Region::begin_part_of_day() {
  if (!coverage_) return;
  coverage_->advance(shared_->now);
  shared_->timers.set({coverage_->next_part(), TimerKind::kCoverPart, id_, 0});
}

// A unit covers while it is available, from where it stands on the road; one that is moved, from where it is moved to.
void Region::recount(UnitIndex index) {
  if (!coverage_) return;
  const Unit& unit = units_[index.value()];
  const city::UnitInfo& info = unit_infos_[index.value()];
  if (!coverage_->rule().covers(info.kind)) return;
  const DurationMs turnout = policy_->turnout(post_kinds_[index.value()]);
  if (coverage::UnitCover* full = coverage_->full_strength()) {
    if (is_free(unit.secondary) || is_assigned(unit.secondary)) {
      full->put(index, {coverage_->zones().of(*homes_[index.value()]), city::to_road(info.travel_kind), turnout});
    } else {
      full->take(index);
    }
  }
  bool changed = false;
  if (unit.primary() == v1::UNIT_PRIMARY_STATUS_AVAILABLE && on_road_.placed(index)) {
    const CoverMove* move = std::as_const(moves_).of(index);
    const coverage::ZoneIndex zone =
        move != nullptr && move->ordered ? move->zone : coverage_->zones().of(on_road_.point(index));
    changed = coverage_->free_units().put(index, {zone, on_road_.kind(index), turnout});
  } else {
    changed = coverage_->free_units().take(index);
  }
  cover_changed_ = cover_changed_ || changed;
}

// That an incident was opened there teaches where calls are to be expected.
void Region::learn(const Incident& incident) {
  if (!coverage_) return;
  const std::int64_t deadline_ms = incident.response.deadline.count;
  if (const auto zone = coverage_->zones().at(incident.position)) {
    coverage_->opened(*zone, policy::ring_index(deadline_ms));
  }
}

void Region::fill(v1::CoverageTotals& out) const {
  const coverage::UnitCover& cover = coverage_->free_units();
  for (std::size_t ring = 0; ring < policy::kRings; ++ring) {
    v1::RingCoverage& shown = *out.add_rings();
    shown.set_ring_min(policy::kRingMinutes[ring]);
    shown.set_demand_milli(static_cast<std::uint64_t>(cover.demand(ring)));
    shown.set_reached_permille(permille(cover.reached(ring), cover.demand(ring)));
    shown.set_expected_permille(permille(cover.worth(ring) / coverage::UnitCover::kSure, cover.demand(ring)));
  }
  out.set_zones(static_cast<std::uint32_t>(coverage_->zones().size()));
  out.set_units(static_cast<std::uint32_t>(cover.units()));
}

}  // namespace dispatch135::core
