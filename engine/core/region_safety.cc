// Is the officer well? Whoever is on scene without a word, or falls silent at work, is asked; without an answer the
// command centre is told.
#include <utility>

#include "engine/core/region.h"
#include "engine/core/state_machines.h"

namespace dispatch135::core {

// The officer has said something about the work; what the device says by itself does not count.
void Region::word(UnitIndex index) {
  if (!policy_->progress().on) return;
  const Unit& unit = units_[index.value()];
  if (unit.assignment != AssignmentId{}) {
    incidents_.at(unit.incident).find(unit.assignment)->progress.word_at = shared_->now;
  }
  const auto check = checks_.find(index);
  if (check != checks_.end() && check->second.cause == v1::CHECK_CAUSE_NO_WORD) {
    end_check(index, v1::UnitChecked::WHAT_ANSWERED, {});
  }
}

// On scene from now on, or asked and answered: the officer is asked again after a while.
void Region::ask_later(UnitIndex index, Assignment& assignment) {
  const DurationMs after = policy_->progress().safety_check_after;
  if (after.count == 0) return;
  assignment.progress.ask_at = std::max(assignment.progress.word_at, assignment.on_scene_at) + after;
  shared_->timers.set({assignment.progress.ask_at, TimerKind::kSafety, id_, unit_infos_[index.value()].id.value()});
}

void Region::safety_due(UnitIndex index, TimeMs due) {
  if (const auto open = checks_.find(index); open != checks_.end()) {
    if (!open->second.escalated && open->second.answer_by == due) escalate(index, open->second);
    return;
  }
  const Unit& unit = units_[index.value()];
  if (unit.secondary != v1::UNIT_SECONDARY_STATUS_ON_SCENE) return;
  Assignment& assignment = *incidents_.at(unit.incident).find(unit.assignment);
  if (assignment.progress.ask_at != due) return;
  assignment.progress.ask_at = {};
  const policy::ProgressRule& rule = policy_->progress();
  if (rule.safety_check_after.count == 0) return;
  const TimeMs last = std::max(assignment.progress.word_at, assignment.on_scene_at);
  // Words only move the moment away: a timer that comes too early sets itself again.
  if (shared_->now < last + rule.safety_check_after) return ask_later(index, assignment);
  ask(index, v1::CHECK_CAUSE_NO_WORD, unit.incident);
}

void Region::ask(UnitIndex index, v1::CheckCause cause, IncidentId incident) {
  if (checks_.contains(index)) return;
  Unit& unit = units_[index.value()];
  SafetyCheck check;
  check.id = ++check_count_;
  check.cause = cause;
  check.incident = incident;
  check.asked_at = shared_->now;
  if (unit.assignment != AssignmentId{}) {
    check.word_at = incidents_.at(unit.incident).find(unit.assignment)->progress.word_at;
  }
  if (cause == v1::CHECK_CAUSE_NEEDS_HELP) return escalate(index, checks_.emplace(index, check).first->second);
  check.answer_by = shared_->now + policy_->progress().safety_answer_within;
  shared_->timers.set({check.answer_by, TimerKind::kSafety, id_, unit_infos_[index.value()].id.value()});
  v1::Decision& decision = decide();
  check.order = ++unit.last_order;
  unit.orders.push_back({.sequence = check.order,
                         .kind = Order::Kind::kCheck,
                         .offset = decision.id().offset(),
                         .index = decision.id().index(),
                         .assignment = {},
                         .incident = {},
                         .eta = {},
                         .acknowledge_by = check.answer_by,
                         .check = check.id,
                         .check_cause = cause});
  fill(index, check, *decision.mutable_unit_checked());
  checks_.emplace(index, check);
}

void Region::escalate(UnitIndex index, SafetyCheck& check) {
  check.escalated = true;
  const auto incident = incidents_.find(check.incident);
  const bool more = policy_->progress().safety_reinforce && !check.reinforced && incident != incidents_.end();
  if (more) check.reinforced = reinforce(incident->second, 0);
  fill(index, check, *decide().mutable_unit_checked());
}

void Region::end_check(UnitIndex index, v1::UnitChecked::What what, const std::string& by) {
  const auto found = checks_.find(index);
  v1::UnitChecked& ended = *decide().mutable_unit_checked();
  fill(index, found->second, ended);
  ended.set_what(what);
  ended.set_by(by);
  checks_.erase(found);
  const Unit& unit = units_[index.value()];
  if (unit.secondary != v1::UNIT_SECONDARY_STATUS_ON_SCENE) return;
  Assignment& assignment = *incidents_.at(unit.incident).find(unit.assignment);
  assignment.progress.word_at = shared_->now;
  ask_later(index, assignment);
}

void Region::fill(UnitIndex index, const SafetyCheck& check, v1::UnitChecked& out) const {
  out.set_what(check.escalated ? v1::UnitChecked::WHAT_ESCALATED : v1::UnitChecked::WHAT_ASKED);
  out.set_cause(check.cause);
  out.set_check_id(check.id);
  out.set_unit_id(unit_infos_[index.value()].id.value());
  out.set_incident_id(check.incident.value());
  out.set_asked_at_ms(check.asked_at.since_epoch);
  out.set_answer_by_ms(check.answer_by.since_epoch);
  out.set_heard_at_ms(units_[index.value()].heard_at.since_epoch);
  out.set_word_at_ms(check.word_at.since_epoch);
  out.set_order_sequence(check.order);
  out.set_reinforced(check.reinforced);
}

Outcome Region::apply(const v1::UnitCheckAnswered& record) {
  UnitIndex index;
  if (Outcome refused = find_signed_on(record.unit_id(), index)) return refused;
  const bool help = record.reply() == v1::CHECK_REPLY_NEED_HELP;
  if (!help && record.reply() != v1::CHECK_REPLY_ALL_WELL) {
    return Reject{v1::REJECT_CODE_UNKNOWN_VALUE, "a check is answered ALL_WELL or NEED_HELP"};
  }
  const auto open = checks_.find(index);
  if (!help && (open == checks_.end() || open->second.id != record.check_id())) {
    return Reject{v1::REJECT_CODE_ILLEGAL_TRANSITION, "check " + std::to_string(record.check_id()) + " of unit " +
                                                          std::to_string(record.unit_id()) +
                                                          " is not open; it was answered or settled"};
  }
  hear(index);
  if (!help) {
    // Being heard may have answered it already.
    if (checks_.contains(index)) end_check(index, v1::UnitChecked::WHAT_ANSWERED, {});
    return {};
  }
  // A cry for help is never refused, whatever was asked.
  const auto asked = checks_.find(index);
  if (asked == checks_.end()) {
    ask(index, v1::CHECK_CAUSE_NEEDS_HELP, units_[index.value()].incident);
  } else if (asked->second.cause != v1::CHECK_CAUSE_NEEDS_HELP) {
    asked->second.cause = v1::CHECK_CAUSE_NEEDS_HELP;
    escalate(index, asked->second);
  }
  return {};
}

Outcome Region::command(const v1::SettleUnitCheck& command, const v1::OperatorCommand& from) {
  const auto index = find_unit(command.unit_id());
  if (!index) {
    return Reject{v1::REJECT_CODE_UNKNOWN_UNIT,
                  "unit " + std::to_string(command.unit_id()) + " is not in the city file of this region"};
  }
  const auto open = checks_.find(*index);
  if (open == checks_.end()) {
    return Reject{v1::REJECT_CODE_ILLEGAL_TRANSITION,
                  "unit " + std::to_string(command.unit_id()) + " has no open check; it was answered or settled"};
  }
  remember(applied(from, open->second.incident, UnitId(command.unit_id())));
  end_check(*index, v1::UnitChecked::WHAT_SETTLED, from.operator_id());
  return {};
}

}  // namespace dispatch135::core
