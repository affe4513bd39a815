#include "engine/road/nearest.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "engine/base/check.h"

namespace dispatch135::road {

NearestSearch::NearestSearch(const Network& network)
    : network_(&network), junctions_(static_cast<std::uint32_t>(network.junctions.size())) {}

std::uint32_t NearestSearch::junction_node(std::uint32_t junction, TravelKind kind) const {
  return static_cast<std::uint32_t>(kind) * junctions_ + junction;
}

std::uint32_t NearestSearch::unit_node(std::uint32_t unit) const {
  return static_cast<std::uint32_t>(kTravelKinds) * junctions_ + unit;
}

std::span<const Found> NearestSearch::k_soonest(geo::Point incident, std::int64_t limit_mm, const UnitsOnRoad& units,
                                                const UnitFilter& filter, std::size_t k) {
  found_.clear();
  if (k == 0) return found_;
  found_.reserve(std::min(k, units.slots_.size()) + 1);
  begin(units);
  if (!ask(units, filter)) return found_;
  for (std::size_t kind = 0; kind < kTravelKinds; ++kind) {
    if (awaited_[kind] == 0) continue;
    const auto place = network_->snap(incident, static_cast<TravelKind>(kind), limit_mm);
    if (place) start_from(*place, static_cast<TravelKind>(kind), units);
  }
  const std::uint32_t first_unit_node = unit_node(0);
  while (!frontier_.empty()) {
    const TimeHeap::Entry next = frontier_.pop();
    if (found_.size() == k && next.ms + least_turnout_ms_ > found_.back().eta().count) break;
    if (labels_[next.node].ms != next.ms) continue;  // Reached sooner since it was pushed.
    if (next.node >= first_unit_node) {
      settle(UnitIndex(next.node - first_unit_node), next.ms, k);
      --awaited_[static_cast<std::size_t>(units.slots_[next.node - first_unit_node].kind)];
    } else {
      const std::uint32_t kind = next.node / junctions_;
      if (awaited_[kind] > 0) expand(next.node % junctions_, static_cast<TravelKind>(kind), next.ms, units);
    }
  }
  return found_;
}

void NearestSearch::begin(const UnitsOnRoad& units) {
  D135_CHECK(units.network_ == network_, "units on another network");
  const std::uint64_t nodes = std::uint64_t{kTravelKinds} * junctions_ + units.slots_.size();
  D135_CHECK(nodes < std::numeric_limits<std::uint32_t>::max(), "more junctions and units than a search can number");
  if (labels_.size() < nodes) labels_.resize(nodes);
  if (turnout_ms_.size() < units.slots_.size()) turnout_ms_.resize(units.slots_.size());
  if (++search_ == 0) {
    std::fill(labels_.begin(), labels_.end(), Label{});
    search_ = 1;
  }
  frontier_.clear();
}

// False: nobody takes part.
bool NearestSearch::ask(const UnitsOnRoad& units, const UnitFilter& filter) {
  awaited_ = {0, 0, 0};
  least_turnout_ms_ = std::numeric_limits<std::int64_t>::max();
  bool anybody = false;
  for (std::uint32_t unit = 0; unit < units.slots_.size(); ++unit) {
    const UnitsOnRoad::Slot& slot = units.slots_[unit];
    DurationMs turnout;
    turnout_ms_[unit] = kNotAccepted;
    if (!slot.placed || !filter.accepts(UnitIndex(unit), turnout)) continue;
    D135_CHECK(turnout.count >= 0, "a negative turnout time");
    turnout_ms_[unit] = turnout.count;
    least_turnout_ms_ = std::min(least_turnout_ms_, turnout.count);
    ++awaited_[static_cast<std::size_t>(slot.kind)];
    anybody = true;
  }
  return anybody;
}

// Reaches the two ends of the incident's edge, and the units on it that can go straight to the incident.
void NearestSearch::start_from(const RoadPoint& place, TravelKind kind, const UnitsOnRoad& units) {
  const auto k = static_cast<std::size_t>(kind);
  const Edge& edge = network_->edges[place.edge.value()];
  const std::uint32_t forward = edge.forward_ms[k];
  const std::uint32_t backward = edge.backward_ms[k];
  if (forward != kNoEntry) {
    reach(junction_node(edge.from, kind), Network::part_ms(forward, place.offset_mm, edge.length_mm));
  }
  if (backward != kNoEntry) {
    reach(junction_node(edge.to, kind), Network::part_ms(backward, edge.length_mm - place.offset_mm, edge.length_mm));
  }
  for (std::uint32_t unit = units.first_on_edge_[place.edge.value()]; unit != UnitsOnRoad::kNone;
       unit = units.slots_[unit].next) {
    const UnitsOnRoad::Slot& slot = units.slots_[unit];
    if (slot.kind != kind || turnout_ms_[unit] == kNotAccepted) continue;
    const std::uint32_t offset = slot.point.offset_mm;
    if (forward != kNoEntry && offset <= place.offset_mm) {
      reach(unit_node(unit), Network::part_ms(forward, place.offset_mm - offset, edge.length_mm));
    }
    if (backward != kNoEntry && offset >= place.offset_mm) {
      reach(unit_node(unit), Network::part_ms(backward, offset - place.offset_mm, edge.length_mm));
    }
  }
}

// From a junction whose time is final to the junctions and units from which it is entered.
void NearestSearch::expand(std::uint32_t junction, TravelKind kind, std::uint32_t ms, const UnitsOnRoad& units) {
  const auto k = static_cast<std::size_t>(kind);
  const std::uint32_t begin = network_->in_begin[junction];
  for (const Arc& arc : network_->in_arcs.subspan(begin, network_->in_begin[junction + 1] - begin)) {
    const std::uint32_t edge_ms = arc.ms[k];
    if (edge_ms == kNoEntry) continue;
    reach(junction_node(arc.junction, kind), std::uint64_t{ms} + edge_ms);
    const std::uint32_t edge = arc.edge_and_direction >> 1;
    const bool backward = (arc.edge_and_direction & 1) != 0;
    for (std::uint32_t unit = units.first_on_edge_[edge]; unit != UnitsOnRoad::kNone; unit = units.slots_[unit].next) {
      const UnitsOnRoad::Slot& slot = units.slots_[unit];
      if (slot.kind != kind || turnout_ms_[unit] == kNotAccepted) continue;
      const std::uint32_t length_mm = network_->edges[edge].length_mm;
      const std::uint32_t ahead_mm = backward ? slot.point.offset_mm : length_mm - slot.point.offset_mm;
      reach(unit_node(unit), std::uint64_t{ms} + Network::part_ms(edge_ms, ahead_mm, length_mm));
    }
  }
}

void NearestSearch::reach(std::uint64_t node, std::uint64_t ms) {
  Label& label = labels_[node];
  if (ms > kLongestWayMs || (label.search == search_ && label.ms <= ms)) return;
  label = {static_cast<std::uint32_t>(ms), search_};
  frontier_.push(static_cast<std::uint32_t>(ms), static_cast<std::uint32_t>(node));
}

void NearestSearch::settle(UnitIndex unit, std::uint32_t ms, std::size_t k) {
  const Found found = {unit, {ms}, {turnout_ms_[unit.value()]}};
  const auto sooner = [](const Found& a, const Found& b) {
    return std::tuple(a.eta(), a.unit) < std::tuple(b.eta(), b.unit);
  };
  found_.insert(std::upper_bound(found_.begin(), found_.end(), found, sooner), found);
  if (found_.size() > k) found_.pop_back();
}

}  // namespace dispatch135::road
