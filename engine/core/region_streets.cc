// The streets as they are now: changes that dispatchers make, and the moments at which they begin and end.
#include <utility>

#include "engine/base/limits.h"
#include "engine/core/region.h"
#include "engine/core/street_selection.h"
#include "engine/core/street_times.h"

namespace dispatch135::core {

Outcome Region::command(const v1::ChangeStreets& command, const v1::OperatorCommand& from) {
  if (Outcome refused = malformed(command)) return refused;
  if (is_over(command, shared_->now)) {
    return Reject{v1::REJECT_CODE_OUT_OF_RANGE, "until_ms " + std::to_string(command.until_ms()) + " has passed"};
  }
  if (street_changes_.size() >= limits::kStreetsChanges) {
    return Reject{v1::REJECT_CODE_CAPACITY, "the region has " + std::to_string(street_changes_.size()) +
                                                " changes of streets; restore some first"};
  }
  SelectedStreets selected;
  if (Outcome refused = select_streets(*city_, command, selected)) return refused;
  if (changed_arcs_ + selected.arcs.size() > limits::kChangedArcs) {
    return Reject{v1::REJECT_CODE_CAPACITY, "the changes of this region touch " + std::to_string(changed_arcs_) +
                                                " directions of pieces of street; restore some first"};
  }

  const std::uint64_t id = shared_->id_here(shared_->record);
  StreetsChange& change = street_changes_[id];
  change.shown.set_change_id(id);
  *change.shown.mutable_change() = command;
  if (command.has_edges()) {
    change.shown.mutable_change()->mutable_edges()->clear_forward();
    change.shown.mutable_change()->mutable_edges()->clear_backward();
  }
  change.shown.set_operator_id(from.operator_id());
  change.shown.set_reason(from.reason());
  change.shown.set_made_at_ms(shared_->now.since_epoch);
  change.shown.set_pieces(selected.pieces);
  for (std::string& name : selected.names) change.shown.add_streets(std::move(name));
  change.shown.set_holds(holds(command, shared_->now));
  change.effect = {.id = id,
                   .arcs = std::move(selected.arcs),
                   .kinds = kinds_of(command),
                   .speed_permille = command.speed_permille()};
  change.switch_at = next_switch(command, shared_->now).value_or(TimeMs{});
  changed_arcs_ += change.effect.arcs.size();

  v1::CommandApplied result = applied(from, {}, {});
  result.set_change_id(id);
  remember(std::move(result));
  decide_streets(change, v1::StreetsChanged::WHAT_MADE);
  if (change.shown.holds()) streets_moved();
  watch_streets();
  return {};
}

Outcome Region::command(const v1::RestoreStreets& command, const v1::OperatorCommand& from) {
  const auto found = street_changes_.find(command.change_id());
  if (found == street_changes_.end()) {
    return Reject{v1::REJECT_CODE_OUT_OF_RANGE,
                  "no change of streets " + std::to_string(command.change_id()) + " in this region; it may have ended"};
  }
  v1::CommandApplied result = applied(from, {}, {});
  result.set_change_id(command.change_id());
  remember(std::move(result));
  StreetsChange ended = std::move(found->second);
  street_changes_.erase(found);
  changed_arcs_ -= ended.effect.arcs.size();
  const bool held = ended.shown.holds();
  decide_streets(ended, v1::StreetsChanged::WHAT_ENDED);
  if (held) streets_moved();
  return {};
}

void Region::end_street_changes() {
  for (const auto& [id, change] : street_changes_)
    decide_streets(street_changes_.at(id), v1::StreetsChanged::WHAT_ENDED);
  street_changes_.clear();
}

// All that switch by now switch together, so that a morning's hundred windows move the roads once.
void Region::switch_streets() {
  bool moved = false;
  for (auto next = street_changes_.begin(); next != street_changes_.end();) {
    const auto here = next++;
    if (here->second.switch_at == TimeMs{} || here->second.switch_at > shared_->now) continue;
    StreetsChange& change = street_changes_.at(here->first);
    const v1::ChangeStreets& asked = change.shown.change();
    const bool held = change.shown.holds();
    if (is_over(asked, shared_->now)) {
      decide_streets(change, v1::StreetsChanged::WHAT_ENDED);
      moved = moved || held;
      changed_arcs_ -= change.effect.arcs.size();
      street_changes_.erase(here);
      continue;
    }
    change.switch_at = next_switch(asked, shared_->now).value_or(TimeMs{});
    if (holds(asked, shared_->now) == held) continue;
    change.shown.set_holds(!held);
    decide_streets(change, held ? v1::StreetsChanged::WHAT_RESTS : v1::StreetsChanged::WHAT_HOLDS);
    moved = true;
  }
  if (moved) streets_moved();
  watch_streets();
}

// Tells the roads what holds now. Units stand on streets that they may use; whoever waits may have got a way.
void Region::streets_moved() {
  std::vector<const road::StreetEffect*> effects;
  for (const auto& [id, change] : street_changes_) {
    if (change.shown.holds()) effects.push_back(&change.effect);
  }
  roads_.set(effects);
  if (coverage_) coverage_->roads_changed();
  for (const auto& [id, incident] : incidents_) {
    if (!incident.assignments.empty()) forget_best_ways(incidents_.at(id));
  }
  for (std::uint32_t i = 0; i < units_.size(); ++i) {
    if (on_road_.placed(UnitIndex(i))) settle(UnitIndex(i));
  }
  came_free_ = true;
}

void Region::watch_streets() {
  TimeMs first;
  for (const auto& [id, change] : street_changes_) {
    if (change.switch_at == TimeMs{}) continue;
    if (first == TimeMs{} || change.switch_at < first) first = change.switch_at;
  }
  if (first != TimeMs{}) shared_->timers.set({first, TimerKind::kStreets, id_, 0});
}

void Region::decide_streets(StreetsChange& change, v1::StreetsChanged::What what) {
  if (what == v1::StreetsChanged::WHAT_ENDED) change.shown.set_holds(false);
  v1::StreetsChanged& changed = *decide().mutable_streets_changed();
  changed.set_what(what);
  *changed.mutable_change() = change.shown;
}

}  // namespace dispatch135::core
