// What alerts make units and posts in their areas do; the rules are in docs/alerts.md.
#include <utility>

#include "engine/base/limits.h"
#include "engine/core/region.h"
#include "engine/core/state_machines.h"

namespace dispatch135::core {

geo::Point Region::place_of(UnitIndex index) const {
  const Unit& unit = units_[index.value()];
  const bool own = unit.position_at != TimeMs{} && !unit.position_stale;
  return own ? unit.position : city_->post(unit_infos_[index.value()].post).position;
}

void Region::begin_area_order(Alert& alert, const v1::AlertReported& record, const policy::AlertAction& action) {
  if (record.shapes().empty() || (!action.stand_by && !action.broadcast && !action.warn_posts)) return;
  const v1::AlertInfo& info = alert.report.info();
  const std::uint64_t id = shared_->id_here(shared_->record);
  v1::AreaOrder shown;
  shown.set_area_order_id(id);
  shown.set_sender(alert.report.sender());
  shown.set_identifier(alert.report.identifier());
  shown.set_event(info.event());
  shown.set_headline(info.headline());
  shown.set_instruction(info.instruction());
  shown.set_area_desc(info.has_area()        ? info.area().area_desc()
                      : info.areas().empty() ? ""
                                             : info.areas(0).area_desc());
  shown.set_stand_by(action.stand_by);
  shown.set_onset_at_ms(std::max(info.onset_ms(), shared_->now.since_epoch));
  shown.set_expires_at_ms(alert.expires_at.since_epoch);
  AreaOrder order{
      .shown = std::move(shown), .shapes = record.shapes(), .area = {city_->roads().projection, record.shapes()}};
  if (action.warn_posts) {
    for (std::uint32_t i = 0; i < city_->post_count(); ++i) {
      const city::PostInfo post = city_->post(PostIndex(i));
      if (post.region == id_ && order.area.contains(post.position)) order.warned_posts.push_back(post.id.value());
    }
  }
  alert.area_order = id;
  area_orders_.emplace(id, std::move(order));
  const TimeMs onset{info.onset_ms()};
  if (action.broadcast || (action.stand_by && onset <= shared_->now)) return tell_area(id);
  if (action.stand_by) shared_->timers.set({onset, TimerKind::kAlertOnset, id_, id});
  decide_area_order(id, false);
}

void Region::tell_area(std::uint64_t id) {
  const auto found = area_orders_.find(id);
  if (found == area_orders_.end()) return;
  found->second.tells = true;
  for (std::uint32_t i = 0; i < units_.size(); ++i) tell_if_inside(UnitIndex(i), id, found->second);
  decide_area_order(id, false);
}

void Region::tell_if_inside(UnitIndex index, std::uint64_t id, AreaOrder& order) {
  const Unit& unit = units_[index.value()];
  if (!order.tells || unit.secondary == v1::UNIT_SECONDARY_STATUS_OFF_DUTY || order.receipts.contains(index)) return;
  // Who has not read so many orders would not read this one either; it is told when it reports a position later.
  if (unit.orders.size() >= limits::kUnseenOrders || !order.area.contains(place_of(index))) return;
  order.receipts.emplace(index, AreaOrder::Receipt{shared_->now, {}});
  tell(index, id, false);
}

// Units that sign on in an area, or come into it, are told too.
void Region::tell_newcomer(UnitIndex index) {
  for (const auto& [id, order] : area_orders_) {
    if (order.tells) tell_if_inside(index, id, area_orders_.at(id));
  }
}

void Region::tell(UnitIndex index, std::uint64_t id, bool over) {
  Unit& unit = units_[index.value()];
  v1::Decision& decision = decide();
  unit.orders.push_back({.sequence = ++unit.last_order,
                         .kind = over ? Order::Kind::kAreaOrderOver : Order::Kind::kAreaOrder,
                         .offset = decision.id().offset(),
                         .index = decision.id().index(),
                         .assignment = {},
                         .incident = {},
                         .eta = {},
                         .acknowledge_by = {},
                         .area_order = id});
  v1::UnitTold& told = *decision.mutable_unit_told();
  told.set_unit_id(unit_infos_[index.value()].id.value());
  told.set_area_order_id(id);
  told.set_order_sequence(unit.last_order);
  told.set_over(over);
}

void Region::end_area_order(std::uint64_t id) {
  const auto found = area_orders_.find(id);
  if (found == area_orders_.end()) return;
  for (const auto& [unit, receipt] : found->second.receipts) tell(unit, id, true);
  decide_area_order(id, true);
  area_orders_.erase(found);
}

void Region::decide_area_order(std::uint64_t id, bool over) {
  v1::AreaOrderState& state = *decide().mutable_area_order_changed()->mutable_state();
  fill(area_orders_.at(id), state);
  state.set_over(over);
}

void Region::fill(const AreaOrder& order, v1::AreaOrderState& out) const {
  *out.mutable_order() = order.shown;
  for (const auto& [unit, receipt] : order.receipts) {
    v1::UnitReceipt& shown = *out.add_receipts();
    shown.set_unit_id(unit_infos_[unit.value()].id.value());
    shown.set_told_at_ms(receipt.told_at.since_epoch);
    shown.set_confirmed_at_ms(receipt.confirmed_at.since_epoch);
  }
  for (const std::uint64_t post : order.warned_posts) out.add_warned_post_ids(post);
}

void Region::fill(const Order& order, v1::AreaOrderToUnit& out) const {
  out.set_over(order.kind == Order::Kind::kAreaOrderOver);
  const auto found = area_orders_.find(order.area_order);
  // One that has ended since has an order behind this one that says so.
  if (out.over() || found == area_orders_.end()) {
    out.mutable_order()->set_area_order_id(order.area_order);
  } else {
    *out.mutable_order() = found->second.shown;
  }
}

Outcome Region::apply(const v1::AreaOrderReceipt& record) {
  UnitIndex index;
  if (Outcome refused = find_signed_on(record.unit_id(), index)) return refused;
  const auto order = area_orders_.find(record.area_order_id());
  if (order == area_orders_.end() || !order->second.receipts.contains(index)) {
    return Reject{v1::REJECT_CODE_OUT_OF_RANGE, "unit " + std::to_string(record.unit_id()) +
                                                    " was not told of an area order " +
                                                    std::to_string(record.area_order_id()) + " that still holds"};
  }
  hear(index);
  AreaOrder::Receipt& receipt = order->second.receipts.at(index);
  if (receipt.confirmed_at != TimeMs{}) return {};  // Said twice.
  receipt.confirmed_at = shared_->now;
  v1::AreaOrderConfirmed& confirmed = *decide().mutable_area_order_confirmed();
  confirmed.set_unit_id(record.unit_id());
  confirmed.set_area_order_id(record.area_order_id());
  confirmed.set_told(static_cast<std::uint32_t>(order->second.receipts.size()));
  confirmed.set_confirmed(order->second.confirmed());
  return {};
}

}  // namespace dispatch135::core
