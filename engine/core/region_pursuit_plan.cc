// The plan for a target on the move: the engine's units and roads as engine/pursuit asks for them.
#include <algorithm>
#include <utility>

#include "engine/base/limits.h"
#include "engine/core/region_choice.h"

namespace dispatch135::core {

// Already on the way, or out of its post: it loses no time before it moves.
bool Region::is_rolling(UnitIndex index) const {
  const v1::UnitSecondaryStatus status = units_[index.value()].secondary;
  return status == v1::UNIT_SECONDARY_STATUS_EN_ROUTE || status == v1::UNIT_SECONDARY_STATUS_ON_SCENE;
}

// Free, or blocking another way of the same incident.
bool Region::can_block(UnitIndex index, const Incident& incident) const {
  const Unit& unit = units_[index.value()];
  const bool blocks = unit.assignment != AssignmentId{} && unit.incident == incident.id && !unit.unheard &&
                      incident.find(unit.assignment)->destination;
  return (blocks || assignable(index)) && !incident.was_tried(index, shared_->now) && !incident.is_excluded(index);
}

// Who may be sent to block a way, except those who stay where they are.
class Region::BlockerTimes : public pursuit::UnitTimes, public road::UnitFilter {
 public:
  BlockerTimes(Region& region, const Incident& incident, std::vector<UnitIndex> bound)
      : region_(region), incident_(incident), bound_(std::move(bound)) {}
  bool accepts(UnitIndex index, DurationMs& turnout) const override {
    const policy::PursuitRule& rule = *region_.policy_->pursuit();
    const city::UnitInfo& info = region_.unit_infos_[index.value()];
    const bool fits = (rule.unit_kinds >> (info.kind - 1) & 1U) != 0 && (rule.capabilities & ~info.capabilities) == 0;
    if (!fits || !region_.can_block(index, incident_)) return false;
    if (std::find(bound_.begin(), bound_.end(), index) != bound_.end()) return false;
    turnout = region_.is_rolling(index) ? DurationMs{} : region_.policy_->turnout(region_.post_kinds_[index.value()]);
    return true;
  }
  std::vector<pursuit::Start> starts() const override {
    std::vector<pursuit::Start> starts;
    for (std::uint32_t i = 0; i < region_.units_.size(); ++i) {
      DurationMs turnout;
      if (!region_.on_road_.placed(UnitIndex(i)) || !accepts(UnitIndex(i), turnout)) continue;
      starts.push_back({region_.on_road_.kind(UnitIndex(i)), region_.on_road_.point(UnitIndex(i)), turnout.count});
    }
    return starts;
  }
  std::vector<road::Found> soonest(geo::Point place, std::size_t k) override {
    const auto found = region_.search_.k_soonest(place, limits::kBlockSnapMm, region_.on_road_, *this, k);
    return {found.begin(), found.end()};
  }

 private:
  Region& region_;
  const Incident& incident_;
  std::vector<UnitIndex> bound_;
};

// Where the target can be stopped, on the roads that it drives on.
void Region::start_pursuits() {
  choke_places_.clear();
  if (!policy_->pursuit()) return;
  const road::TravelKind kind = city::to_road(policy_->pursuit()->target_travel);
  for (const policy::ChokePoint& point : policy_->pursuit()->choke_points) {
    choke_places_.push_back(city_->roads().snap(point.position, kind, limits::kChokeSnapMm));
  }
}

// When who was ordered to a point is there; nothing: never, as things stand.
std::optional<TimeMs> Region::arrival_of(const Assignment& assignment) {
  if (assignment.on_scene_at != TimeMs{}) return assignment.on_scene_at;
  const road::TravelKind kind = on_road_.kind(assignment.unit);
  const auto to = roads_.network().snap(assignment.destination->place, kind, limits::kBlockSnapMm);
  const auto travel = to ? route_finder_.time(on_road_.point(assignment.unit), *to, kind) : std::nullopt;
  if (!travel) return std::nullopt;
  const DurationMs turnout =
      is_rolling(assignment.unit) ? DurationMs{} : policy_->turnout(post_kinds_[assignment.unit.value()]);
  return shared_->now + turnout + *travel;
}

// With the next number. Whoever was ordered before and is at his point before the target stays there; the others are to
// be had for the new points.
void Region::make_plan(Incident& incident, Pursuit& pursuit) {
  const policy::PursuitRule& rule = *policy_->pursuit();
  const v1::Pursuit before = std::exchange(pursuit.shown, v1::Pursuit());
  v1::Pursuit& plan = pursuit.shown;
  plan.set_incident_id(incident.id.value());
  plan.set_plan(before.plan() + 1);
  *plan.mutable_sighting() = before.sighting();
  plan.set_since_ms(shared_->now.since_epoch);
  plan.set_state(incident.has_blocker() ? v1::Pursuit::STATE_ORDERED : v1::Pursuit::STATE_PROPOSED);

  const road::Network& roads = city_->roads();
  const road::TravelKind kind = city::to_road(rule.target_travel);
  const TimeMs seen_at = {plan.sighting().seen_at_ms()};
  const geo::Point seen = {plan.sighting().position().latitude_e7(), plan.sighting().position().longitude_e7()};
  const auto start = roads.snap(seen, kind, limits::kSnapLimitMm);
  if (!start) return;  // By another policy's kind of travel.
  if (!planner_) planner_ = std::make_unique<pursuit::Planner>(roads, roads_);
  planner_->look(*start, shared_->now - seen_at,
                 {.target = {kind, rule.target_speed_pct, rule.against_one_way},
                  .margin = rule.margin,
                  .rings = rule.rings,
                  .most_units = rule.most_units});

  std::vector<UnitIndex> bound;
  std::vector<std::uint32_t> closed_edges;
  std::vector<std::uint64_t> to_be_had;
  for (const Assignment& assignment : incident.assignments) {
    if (!assignment.destination) continue;
    const auto place = roads.snap(assignment.destination->place, kind, limits::kChokeSnapMm);
    const std::int64_t target_ms = place ? planner_->target_at(*place) : pursuit::kNever;
    const auto arrival = arrival_of(assignment);
    const std::uint64_t unit_id = unit_infos_[assignment.unit.value()].id.value();
    if (target_ms == pursuit::kNever || seen_at + DurationMs{target_ms} < shared_->now || !arrival ||
        *arrival > seen_at + DurationMs{target_ms}) {
      to_be_had.push_back(unit_id);
      continue;
    }
    bound.push_back(assignment.unit);
    closed_edges.push_back(place->edge.value());
    const auto known = std::find_if(before.points().begin(), before.points().end(), [&](const v1::PursuitPoint& p) {
      return p.assignment_id() == assignment.id.value();
    });
    v1::PursuitPoint& point = *plan.add_points();
    if (known != before.points().end()) point = *known;
    point.set_target_at_ms((seen_at + DurationMs{target_ms}).since_epoch);
    point.set_unit_at_ms(arrival->since_epoch);
  }
  std::sort(closed_edges.begin(), closed_edges.end());
  BlockerTimes times(*this, incident, bound);
  const pursuit::Plan made = planner_->plan(times, closed_edges, bound.size(), choke_places_);
  for (const pursuit::PlannedPoint& point : made.points) fill(point, seen_at, *plan.add_points());
  for (int i = 0; i < plan.points_size(); ++i) plan.mutable_points(i)->set_number(static_cast<std::uint32_t>(i) + 1);
  plan.set_ring_ms(made.ring.value_or(DurationMs{}).count);
  plan.set_closed(made.ring && made.open_ways == 0);
  plan.set_open_ways(static_cast<std::uint32_t>(made.open_ways));
  plan.set_bounded(made.bounded);
  for (const std::uint64_t unit : to_be_had) {
    const bool used = std::any_of(plan.points().begin(), plan.points().end(),
                                  [&](const v1::PursuitPoint& point) { return point.unit_id() == unit; });
    if (!used) plan.add_released_unit_ids(unit);
  }
}

void Region::fill(const pursuit::PlannedPoint& point, TimeMs seen_at, v1::PursuitPoint& out) const {
  out.set_cordon(point.cordon);
  out.mutable_position()->set_latitude_e7(point.place.latitude_e7);
  out.mutable_position()->set_longitude_e7(point.place.longitude_e7);
  out.set_target_at_ms(seen_at.since_epoch + point.target_ms);
  out.set_behind_permille(point.behind_permille);
  if (point.choke) {
    const policy::ChokePoint& choke = policy_->pursuit()->choke_points[*point.choke];
    out.set_kind(choke.kind);
    out.set_name(choke.name);
    out.set_choke_point_id(choke.id);
  } else {
    out.set_name(std::string(city_->street_name(point.on_road.edge)));
  }
  out.set_state(point.unit ? v1::PursuitPoint::STATE_PROPOSED : v1::PursuitPoint::STATE_OPEN);
  if (!point.unit) return;
  out.set_unit_id(unit_infos_[point.unit->value()].id.value());
  out.set_unit_at_ms((shared_->now + point.eta).since_epoch);
}

}  // namespace dispatch135::core
