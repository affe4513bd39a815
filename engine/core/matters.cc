#include "engine/core/matters.h"

namespace dispatch135::core {

bool Matter::open() const {
  return shown.status() == v1::Matter::STATUS_ASSIGNED || shown.status() == v1::Matter::STATUS_ACCEPTED ||
         shown.status() == v1::Matter::STATUS_HANDLED;
}

Matter& Matters::add(std::uint64_t id, const EventName& name) {
  Matter& matter = by_id_[id];
  matter.shown.set_matter_id(id);
  by_event_[name] = id;
  ++open_;
  return matter;
}

Matter* Matters::find(std::uint64_t id) {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &found->second;
}

const Matter* Matters::find(std::uint64_t id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &found->second;
}

Matter* Matters::find(const EventName& name) {
  const auto found = by_event_.find(name);
  return found == by_event_.end() ? nullptr : find(found->second);
}

void Matters::forget(std::uint64_t id) {
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return;
  const auto name = by_event_.find({found->second.shown.source(), found->second.shown.event_id()});
  if (name != by_event_.end() && name->second == id) by_event_.erase(name);
  by_id_.erase(found);
}

void Matters::set_worker(Matter& matter, UnitIndex unit, UnitId id) {
  matter.shown.set_worker_unit_id(id.value());
  matter.shown.set_worker_accepted(false);
  workers_.emplace(unit, matter.id());
}

void Matters::take_worker(Matter& matter, UnitIndex unit) {
  matter.shown.set_worker_unit_id(0);
  matter.shown.set_worker_accepted(false);
  workers_.erase({unit, matter.id()});
}

std::vector<std::uint64_t> Matters::of_worker(UnitIndex unit) const {
  std::vector<std::uint64_t> ids;
  for (auto next = workers_.lower_bound({unit, 0}); next != workers_.end() && next->first == unit; ++next) {
    ids.push_back(next->second);
  }
  return ids;
}

}  // namespace dispatch135::core
