// Units are moved to where the cover went, and sent back when it has returned.
#include <algorithm>
#include <utility>
#include <vector>

#include "engine/base/limits.h"
#include "engine/core/region.h"
#include "engine/core/state_machines.h"
#include "engine/coverage/move_choice.h"

namespace dispatch135::core {
namespace {

// Of the idle units so many are weighed for each post, the soonest ones by road.
constexpr std::size_t kWeighed = 16;

Reject no_move(std::uint64_t id) {
  return {v1::REJECT_CODE_OUT_OF_RANGE, "no move " + std::to_string(id) + " in this region; it may have ended"};
}

}  // namespace

// May be moved by the policy: free, and neither moved nor proposed yet, nor lately sent back.
class Region::IdleFilter : public road::UnitFilter {
 public:
  explicit IdleFilter(const Region& region) : region_(region) {}
  bool accepts(UnitIndex unit, DurationMs& turnout) const override {
    turnout = {0};
    return region_.assignable(unit) && region_.coverage_->free_units().stands(unit) &&
           region_.moves_.of(unit) == nullptr && !region_.moves_.rests(unit, region_.shared_->now);
  }

 private:
  const Region& region_;
};

Outcome Region::find_cover_points(const policy::Policy& policy, std::vector<PostIndex>& points) const {
  points.clear();
  if (!policy.move_up()) return {};
  for (const PostId id : policy.move_up()->posts) {
    const auto post = city_->find_post(id);
    if (!post || city_->post(*post).region != id_) {
      return Reject{v1::REJECT_CODE_BAD_POLICY,
                    "policy.move_up.post_ids: post " + std::to_string(id.value()) + " is not in this region"};
    }
    points.push_back(*post);
  }
  if (!points.empty()) return {};
  for (std::uint32_t i = 0; i < city_->post_count(); ++i) {
    if (city_->post(PostIndex(i)).region == id_) points.push_back(PostIndex(i));
  }
  return {};
}

// Under another policy: moves go on when it has the sections for them.
void Region::keep_or_end_moves() {
  std::vector<std::uint64_t> ended;
  for (const auto& [id, kept] : moves_.all()) {
    CoverMove& move = *moves_.find(id);
    const auto zone =
        policy_->move_up() && coverage_ ? coverage_->zones().at(city_->post(move.post).position) : std::nullopt;
    if (zone) {
      move.zone = *zone;
    } else {
      ended.push_back(id);
    }
  }
  for (const std::uint64_t id : ended) send_back(*moves_.find(id), v1::CoverMoveChanged::REASON_POLICY);
}

void Region::look_at_cover() {
  if (!coverage_ || !policy_->move_up() || !cover_changed_) return;
  if (shared_->now < next_look_) {
    shared_->timers.set({next_look_, TimerKind::kMoveUp, id_, 0});
    return;
  }
  cover_changed_ = false;
  next_look_ = shared_->now + policy_->move_up()->look_every;
  moves_.forget_rested(shared_->now);
  send_back_the_spare();
  move_up();
  if (cover_changed_) shared_->timers.set({next_look_, TimerKind::kMoveUp, id_, 0});
}

// Millionths of the demand, as cover counts it.
std::int64_t Region::cover_worth(std::int64_t ppm) const {
  static_assert(coverage::UnitCover::kSure == 1'000'000);
  return coverage_->free_units().demand() * ppm;
}

void Region::send_back_the_spare() {
  const policy::MoveUpRule& rule = *policy_->move_up();
  std::vector<std::uint64_t> stayed;
  for (const auto& [id, move] : moves_.all()) {
    if (move.ordered && !move.by_hand && move.since + rule.stay_at_least <= shared_->now) stayed.push_back(id);
  }
  for (const std::uint64_t id : stayed) {
    CoverMove& move = *moves_.find(id);
    coverage::UnitCover& cover = coverage_->free_units();
    if (!cover.stands(move.unit)) continue;
    const coverage::Standing home =
        coverage::moved_to(cover, move.unit, coverage_->zones().of(*homes_[move.unit.value()]));
    if (cover.gain_of_move(move.unit, home) < -cover_worth(rule.keep_ppm)) continue;
    send_back(move, v1::CoverMoveChanged::REASON_COVER_IS_BACK);
  }
}

void Region::move_up() {
  const policy::MoveUpRule& rule = *policy_->move_up();
  coverage::UnitCover& cover = coverage_->free_units();
  // Proposed units are reckoned where they may soon be, so that one hole does not give two proposals.
  std::vector<std::pair<UnitIndex, coverage::Standing>> proposed;
  const auto suppose = [&](UnitIndex unit, coverage::ZoneIndex zone) {
    proposed.emplace_back(unit, cover.standing(unit));
    cover.put(unit, coverage::moved_to(cover, unit, zone));
  };
  for (const auto& [id, move] : moves_.all()) {
    if (!move.ordered && cover.stands(move.unit)) suppose(move.unit, move.zone);
  }
  const auto fallen = [&] { return coverage_->full_strength()->worth() - cover.worth() > cover_worth(rule.fall_ppm); };
  if (fallen() && moves_.all().size() < rule.at_once) {
    std::vector<coverage::OpenPoint> points = open_points();
    while (fallen() && moves_.all().size() < rule.at_once) {
      const auto best = coverage::best_move(cover, points, std::max<std::int64_t>(cover_worth(rule.gain_ppm), 1));
      if (!best) break;
      const auto point = std::find_if(points.begin(), points.end(),
                                      [&](const coverage::OpenPoint& p) { return p.point == best->point; });
      const coverage::ZoneIndex zone = point->zone;
      CoverMove& move = moves_.add(best->unit);
      move.post = PostIndex(best->point);
      move.zone = zone;
      move.since = shared_->now;
      move.drive = best->drive;
      move.gain_ppm = best->gain / std::max<std::int64_t>(cover.demand(), 1);
      if (rule.order) {
        order(move, {});
      } else {
        move.lapses_at = shared_->now + rule.propose_for;
        shared_->timers.set({move.lapses_at, TimerKind::kMoveUp, id_, move.id});
        decide_move(move, v1::CoverMove::STATE_PROPOSED, v1::CoverMoveChanged::REASON_UNSPECIFIED, 0);
        suppose(best->unit, zone);
      }
      std::erase_if(points, [&](const coverage::OpenPoint& p) { return p.zone == zone; });
      for (coverage::OpenPoint& other : points) {
        std::erase_if(other.units, [&](const coverage::CanGo& can) { return can.unit == best->unit; });
      }
    }
  }
  for (auto unit = proposed.rbegin(); unit != proposed.rend(); ++unit) cover.put(unit->first, unit->second);
}

// Posts in whose zone no free unit stands, with the idle units that are soonest there.
std::vector<coverage::OpenPoint> Region::open_points() {
  const coverage::UnitCover& cover = coverage_->free_units();
  std::vector<bool> taken(coverage_->zones().size(), false);
  for (std::uint32_t i = 0; i < units_.size(); ++i) {
    if (cover.stands(UnitIndex(i))) taken[cover.standing(UnitIndex(i)).zone.value()] = true;
  }
  const IdleFilter idle(*this);
  std::vector<coverage::OpenPoint> points;
  for (const PostIndex post : cover_points_) {
    const geo::Point position = city_->post(post).position;
    const auto zone = coverage_->zones().at(position);
    if (!zone || taken[zone->value()]) continue;
    taken[zone->value()] = true;
    coverage::OpenPoint& point = points.emplace_back();
    point.point = post.value();
    point.zone = *zone;
    for (const road::Found& found : search_.k_soonest(position, limits::kSnapLimitMm, on_road_, idle, kWeighed)) {
      if (found.travel <= policy_->move_up()->drive_within) point.units.push_back({found.unit, found.travel});
    }
  }
  return points;
}

void Region::order(CoverMove& move, const std::string& by) {
  move.ordered = true;
  move.since = shared_->now;
  move.lapses_at = {};
  move.by = by;
  const TimeMs stayed = move.since + policy_->move_up()->stay_at_least;
  shared_->timers.set({stayed, TimerKind::kMoveUp, id_, move.id});
  Unit& unit = units_[move.unit.value()];
  const std::uint64_t sequence = ++unit.last_order;
  const v1::Decision& decision =
      decide_move(move, v1::CoverMove::STATE_ORDERED, v1::CoverMoveChanged::REASON_UNSPECIFIED, sequence);
  unit.orders.push_back({.sequence = sequence,
                         .kind = Order::Kind::kCover,
                         .offset = decision.id().offset(),
                         .index = decision.id().index(),
                         .assignment = {},
                         .incident = {},
                         .eta = move.drive,
                         .acknowledge_by = {},
                         .move = move.id,
                         .post = move.post});
  set_status(move.unit, v1::UNIT_SECONDARY_STATUS_COVERING_ALTERNATE_AREA);
}

// The move is over; a unit that was told of it is told so.
void Region::send_back(CoverMove& move, v1::CoverMoveChanged::Reason reason) {
  const UnitIndex index = move.unit;
  const bool ordered = move.ordered;
  end_move(move, reason, ordered);
  if (policy_->move_up()) moves_.let_rest(index, shared_->now + policy_->move_up()->stay_at_least);
  if (ordered) set_status(index, v1::UNIT_SECONDARY_STATUS_ON_DUTY);
}

void Region::end_move(const CoverMove& move, v1::CoverMoveChanged::Reason reason, bool tell) {
  Unit& unit = units_[move.unit.value()];
  const std::uint64_t sequence = tell ? ++unit.last_order : 0;
  const v1::Decision& decision = decide_move(move, v1::CoverMove::STATE_ENDED, reason, sequence);
  if (tell) {
    unit.orders.push_back({.sequence = sequence,
                           .kind = Order::Kind::kEndCover,
                           .offset = decision.id().offset(),
                           .index = decision.id().index(),
                           .assignment = {},
                           .incident = {},
                           .eta = {},
                           .acknowledge_by = {},
                           .move = move.id,
                           .post = move.post,
                           .move_reason = reason});
  }
  moves_.erase(move.id);
}

// Before a unit gets another status: work takes the place of a move, and who is gone does not cover.
void Region::leave_cover(UnitIndex index, v1::UnitSecondaryStatus next) {
  const CoverMove* move = moves_.of(index);
  if (move == nullptr || next == v1::UNIT_SECONDARY_STATUS_COVERING_ALTERNATE_AREA) return;
  if (!move->ordered && is_free(next)) return;
  end_move(*move, is_assigned(next) ? v1::CoverMoveChanged::REASON_WORK : v1::CoverMoveChanged::REASON_UNIT, false);
}

void Region::fire_move(std::uint64_t id) {
  cover_changed_ = true;
  CoverMove* move = id == 0 ? nullptr : moves_.find(id);
  if (move == nullptr || move->ordered || move->lapses_at > shared_->now) return;
  send_back(*move, v1::CoverMoveChanged::REASON_LAPSED);
}

Outcome Region::find_movable(std::uint64_t unit_id, UnitIndex& index) const {
  if (!coverage_ || !policy_->move_up()) {
    return Reject{v1::REJECT_CODE_NOT_ALLOWED, "the policy in force has no section `move_up`"};
  }
  const auto found = find_unit(unit_id);
  if (!found) {
    return Reject{v1::REJECT_CODE_UNKNOWN_UNIT,
                  "unit " + std::to_string(unit_id) + " is not in the city file of this region"};
  }
  if (!assignable(*found)) {
    const Unit& unit = units_[found->value()];
    return Reject{v1::REJECT_CODE_UNIT_NOT_ASSIGNABLE, "unit " + std::to_string(unit_id) + " is " +
                                                           v1::UnitPrimaryStatus_Name(unit.primary()) + " and " +
                                                           v1::UnitSecondaryStatus_Name(unit.secondary)};
  }
  index = *found;
  return {};
}

Outcome Region::command(const v1::ConfirmMove& command, const v1::OperatorCommand& from) {
  CoverMove* move = moves_.find(command.move_id());
  if (move == nullptr) return no_move(command.move_id());
  if (move->ordered) {
    return Reject{v1::REJECT_CODE_ILLEGAL_TRANSITION,
                  "move " + std::to_string(command.move_id()) + " was ordered already"};
  }
  UnitIndex index;
  const UnitId unit = unit_infos_[move->unit.value()].id;
  if (Outcome refused = find_movable(unit.value(), index)) return refused;
  remember(applied(from, {}, unit));
  order(*move, from.operator_id());
  return {};
}

Outcome Region::command(const v1::DeclineMove& command, const v1::OperatorCommand& from) {
  CoverMove* move = moves_.find(command.move_id());
  if (move == nullptr) return no_move(command.move_id());
  if (move->ordered) {
    return Reject{v1::REJECT_CODE_ILLEGAL_TRANSITION,
                  "move " + std::to_string(command.move_id()) + " was ordered already; send the unit back instead"};
  }
  remember(applied(from, {}, unit_infos_[move->unit.value()].id));
  move->by = from.operator_id();
  send_back(*move, v1::CoverMoveChanged::REASON_OPERATOR);
  return {};
}

Outcome Region::command(const v1::MoveUnit& command, const v1::OperatorCommand& from) {
  UnitIndex index;
  if (Outcome refused = find_movable(command.unit_id(), index)) return refused;
  const auto post = city_->find_post(PostId(command.post_id()));
  if (!post || city_->post(*post).region != id_) {
    return Reject{v1::REJECT_CODE_UNKNOWN_POST, "post " + std::to_string(command.post_id()) + " is not in this region"};
  }
  const auto zone = coverage_->zones().at(city_->post(*post).position);
  if (!zone) return Reject{v1::REJECT_CODE_OFF_ROAD, "no road within 1 km of the post"};
  remember(applied(from, {}, UnitId(command.unit_id())));
  if (const CoverMove* before = moves_.of(index)) end_move(*before, v1::CoverMoveChanged::REASON_OPERATOR, false);
  CoverMove& move = moves_.add(index);
  move.post = *post;
  move.zone = *zone;
  move.by_hand = true;
  order(move, from.operator_id());
  return {};
}

Outcome Region::command(const v1::SendBackUnit& command, const v1::OperatorCommand& from) {
  const auto index = find_unit(command.unit_id());
  CoverMove* move = index ? moves_.of(*index) : nullptr;
  if (move == nullptr || !move->ordered) {
    return Reject{v1::REJECT_CODE_ILLEGAL_TRANSITION,
                  "unit " + std::to_string(command.unit_id()) + " covers no other post"};
  }
  remember(applied(from, {}, UnitId(command.unit_id())));
  move->by = from.operator_id();
  send_back(*move, v1::CoverMoveChanged::REASON_OPERATOR);
  return {};
}

const v1::Decision& Region::decide_move(const CoverMove& move, v1::CoverMove::State state,
                                        v1::CoverMoveChanged::Reason reason, std::uint64_t order_sequence) {
  v1::Decision& decision = decide();
  v1::CoverMoveChanged& changed = *decision.mutable_cover_move_changed();
  fill(move, state, *changed.mutable_move());
  changed.set_reason(reason);
  changed.set_order_sequence(order_sequence);
  return decision;
}

void Region::fill(const CoverMove& move, v1::CoverMove::State state, v1::CoverMove& out) const {
  out.set_move_id(move.id);
  out.set_unit_id(unit_infos_[move.unit.value()].id.value());
  out.set_post_id(city_->post(move.post).id.value());
  out.set_state(state);
  out.set_since_ms((state == v1::CoverMove::STATE_ENDED ? shared_->now : move.since).since_epoch);
  out.set_drive_ms(move.drive.count);
  out.set_gain_ppm(static_cast<std::int32_t>(move.gain_ppm));
  out.set_lapses_at_ms(move.lapses_at.since_epoch);
  out.set_by(move.by);
}

void Region::fill(const Order& order, v1::UnitOrder& out) const {
  if (order.kind == Order::Kind::kEndCover) {
    out.mutable_end_cover()->set_move_id(order.move);
    out.mutable_end_cover()->set_reason(order.move_reason);
    return;
  }
  const city::PostInfo post = city_->post(order.post);
  v1::CoverOrder& cover = *out.mutable_cover();
  cover.set_move_id(order.move);
  cover.set_post_id(post.id.value());
  cover.mutable_position()->set_latitude_e7(post.position.latitude_e7);
  cover.mutable_position()->set_longitude_e7(post.position.longitude_e7);
  cover.set_drive_ms(order.eta.count);
}

}  // namespace dispatch135::core
