#include "engine/core/engine.h"

#include <string>
#include <utility>
#include <vector>

#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "engine/core/engine_state.h"

namespace dispatch135::core {

Engine::Engine(std::uint32_t partition, const CityCatalog& cities)
    : state_(std::make_unique<State>(partition, cities)) {}
Engine::~Engine() = default;
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;

std::uint64_t micro_grids_of(const v1::LogRecord& record) {
  const v1::PolicyActivated& activated =
      record.has_policy_activated() ? record.policy_activated() : record.operator_command().activate_policy();
  return activated.policy().matters().micro_grids();
}

namespace {

std::uint32_t behaviour_of(const v1::LogRecord& record) {
  return record.has_behaviour_activated() ? record.behaviour_activated().level()
                                          : record.operator_command().activate_behaviour().level();
}

}  // namespace

bool Engine::can_apply(const v1::LogRecord& record) const {
  if (record.has_city_activated()) {
    return state_->catalog->find(CityFingerprint(record.city_activated().fingerprint())) != nullptr;
  }
  if (behaviour_of(record) > kNewestBehaviour) return false;
  const std::uint64_t grids = micro_grids_of(record);
  return grids == 0 || state_->catalog->micro_grids(city::GridsFingerprint(grids)) != nullptr;
}

std::span<const v1::Decision> Engine::apply(const v1::LogRecord& record, std::uint64_t offset, TimeMs timestamp) {
  D135_CHECK(can_apply(record), "the node stops following before it applies a record that needs another city file");
  State& state = *state_;
  state.begin(offset, timestamp);
  const bool repeated = record.has_source() && !state.is_new(record.source());
  if (!repeated) {
    if (const Outcome refused = state.apply(record)) state.refuse(record, *refused);
    // A record may set a timer that is due at once, such as a deadline moved into the past.
    state.fire_due();
  }
  state.tell_hash();
  return state.shared.decisions.decisions();
}

std::span<const v1::Decision> Engine::skip(const v1::Skip& skip, std::uint64_t offset, TimeMs timestamp) {
  State& state = *state_;
  state.begin(offset, timestamp);
  v1::RecordSkipped& skipped = *state.shared.decisions.add(RegionId{}).mutable_record_skipped();
  skipped.set_operator_id(skip.operator_id());
  skipped.set_reason(skip.reason());
  state.tell_hash();
  return state.shared.decisions.decisions();
}

// The record at this place has come: time moves on, and what is due by now is done first.
void Engine::State::begin(std::uint64_t offset, TimeMs timestamp) {
  D135_CHECK(offset >= next_offset, "records are applied in the log's order");
  hash_due = next_offset > 0 && offset / kHashedEach != (next_offset - 1) / kHashedEach;
  next_offset = offset + 1;
  if (timestamp > shared.now) shared.now = timestamp;
  shared.decisions.start(offset, shared.now);
  shared.record = offset;
  fire_due();
}

// Level 1: nodes that drift apart notice.
void Engine::State::tell_hash() {
  if (hash_due && shared.behaviour >= 1) {
    *shared.decisions.add(RegionId{}).mutable_state_hashed() = hashed(state::Summer::How::kChanges);
  }
}

void Engine::State::refuse(const v1::LogRecord& record, const Reject& refused) {
  v1::RecordRejected& rejected = *shared.decisions.add(RegionId(record.region())).mutable_record_rejected();
  rejected.set_code(refused.code);
  rejected.set_reason(refused.reason);
  if (record.has_origin()) *rejected.mutable_origin() = record.origin();
  if (record.has_source()) *rejected.mutable_source() = record.source();
}

bool Engine::State::is_new(const v1::SourceOffset& source) {
  auto [last, first_time] = source_offsets.try_emplace({source.topic(), source.partition()}, source.offset());
  if (first_time) return true;
  if (source.offset() <= last->second) return false;
  last->second = source.offset();
  return true;
}

void Engine::State::fire_due() {
  for (;;) {
    while (const std::optional<Timer> timer = shared.timers.take_due(shared.now)) {
      if (Region* region = find(timer->region)) region->fire(*timer);
    }
    for (auto& [id, region] : regions) {
      region.serve_queue();
      region.look_at_cover();
      region.look_at_pursuits();
    }
    const std::optional<TimeMs> next = shared.timers.next_due();
    if (!next || *next > shared.now) return;
  }
}

Outcome Engine::State::apply(const v1::LogRecord& record) {
  switch (record.body_case()) {
    case v1::LogRecord::kTick:
    case v1::LogRecord::kNeighboursRead:
    case v1::LogRecord::kStateDiffered:
      return {};
    case v1::LogRecord::kBehaviourActivated:
      return activate_behaviour(record.behaviour_activated(), shared);
    case v1::LogRecord::kNeighbourHeard:
      if (Outcome refused = hear(record)) return refused;
      break;
    case v1::LogRecord::kLeaderStarted:
      leader = record.leader_started();
      *shared.decisions.add(RegionId{}).mutable_leader_changed()->mutable_leader() = *leader;
      return {};
    case v1::LogRecord::kCityActivated:
      return activate(RegionId(record.region()), record.city_activated());
    case v1::LogRecord::BODY_NOT_SET:
      return Reject{v1::REJECT_CODE_MALFORMED, "the record has no body that this version knows"};
    default:
      break;
  }
  Region* region = find(RegionId(record.region()));
  if (region != nullptr && region->has_policy()) return apply_to_region(record, *region);
  if (region == nullptr || !record.has_policy_activated()) return hold(record);
  const Outcome refused = apply_to_region(record, *region);
  if (!refused) take_held(*region, RegionId(record.region()));
  return refused;
}

// Two leaders may have published one decision, which then stands twice in dispatch.decisions.
Outcome Engine::State::hear(const v1::LogRecord& record) {
  if (record.source().topic() != v1::SourceOffset::TOPIC_DECISIONS) {
    return Reject{v1::REJECT_CODE_MALFORMED, "what a neighbour said does not come from dispatch.decisions"};
  }
  const std::pair<std::uint64_t, std::uint32_t> decision = {record.neighbour_heard().decision_offset(),
                                                            record.neighbour_heard().decision_index()};
  const auto [last, first_time] = heard.try_emplace(record.source().partition(), decision);
  if (!first_time && decision <= last->second) {
    return Reject{v1::REJECT_CODE_ILLEGAL_TRANSITION,
                  "decision " + std::to_string(decision.first) + ":" + std::to_string(decision.second) +
                      " of partition " + std::to_string(record.source().partition()) + " was heard already"};
  }
  last->second = decision;
  return {};
}

// Intake appends what it has accepted whether or not the region's leader has begun; that must not be lost. Devices and
// consoles get the refusal as their answer, and ask again.
Outcome Engine::State::hold(const v1::LogRecord& record) {
  std::string reason = "region " + std::to_string(record.region()) + " has no city and policy in force";
  const bool is_event = record.has_incident_reported() || record.has_incident_updated() ||
                        record.has_incident_cancelled() || record.has_alert_reported();
  if (!is_event) return Reject{v1::REJECT_CODE_UNKNOWN_REGION, std::move(reason)};
  if (held.size() >= limits::kHeldEvents) {
    return Reject{v1::REJECT_CODE_UNKNOWN_REGION,
                  std::move(reason) + ", and " + std::to_string(held.size()) + " events are held already"};
  }
  held.push_back({next_offset - 1, record});
  return {};
}

void Engine::State::take_held(Region& region, RegionId id) {
  std::vector<Held> others;
  for (Held& event : held) {
    if (RegionId(event.record.region()) != id) {
      others.push_back(std::move(event));
      continue;
    }
    shared.record = event.offset;
    if (const Outcome refused = apply_to_region(event.record, region)) refuse(event.record, *refused);
  }
  held = std::move(others);
}

Outcome Engine::State::apply_to_region(const v1::LogRecord& record, Region& region) {
  switch (record.body_case()) {
    case v1::LogRecord::kIncidentReported:
      return region.apply(record.incident_reported(), record.source());
    case v1::LogRecord::kIncidentUpdated:
      return region.apply(record.incident_updated());
    case v1::LogRecord::kIncidentCancelled:
      return region.apply(record.incident_cancelled());
    case v1::LogRecord::kAlertReported:
      return region.apply(record.alert_reported());
    case v1::LogRecord::kUnitSignedOn:
      return region.apply(record.unit_signed_on());
    case v1::LogRecord::kUnitSignedOff:
      return region.apply(record.unit_signed_off());
    case v1::LogRecord::kUnitPositionReported:
      return region.apply(record.unit_position_reported());
    case v1::LogRecord::kUnitStatusReported:
      return region.apply(record.unit_status_reported());
    case v1::LogRecord::kAssignmentAcknowledged:
      return region.apply(record.assignment_acknowledged());
    case v1::LogRecord::kAssignmentDeclined:
      return region.apply(record.assignment_declined());
    case v1::LogRecord::kFeedbackGiven:
      return region.apply(record.feedback_given());
    case v1::LogRecord::kUnitDisconnected:
      return region.apply(record.unit_disconnected());
    case v1::LogRecord::kUnitCheckAnswered:
      return region.apply(record.unit_check_answered());
    case v1::LogRecord::kAreaOrderReceipt:
      return region.apply(record.area_order_receipt());
    case v1::LogRecord::kMatterReported:
      return region.apply(record.matter_reported());
    case v1::LogRecord::kSightingReported:
      return region.apply(record.sighting_reported());
    case v1::LogRecord::kOperatorCommand:
      return region.apply(record.operator_command());
    case v1::LogRecord::kNeighbourHeard:
      return region.apply(record.neighbour_heard().message());
    case v1::LogRecord::kPolicyActivated:
      return region.apply(record.policy_activated());
    case v1::LogRecord::kCityActivated:
    case v1::LogRecord::kLeaderStarted:
    case v1::LogRecord::kTick:
    case v1::LogRecord::kNeighboursRead:
    case v1::LogRecord::kBehaviourActivated:
    case v1::LogRecord::kStateDiffered:
    case v1::LogRecord::BODY_NOT_SET:
      break;
  }
  D135_CHECK(false, "apply() handles what is not a region's");
}

Outcome Engine::State::activate(RegionId id, const v1::CityActivated& record) {
  const city::City* city = catalog->find(CityFingerprint(record.fingerprint()));
  bool contains_region = false;
  for (std::size_t i = 0; i < city->region_count(); ++i) contains_region |= city->region(i).id == id;
  if (!contains_region) {
    return Reject{v1::REJECT_CODE_UNKNOWN_REGION,
                  "the city file does not contain region " + std::to_string(id.value())};
  }
  if (Region* known = find(id)) {
    if (known->city().fingerprint() == city->fingerprint()) return {};
    if (!known->idle()) {
      return Reject{v1::REJECT_CODE_ILLEGAL_TRANSITION,
                    "the region has open incidents or units on duty; close and sign off before its city file changes"};
    }
    known->end_street_changes();
    const Premises premises = known->premises();
    regions.erase(id);
    regions.try_emplace(id, id, *city, shared).first->second.take_premises(premises);
  } else {
    regions.try_emplace(id, id, *city, shared);
  }
  shared.decisions.add(id).mutable_city_in_force()->set_fingerprint(city->fingerprint().value());
  return {};
}

TimeMs Engine::now() const { return state_->shared.now; }
std::uint64_t Engine::next_offset() const { return state_->next_offset; }
std::optional<TimeMs> Engine::next_timer() const { return state_->shared.timers.next_due(); }
const v1::LeaderStarted* Engine::leader() const { return state_->leader ? &*state_->leader : nullptr; }

std::uint32_t Engine::behaviour() const { return state_->shared.behaviour; }
std::size_t Engine::held_events() const { return state_->held.size(); }

bool Engine::has_region(RegionId region) const {
  const Region* found = state_->find(region);
  return found != nullptr && found->has_policy();
}

const city::City* Engine::city(RegionId region) const {
  const Region* found = state_->find(region);
  return found == nullptr ? nullptr : &found->city();
}

std::vector<RegionId> Engine::regions() const {
  std::vector<RegionId> ids;
  for (const auto& [id, region] : state_->regions) ids.push_back(id);
  return ids;
}

std::set<RegionId> Engine::neighbours() const {
  std::set<RegionId> all;
  for (const auto& [id, region] : state_->regions) region.gather_neighbours(all);
  return all;
}

std::optional<std::int64_t> Engine::heard_up_to(std::int32_t partition) const {
  const auto found = state_->source_offsets.find({v1::SourceOffset::TOPIC_DECISIONS, partition});
  return found == state_->source_offsets.end() ? std::nullopt : std::optional(found->second);
}

v1::RegionSnapshot Engine::snapshot(RegionId region) const {
  const Region* found = state_->find(region);
  v1::RegionSnapshot snapshot = found == nullptr ? v1::RegionSnapshot() : found->snapshot();
  if (state_->leader) *snapshot.mutable_leader() = *state_->leader;
  return snapshot;
}

std::optional<v1::Incident> Engine::incident(RegionId region, IncidentId id) const {
  const Region* found = state_->find(region);
  return found == nullptr ? std::nullopt : found->incident(id);
}

std::optional<v1::Incident> Engine::incident(RegionId region, std::string_view source,
                                             std::string_view event_id) const {
  const Region* found = state_->find(region);
  return found == nullptr ? std::nullopt : found->incident(source, event_id);
}

std::optional<v1::Unit> Engine::unit(RegionId region, UnitId id) const {
  const Region* found = state_->find(region);
  return found == nullptr ? std::nullopt : found->unit(id);
}

std::vector<v1::Unit> Engine::units(RegionId region) const {
  const Region* found = state_->find(region);
  return found == nullptr ? std::vector<v1::Unit>() : found->units();
}

std::string_view Engine::device(RegionId region, UnitId id) const {
  const Region* found = state_->find(region);
  return found == nullptr ? std::string_view() : found->device(id);
}

std::vector<v1::UnitOrder> Engine::orders_after(RegionId region, UnitId unit, std::uint64_t after) const {
  const Region* found = state_->find(region);
  return found == nullptr ? std::vector<v1::UnitOrder>() : found->orders_after(unit, after);
}

Outcome Engine::route(RegionId region, UnitId unit, v1::Route& out) const {
  Region* found = state_->find(region);
  if (found == nullptr) {
    return Reject{v1::REJECT_CODE_UNKNOWN_REGION, "region " + std::to_string(region.value()) + " has no city in force"};
  }
  return found->route(unit, out);
}

std::optional<v1::CommandApplied> Engine::command(RegionId region, std::string_view command_id) const {
  const Region* found = state_->find(region);
  return found == nullptr ? std::nullopt : found->command(command_id);
}

}  // namespace dispatch135::core
