// The whole of a region: what is saved of it and hashed, and how it comes back.
#include <algorithm>
#include <string>
#include <utility>

#include "engine/base/hash.h"
#include "engine/core/alert_area.h"
#include "engine/core/region.h"
#include "engine/state/dumper.h"
#include "engine/state/loader.h"
#include "engine/state/saver.h"
#include "engine/state/summer.h"

namespace dispatch135::core {

// The order matters for loading: the policy and the streets come before the units, these before what counts on them.
template <typename Archive, typename Self>
void Region::fields(Archive& a, Self& x) {
  const auto adopt = [&](auto adopted) {
    if constexpr (Archive::kLoading) {
      if (!a.ok()) return;
      if (const std::string wrong = adopted(); !wrong.empty()) a.fail(wrong);
    }
  };
  if constexpr (Archive::kLoading) a.bound(x.units_.size(), x.city_->post_count());
  bool has_policy = x.policy_.has_value();
  a("has_policy", has_policy);
  if constexpr (Archive::kSumming) {
    a("policy", x.policy_hash_);
  } else if (has_policy) {
    a("policy", x.policy_message_);
    if constexpr (Archive::kLoading) adopt([&x] { return x.adopt_policy(); });
  }
  a("street_changes", x.street_changes_);
  if constexpr (Archive::kLoading) adopt([&x] { return x.adopt_streets(); });
  if constexpr (Archive::kSumming) {
    a("units", x.units_);
  } else {
    Stands stands(x.units_.size());
    a.each("units", x.units_.size(),
           [&](std::size_t i) { unit_fields(a, x, UnitIndex(static_cast<std::uint32_t>(i)), stands[i]); });
    // Searches look at the units of one cell in the order in which they came there.
    std::vector<UnitIndex> order;
    if constexpr (!Archive::kLoading) order = x.on_road_.order();
    a.derived("road_order", order);
    if constexpr (Archive::kLoading) adopt([&] { return x.adopt_places(stands, order); });
  }
  if (x.coverage_) a("coverage", *x.coverage_);
  a("cover_changed", x.cover_changed_);
  a("next_look", x.next_look_);
  a("moves", x.moves_);
  a("matters", x.matters_);
  a("pursuits", x.pursuits_);
  a("incidents", x.incidents_);
  a.derived("open_incidents", x.open_incidents_);
  a("by_event", x.by_event_);
  a("requests", x.requests_);
  a("loans", x.loans_);
  a.derived("queue", x.queue_);
  a.derived("awaiting", x.awaiting_);
  a("came_free", x.came_free_);
  a("await_ended", x.await_ended_);
  a("links", x.links_);
  a("area_orders", x.area_orders_);
  a("premises", x.premises_);
  a("alerts", x.alerts_);
  a("alert_count", x.alert_count_);
  a("roster", x.roster_);
  a("duties", x.duties_);
  a("crews", x.crews_);
  a("checks", x.checks_);
  a("check_count", x.check_count_);
  a("commands", x.commands_);
  a("command_order", x.command_order_);
  a("command_count", x.command_count_);
  if constexpr (Archive::kLoading) adopt([&x] { return x.adopt_rest(); });
}

template <typename Archive, typename Self>
void Region::unit_fields(Archive& a, Self& x, UnitIndex unit, std::optional<road::RoadPoint>& stands) {
  const std::size_t i = unit.value();
  a("unit", x.units_[i]);
  a.derived("post", x.unit_infos_[i].post);
  a.derived("travel_kind", x.unit_infos_[i].travel_kind);
  a.derived("capabilities", x.unit_infos_[i].capabilities);
  a.derived("home_point", x.home_points_[i]);
  a.derived("home", x.homes_[i]);
  a.derived("place", x.places_[i]);
  if constexpr (!Archive::kLoading) {
    if (x.on_road_.placed(unit)) stands = x.on_road_.point(unit);
  }
  a.derived("stands", stands);
  if constexpr (Archive::kLoading) {
    if (!a.ok()) return;
    if (const std::string wrong = x.adopt_unit(unit, stands); !wrong.empty()) a.fail(wrong);
  }
}

template void Region::fields(state::Saver&, const Region&);
template void Region::fields(state::Summer&, const Region&);
template void Region::fields(state::Loader&, Region&);
template void Region::fields(state::Dumper&, const Region&);

std::string Region::adopt_policy() {
  Result<policy::Policy> compiled = policy::Policy::compile(policy_message_);
  if (!compiled) return "a policy that cannot be in force: " + compiled.error().message;
  if (const Outcome refused = find_cover_points(compiled.value(), cover_points_)) return refused->reason;
  policy_ = std::move(compiled.value());
  find_micro_grids();
  if (policy_->matters() && policy_->matters()->micro_grids() != 0 && micro_grids_ == nullptr) {
    return "the policy names a file of micro-grids that this node does not have";
  }
  start_pursuits();
  hash_policy();
  return {};
}

void Region::hash_policy() {
  const std::string bytes = policy_message_.SerializeAsString();
  policy_hash_ = hash_bytes(bytes.data(), bytes.size());
}

std::string Region::adopt_streets() {
  std::vector<const road::StreetEffect*> effects;
  const std::size_t arcs = 2 * city_->roads().edges.size();
  for (const auto& [id, change] : street_changes_) {
    const road::StreetEffect& effect = change.effect;
    const bool rising =
        std::adjacent_find(effect.arcs.begin(), effect.arcs.end(), std::greater_equal<>()) == effect.arcs.end();
    if (effect.id != id || !rising || (!effect.arcs.empty() && effect.arcs.back() >= arcs)) {
      return "a change of streets that the city file does not have";
    }
    changed_arcs_ += effect.arcs.size();
    if (change.shown.holds()) effects.push_back(&effect);
  }
  roads_.set(effects);
  if (policy_ && policy_->coverage()) {
    coverage_ = std::make_unique<coverage::Coverage>(*policy_->coverage(), *city_, roads_, shared_->now,
                                                     policy_->move_up().has_value());
  }
  return {};
}

bool Region::exists(const road::RoadPoint& place) const {
  const auto edges = city_->roads().edges;
  return place.edge.value() < edges.size() && place.offset_mm <= edges[place.edge.value()].length_mm;
}

std::string Region::adopt_unit(UnitIndex unit, const std::optional<road::RoadPoint>& stands) {
  const std::size_t i = unit.value();
  const city::UnitInfo& info = unit_infos_[i];
  if (info.travel_kind == v1::TRAVEL_KIND_UNSPECIFIED) return "a unit without a kind of travel";
  const bool of_region = city_->post(city_->unit(unit).post).region == id_;
  if ((homes_[i].has_value() && !exists(*homes_[i])) || !exists(places_[i]) || (stands && !exists(*stands))) {
    return "a place that is not on the city's roads";
  }
  if (stands && !(of_region && homes_[i])) return "a unit of another region on this one's roads";
  post_kinds_[i] = city_->post(info.post).kind;
  return {};
}

std::string Region::adopt_places(const Stands& stands, const std::vector<UnitIndex>& order) {
  std::size_t places = 0;
  for (const auto& place : stands) places += place.has_value() ? 1 : 0;
  for (const UnitIndex unit : order) {
    if (unit.value() >= stands.size() || !stands[unit.value()] || on_road_.placed(unit)) {
      return "an order of units on the roads that does not fit their places";
    }
    on_road_.place(unit, city::to_road(unit_infos_[unit.value()].travel_kind), *stands[unit.value()]);
  }
  return order.size() == places ? "" : "a unit on the roads that is missing in their order";
}

std::string Region::adopt_rest() {
  for (const auto& [id, order] : area_orders_) {
    if (const Outcome wrong = malformed(order.shapes)) return wrong->reason;
    area_orders_.at(id).area = AlertArea(city_->roads().projection, order.shapes);
  }
  if (const std::string wrong = misfit(); !wrong.empty()) return wrong;
  if (policy_) note_all_calls();
  return {};
}

}  // namespace dispatch135::core
