// Matters that are not for the police's 1/3/5 minutes: what sources, grid workers and time do to them.
#include <algorithm>
#include <utility>

#include "engine/base/limits.h"
#include "engine/core/region.h"
#include "engine/core/state_machines.h"

namespace dispatch135::core {
namespace {

constexpr int kMostSteps = 64;

}  // namespace

// On duty, and a grid worker.
class Region::WorkerFilter : public road::UnitFilter {
 public:
  explicit WorkerFilter(const Region& region) : region_(region) {}
  bool accepts(UnitIndex unit, DurationMs& turnout) const override {
    turnout = {0};
    return region_.unit_infos_[unit.value()].kind == v1::UNIT_KIND_GRID_WORKER && region_.assignable(unit);
  }

 private:
  const Region& region_;
};

// What the triage makes of a report: nothing for the police, whose incident it becomes.
const policy::TriageEntry* Region::triage(const v1::IncidentReported& record) const {
  if (!policy_->matters()) return nullptr;
  return policy_->matters()->triage(record.category(), record.source(), record.description());
}

// An emergency is at least as grave as its row says.
void Region::make_as_grave(Incident& incident, const policy::TriageEntry& row) {
  if (row.channel == v1::CHANNEL_EMERGENCY && incident.severity > row.severity) incident.severity = row.severity;
}

Outcome Region::room_for_matter() const {
  if (matters_.open() < limits::kOpenMatters) return {};
  return Reject{v1::REJECT_CODE_CAPACITY,
                "the region has " + std::to_string(matters_.open()) + " open matters; close some"};
}

Matter& Region::open_matter(const v1::IncidentReported& record, const policy::TriageEntry& row) {
  Matter& matter = matters_.add(shared_->id_here(shared_->record), {record.source(), record.event_id()});
  v1::Matter& shown = matter.shown;
  shown.set_source(record.source());
  shown.set_event_id(record.event_id());
  shown.set_channel(row.channel);
  shown.set_category(record.category());
  shown.set_severity(record.severity());
  *shown.mutable_position() = record.position();
  shown.set_district(record.district());
  shown.set_address(record.address());
  shown.set_description(record.description());
  shown.set_caller_reference(record.caller_reference());
  shown.set_triage(row.name);
  matter.handle_within = row.handle_within;
  locate(shown);
  give_to(matter, centre_for(shown).id);
  step(matter, v1::MatterStep::KIND_OPENED, {}, row.name);
  return matter;
}

// With the policy: what is due is due, if the policy has the section.
void Region::start_matters() {
  find_micro_grids();
  if (!policy_->matters()) return;
  for (const auto& [id, matter] : matters_.all()) {
    if (matter.open()) shared_->timers.set({{matter.shown.due_at_ms()}, TimerKind::kMatterDue, id_, id});
  }
}

void Region::find_micro_grids() {
  const std::uint64_t named = policy_->matters() ? policy_->matters()->micro_grids() : 0;
  micro_grids_ = named != 0 ? shared_->micro_grids(named) : nullptr;
}

// Whose micro-grid it is.
void Region::locate(v1::Matter& shown) const {
  shown.clear_micro_grid();
  shown.clear_township();
  if (micro_grids_ == nullptr) return;
  const auto grid = micro_grids_->find({shown.position().latitude_e7(), shown.position().longitude_e7()});
  if (!grid) return;
  shown.set_micro_grid(grid->code);
  shown.set_township(grid->township);
}

// The centre has it, and is to sign for it.
void Region::give_to(Matter& matter, std::uint32_t centre) {
  matter.shown.set_centre_id(centre);
  matter.shown.set_status(v1::Matter::STATUS_ASSIGNED);
  set_due(matter, policy_->matters()->accept_within());
}

void Region::set_due(Matter& matter, DurationMs within) {
  const TimeMs due = shared_->now + within;
  matter.shown.set_due_at_ms(due.since_epoch);
  shared_->timers.set({due, TimerKind::kMatterDue, id_, matter.id()});
}

void Region::step(Matter& matter, v1::MatterStep::Kind kind, const std::string& by, const std::string& reason) {
  auto& steps = *matter.shown.mutable_steps();
  // The first says how it was opened: it stays.
  if (steps.size() == kMostSteps) steps.DeleteSubrange(1, 1);
  v1::MatterStep& made = *steps.Add();
  made.set_kind(kind);
  made.set_at_ms(shared_->now.since_epoch);
  made.set_centre_id(matter.shown.centre_id());
  made.set_by(by);
  made.set_reason(reason);
  v1::MatterChanged& changed = *decide().mutable_matter_changed();
  fill(matter, *changed.mutable_matter());
  *changed.mutable_matter()->add_steps() = made;
}

// A step that is an order to a grid worker too.
void Region::step_with_order(Matter& matter, v1::MatterStep::Kind kind, const std::string& by,
                             const std::string& reason, UnitIndex worker, Order::Kind order_kind) {
  step(matter, kind, by, reason);
  Unit& unit = units_[worker.value()];
  v1::Decision& decision = shared_->decisions.last();
  Order order;
  order.sequence = ++unit.last_order;
  order.kind = order_kind;
  order.offset = decision.id().offset();
  order.index = decision.id().index();
  order.matter = matter.id();
  unit.orders.push_back(order);
  decision.mutable_matter_changed()->set_order_sequence(unit.last_order);
  decision.mutable_matter_changed()->set_unit_id(unit_infos_[worker.value()].id.value());
}

// A step after which the matter is no grid worker's.
void Region::step_and_stop_worker(Matter& matter, v1::MatterStep::Kind kind, const std::string& by,
                                  const std::string& reason) {
  const auto worker = find_unit(matter.shown.worker_unit_id());
  if (!worker) return step(matter, kind, by, reason);
  matters_.take_worker(matter, *worker);
  step_with_order(matter, kind, by, reason, *worker, Order::Kind::kEndMatter);
}

void Region::tell_hotline(const Matter& matter, v1::HotlineFeedback::What what, const std::string& reason) {
  v1::HotlineFeedback& told = *decide().mutable_hotline_feedback();
  told.set_source(matter.shown.source());
  told.set_event_id(matter.shown.event_id());
  told.set_caller_reference(matter.shown.caller_reference());
  told.set_matter_id(matter.id());
  told.set_incident_id(matter.shown.incident_id());
  told.set_what(what);
  told.set_channel(matter.shown.channel());
  if (const policy::Centre* centre = centre_of(matter)) told.set_centre(centre->name);
  if (matter.open()) told.set_due_at_ms(matter.shown.due_at_ms());
  told.set_disposition(matter.shown.disposition());
  told.set_reason(reason);
}

const policy::Centre& Region::centre_for(const v1::Matter& shown) const {
  return policy_->matters()->centre_for(DistrictId(shown.district()), shown.township(), shown.severity());
}

const policy::Centre* Region::centre_of(const Matter& matter) const {
  return policy_->matters() ? policy_->matters()->centre(matter.shown.centre_id()) : nullptr;
}

// The centre above the one that has it; null: there is none, or another policy does not know the centre.
const policy::Centre* Region::centre_above(const Matter& matter) const {
  const policy::Centre* centre = centre_of(matter);
  return centre == nullptr || centre->parent == 0 ? nullptr : policy_->matters()->centre(centre->parent);
}

void Region::accept(Matter& matter, const std::string& by) {
  matter.shown.set_status(v1::Matter::STATUS_ACCEPTED);
  set_due(matter, matter.handle_within);
  step(matter, v1::MatterStep::KIND_ACCEPTED, by, {});
  tell_hotline(matter, v1::HotlineFeedback::WHAT_ACCEPTED, {});
  if (matter.shown.channel() != v1::CHANNEL_GRID || matter.shown.worker_unit_id() != 0) return;
  if (const auto worker = worker_for(matter)) order_worker(matter, *worker, {}, {});
}

// The grid worker of its micro-grid if he is on duty, else the one who is soonest there.
std::optional<UnitIndex> Region::worker_for(const Matter& matter) {
  const geo::Point place = {matter.shown.position().latitude_e7(), matter.shown.position().longitude_e7()};
  const WorkerFilter workers(*this);
  DurationMs turnout;
  if (const auto grid = micro_grids_ == nullptr ? std::nullopt : micro_grids_->find(place)) {
    const auto own = find_unit(grid->worker.value());
    if (own && workers.accepts(*own, turnout)) return own;
  }
  const auto found = search_.k_soonest(place, limits::kSnapLimitMm, on_road_, workers, 1);
  if (found.empty()) return std::nullopt;
  return found[0].unit;
}

void Region::handle(Matter& matter, v1::Disposition disposition, const std::string& by, const std::string& reason) {
  matter.shown.set_status(v1::Matter::STATUS_HANDLED);
  matter.shown.set_disposition(disposition);
  set_due(matter, policy_->matters()->verify_within());
  step_and_stop_worker(matter, v1::MatterStep::KIND_HANDLED, by, reason);
  tell_hotline(matter, v1::HotlineFeedback::WHAT_HANDLED, reason);
}

void Region::end_matter(Matter& matter, v1::Matter::Status status, v1::MatterStep::Kind kind, const std::string& by,
                        const std::string& reason) {
  matter.shown.set_status(status);
  matter.shown.set_due_at_ms(0);
  matters_.count_open(false);
  shared_->timers.set(
      {shared_->now + DurationMs{limits::kEndedIncidentKeptMs}, TimerKind::kMatterForget, id_, matter.id()});
  step_and_stop_worker(matter, kind, by, reason);
}

void Region::order_worker(Matter& matter, UnitIndex worker, const std::string& by, const std::string& reason) {
  if (matter.shown.worker_unit_id() != 0) {
    step_and_stop_worker(matter, v1::MatterStep::KIND_WORKER_RETURNED, by, reason);
  }
  matters_.set_worker(matter, worker, unit_infos_[worker.value()].id);
  step_with_order(matter, v1::MatterStep::KIND_WORKER_ORDERED, by, reason, worker, Order::Kind::kMatter);
}

// Fires when a step is due.
void Region::fire_matter(std::uint64_t id, TimeMs due) {
  Matter* matter = matters_.find(id);
  if (matter == nullptr || !matter->open() || matter->shown.due_at_ms() != due.since_epoch) return;
  if (!policy_->matters()) return;
  matter->shown.set_overdue(matter->shown.overdue() + 1);
  const v1::Matter::Status status = matter->shown.status();
  const policy::Centre* above = status == v1::Matter::STATUS_HANDLED ? nullptr : centre_above(*matter);
  set_due(*matter, status == v1::Matter::STATUS_HANDLED    ? policy_->matters()->verify_within()
                   : status == v1::Matter::STATUS_ASSIGNED ? policy_->matters()->accept_within()
                                                           : matter->handle_within);
  step(*matter, v1::MatterStep::KIND_OVERDUE, {}, {});
  if (above == nullptr) return;
  give_to(*matter, above->id);
  step(*matter, v1::MatterStep::KIND_ESCALATED, {}, "overdue");
}

Outcome Region::apply(const v1::MatterReported& record) {
  UnitIndex index;
  if (Outcome refused = find_signed_on(record.unit_id(), index)) return refused;
  const v1::MatterReport& report = record.report();
  Matter* matter = nullptr;
  if (Outcome refused = find_matter(report.matter_id(), matter)) return refused;
  if (matter->shown.worker_unit_id() != record.unit_id()) {
    return Reject{v1::REJECT_CODE_UNKNOWN_ASSIGNMENT, "matter " + std::to_string(report.matter_id()) + " is not unit " +
                                                          std::to_string(record.unit_id()) +
                                                          "'s; it ended or is another's"};
  }
  if (!v1::MatterReport::Step_IsValid(report.step()) || report.step() == v1::MatterReport::STEP_UNSPECIFIED) {
    return Reject{v1::REJECT_CODE_UNKNOWN_VALUE, "a worker says ACCEPTED, HANDLED or RETURNED"};
  }
  if (report.step() == v1::MatterReport::STEP_HANDLED &&
      (!v1::Disposition_IsValid(report.disposition()) || report.disposition() == v1::DISPOSITION_UNSPECIFIED)) {
    return Reject{v1::REJECT_CODE_MISSING_FIELD, "what was handled has a disposition"};
  }
  hear(index);
  if (report.step() == v1::MatterReport::STEP_ACCEPTED) {
    if (matter->shown.worker_accepted()) return {};  // Said twice.
    matter->shown.set_worker_accepted(true);
    step(*matter, v1::MatterStep::KIND_WORKER_ACCEPTED, {}, report.note());
    return {};
  }
  matters_.take_worker(*matter, index);
  if (report.step() == v1::MatterReport::STEP_RETURNED) {
    step(*matter, v1::MatterStep::KIND_WORKER_RETURNED, {}, report.note());
  } else {
    handle(*matter, report.disposition(), {}, report.note());
  }
  return {};
}

// Off duty or out of service: what the worker had waits for another.
void Region::leave_matters(UnitIndex index, v1::UnitSecondaryStatus next) {
  if (next != v1::UNIT_SECONDARY_STATUS_OFF_DUTY && next != v1::UNIT_SECONDARY_STATUS_OUT_OF_SERVICE) return;
  for (const std::uint64_t id : matters_.of_worker(index)) {
    Matter& matter = *matters_.find(id);
    matters_.take_worker(matter, index);
    step(matter, v1::MatterStep::KIND_WORKER_RETURNED, {}, "the worker is gone");
  }
}

// The source's further word on a matter. Nothing: no matter bears the name.
bool Region::update_matter(const v1::IncidentUpdated& record) {
  Matter* matter = matters_.find({record.source(), record.event_id()});
  if (matter == nullptr || !matter->open()) return false;
  if (!record.address().empty()) matter->shown.set_address(record.address());
  if (!record.description().empty()) matter->shown.set_description(record.description());
  if (v1::Severity_IsValid(record.severity()) && record.severity() != v1::SEVERITY_UNSPECIFIED) {
    matter->shown.set_severity(record.severity());
  }
  if (record.has_position()) {
    *matter->shown.mutable_position() = record.position();
    matter->shown.set_district(record.district());
    locate(matter->shown);
  }
  step(*matter, v1::MatterStep::KIND_UPDATED, {}, {});
  return true;
}

bool Region::cancel_matter(const v1::IncidentCancelled& record) {
  Matter* matter = matters_.find({record.source(), record.event_id()});
  if (matter == nullptr || !matter->open()) return false;
  end_matter(*matter, v1::Matter::STATUS_CANCELLED, v1::MatterStep::KIND_CANCELLED, {}, record.reason());
  return true;
}

void Region::fill(const Matter& matter, v1::Matter& out) const {
  out = matter.shown;
  out.clear_steps();
}

void Region::fill_matter(const Order& order, v1::UnitOrder& out) const {
  if (order.kind == Order::Kind::kEndMatter) {
    out.mutable_end_matter()->set_matter_id(order.matter);
    return;
  }
  out.mutable_matter()->mutable_matter()->set_matter_id(order.matter);
  if (const Matter* matter = matters_.find(order.matter)) fill(*matter, *out.mutable_matter()->mutable_matter());
}

}  // namespace dispatch135::core
