#include "services/dispatchd/unit_sessions.h"

#include <algorithm>
#include <utility>

#include "services/dispatchd/unit_messages.h"

namespace dispatch135::dispatchd {

UnitSessions::UnitSessions(Partitions& partitions, Appender& appender, UnitTransport& transport,
                           const SteadyClock& clock, Observer& observer)
    : partitions_(partitions), appender_(appender), transport_(transport), clock_(clock), observer_(observer) {}

void UnitSessions::on_message(SessionId session, const v1::UnitMessage& message) {
  const auto found = sessions_.find(session);
  if (found == sessions_.end()) return sign_on(session, message);
  if (found->second.signed_on) return report(session, found->second, message);
  if (found->second.held.size() < kHeldMessages) {
    found->second.held.push_back(message);
  } else {
    refuse(session, message.client_sequence(), v1::REJECT_CODE_NOT_SIGNED_ON,
           "the sign-on is not in the log yet; wait for signed_on");
  }
}

void UnitSessions::sign_on(SessionId id, const v1::UnitMessage& message) {
  if (!message.has_sign_on()) {
    return close(id, refused(v1::REJECT_CODE_MISSING_FIELD, "the first message of a stream must be sign_on"));
  }
  auto record = sign_on_record(message);
  if (!record) return close(id, refused(record.refused().code, record.refused().reason));

  const RegionId region(record.value().region());
  const UnitId unit(record.value().unit_signed_on().unit_id());
  Partition& partition = partitions_.of(region);
  if (!partition.leading()) return redirect(id, partition);
  if (!partition.engine.has_region(region)) {
    if (partition.configured.contains(region)) {
      return close(id, unavailable("region " + std::to_string(region.value()) + " is being set up; connect again"));
    }
    return close(id, refused(v1::REJECT_CODE_UNKNOWN_REGION,
                             "region " + std::to_string(region.value()) + " has no city and policy in force here"));
  }
  const auto known = partition.engine.unit(region, unit);
  if (!known) {
    return close(id, refused(v1::REJECT_CODE_UNKNOWN_UNIT, "unit " + std::to_string(unit.value()) +
                                                               " is not in the city file of region " +
                                                               std::to_string(region.value())));
  }
  if (message.last_order_seen() > known->last_order_sequence()) {
    return close(id, refused(v1::REJECT_CODE_OUT_OF_RANGE,
                             "last_order_seen is " + std::to_string(message.last_order_seen()) +
                                 ", but the unit's last order is " + std::to_string(known->last_order_sequence())));
  }

  Session& session = sessions_[id];
  session.unit = {region, unit};
  session.device = record.value().unit_signed_on().device_id();
  of_unit_[session.unit].push_back(id);
  append(id, session, record.value(), message.client_sequence());
}

void UnitSessions::report(SessionId id, Session& session, const v1::UnitMessage& message) {
  if (message.last_order_seen() > session.last_sent) {
    return refuse(id, message.client_sequence(), v1::REJECT_CODE_OUT_OF_RANGE,
                  "last_order_seen is " + std::to_string(message.last_order_seen()) + ", but the last order sent is " +
                      std::to_string(session.last_sent));
  }
  const auto [region, unit] = session.unit;
  auto record = unit_record(message, region, unit, partitions_.of(region).log_time(clock_.now_ms()));
  if (!record) return refuse(id, message.client_sequence(), record.refused().code, record.refused().reason);
  if (record.value().has_unit_position_reported()) {
    return position_report(id, session, std::move(record.value()), message.client_sequence());
  }
  append(id, session, record.value(), message.client_sequence());
}

void UnitSessions::position_report(SessionId id, Session& session, v1::LogRecord record,
                                   std::uint64_t client_sequence) {
  const std::int64_t now = clock_.now_ms();
  if (now >= session.position_due_ms && !session.position) {
    session.position_due_ms = now + kPositionEveryMs;
    return append(id, session, record, client_sequence);
  }
  const bool heartbeat = !record.unit_position_reported().has_position();
  if (session.position && heartbeat) return;
  if (!session.position) positions_due_.emplace(session.position_due_ms, id);
  session.position.emplace(std::move(record), client_sequence);
}

void UnitSessions::append(SessionId id, Session& session, v1::LogRecord& record, std::uint64_t client_sequence) {
  if (session.unapplied >= kUnappliedPerSession) {
    return refuse(id, client_sequence, v1::REJECT_CODE_CAPACITY, "too many reports at once; send it again later");
  }
  const std::uint64_t sequence =
      appender_.append(partitions_.of(session.unit.first).index, record,
                       [this](std::uint64_t failed, const log::Appended&) { append_failed(failed); });
  if (sequence == 0) return close(id, unavailable("too much waits to be logged; connect again after a pause"));
  ++session.unapplied;
  pending_[sequence] = {id, client_sequence};
}

void UnitSessions::append_failed(std::uint64_t sequence) {
  const auto found = pending_.find(sequence);
  if (found == pending_.end()) return;
  const SessionId id = found->second.session;
  pending_.erase(found);
  if (sessions_.contains(id)) close(id, unavailable("the log did not take a report; connect again and repeat it"));
}

void UnitSessions::on_applied(Partition& partition, const v1::LogRecord& record,
                              std::span<const v1::Decision> decisions, TimeMs timestamp) {
  if (appender_.is_ours(record)) {
    const auto found = pending_.find(record.origin().sequence());
    if (found != pending_.end()) {
      const Pending pending = found->second;
      pending_.erase(found);
      const v1::RecordRejected* rejected = rejection_of(record, decisions);
      const auto session = sessions_.find(pending.session);
      if (session != sessions_.end()) --session->second.unapplied;
      if (record.has_unit_signed_on()) {
        signed_on(partition, pending.session, record.unit_signed_on(), RegionId(record.region()), rejected, timestamp);
      } else if (session != sessions_.end() && rejected != nullptr) {
        refuse(pending.session, pending.client_sequence, rejected->code(), rejected->reason());
      } else if (session != sessions_.end() && record.has_unit_signed_off()) {
        close(pending.session, {});
      }
    }
  }
  if (!partition.leading()) return;
  push_touched(partition, decisions, timestamp);
  tell_duty(partition, decisions);
}

void UnitSessions::signed_on(Partition& partition, SessionId id, const v1::UnitSignedOn& body, RegionId region,
                             const v1::RecordRejected* rejected, TimeMs timestamp) {
  const auto found = sessions_.find(id);
  if (rejected != nullptr) {
    if (found != sessions_.end()) close(id, refused(rejected->code(), rejected->reason()));
    return;
  }
  const UnitKey key{region, UnitId(body.unit_id())};
  if (found == sessions_.end()) {
    // Its stream closed while the sign-on was on its way.
    if (partition.leading()) disconnected(key, body.device_id());
    return;
  }
  Session& session = found->second;
  session.signed_on = true;
  session.last_sent = body.last_order_seen();
  const std::vector<SessionId> streams = of_unit_[key];
  for (const SessionId other : streams) {
    if (other != id && sessions_.at(other).signed_on) {
      close(other, refused(v1::REJECT_CODE_ALREADY_SIGNED_ON, "the unit has signed on again on another stream"));
    }
  }
  if (!partition.leading()) return;

  v1::UnitOrder order;
  const auto unit = partition.engine.unit(region, key.second);
  if (unit) *order.mutable_signed_on()->mutable_unit() = *unit;
  if (!transport_.send(id, order)) return close(id, exhausted("the device does not read; connect again"));
  push(partition, id, session, timestamp);
  if (!sessions_.contains(id)) return;
  const std::vector<v1::UnitMessage> held = std::move(session.held);
  for (const v1::UnitMessage& message : held) on_message(id, message);
}

void UnitSessions::push_touched(Partition& partition, std::span<const v1::Decision> decisions, TimeMs timestamp) {
  for (const v1::Decision& decision : decisions) {
    std::uint64_t unit = 0;
    if (decision.has_unit_assigned()) {
      unit = decision.unit_assigned().assignment().unit_id();
    } else if (decision.has_assignment_updated()) {
      unit = decision.assignment_updated().assignment().unit_id();
    } else if (decision.has_assignment_ended() && decision.assignment_ended().order_sequence() != 0) {
      unit = decision.assignment_ended().assignment().unit_id();
    } else if (decision.has_unit_checked() && decision.unit_checked().what() == v1::UnitChecked::WHAT_ASKED) {
      unit = decision.unit_checked().unit_id();
    } else if (decision.has_cover_move_changed() && decision.cover_move_changed().order_sequence() != 0) {
      unit = decision.cover_move_changed().move().unit_id();
    } else if (decision.has_unit_told()) {
      unit = decision.unit_told().unit_id();
    } else if (decision.has_matter_changed() && decision.matter_changed().order_sequence() != 0) {
      unit = decision.matter_changed().unit_id();
    } else {
      continue;
    }
    const auto streams = of_unit_.find({RegionId(decision.region()), UnitId(unit)});
    if (streams == of_unit_.end()) continue;
    for (const SessionId id : streams->second) {
      Session& session = sessions_.at(id);
      if (!session.signed_on) continue;
      push(partition, id, session, timestamp);
      break;
    }
  }
}

void UnitSessions::push(Partition& partition, SessionId id, Session& session, TimeMs timestamp) {
  const auto [region, unit] = session.unit;
  for (v1::UnitOrder& order : partition.engine.orders_after(region, unit, session.last_sent)) {
    if (order.has_assignment()) add_route(partition, region, unit, *order.mutable_assignment());
    if (!transport_.send(id, order)) {
      return close(id, exhausted("the device does not read its orders; connect again with last_order_seen"));
    }
    session.last_sent = order.sequence();
    observer_.order_pushed(timestamp);
  }
}

// What the roster's clock brought. A device whose unit went off duty by it has nothing more to say.
void UnitSessions::tell_duty(Partition& partition, std::span<const v1::Decision> decisions) {
  for (const v1::Decision& decision : decisions) {
    if (!decision.has_duty_changed()) continue;
    const v1::DutyChanged& changed = decision.duty_changed();
    const UnitKey key{RegionId(decision.region()), UnitId(changed.unit_id())};
    const auto streams = of_unit_.find(key);
    if (streams == of_unit_.end()) continue;
    const auto found = std::find_if(streams->second.begin(), streams->second.end(),
                                    [this](SessionId id) { return sessions_.at(id).signed_on; });
    if (found == streams->second.end()) continue;
    const SessionId id = *found;
    v1::UnitOrder order;
    order.mutable_duty()->set_what(changed.what());
    *order.mutable_duty()->mutable_shift() = changed.shift();
    if (!transport_.send(id, order)) {
      close(id, exhausted("the device does not read; connect again"));
      continue;
    }
    const auto unit = partition.engine.unit(key.first, key.second);
    if (unit && unit->secondary() == v1::UNIT_SECONDARY_STATUS_OFF_DUTY) close(id, {});
  }
}

// The way is no part of the order's identity: sent again, it is the one from where the unit is by then. An assignment
// that has ended since has none.
void UnitSessions::add_route(const Partition& partition, RegionId region, UnitId unit, v1::AssignmentOrder& order) {
  const auto known = partition.engine.unit(region, unit);
  if (!known || known->assignment_id() != order.assignment_id()) return;
  v1::Route route;
  if (!partition.engine.route(region, unit, route)) *order.mutable_route() = std::move(route);
}

void UnitSessions::on_closed(SessionId id) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  const Session session = std::move(found->second);
  forget(id, session.unit);
  // One whose sign-on is still on its way is seen to when that is applied.
  if (session.signed_on && partitions_.of(session.unit.first).leading()) disconnected(session.unit, session.device);
}

void UnitSessions::disconnected(const UnitKey& unit, const std::string& device) {
  // The same device is back already: saying that it was lost would come after its new sign-on.
  const auto others = of_unit_.find(unit);
  if (others != of_unit_.end()) {
    for (const SessionId other : others->second) {
      if (sessions_.at(other).device == device) return;
    }
  }
  v1::LogRecord record;
  record.set_region(unit.first.value());
  record.mutable_unit_disconnected()->set_unit_id(unit.second.value());
  record.mutable_unit_disconnected()->set_device_id(device);
  // If it is not taken the unit is found silent, a little later.
  appender_.append(partitions_.of(unit.first).index, record, [](std::uint64_t, const log::Appended&) {});
}

void UnitSessions::hand_over(const Partition& partition) {
  std::vector<SessionId> leaving;
  for (const auto& [id, session] : sessions_) {
    if (partitions_.of(session.unit.first).index == partition.index) leaving.push_back(id);
  }
  for (const SessionId id : leaving) redirect(id, partition);
}

void UnitSessions::close_all(const Status& status) {
  while (!sessions_.empty()) close(sessions_.begin()->first, status);
}

void UnitSessions::redirect(SessionId id, const Partition& partition) {
  const v1::LeaderStarted* leader = partition.engine.leader();
  if (leader == nullptr || leader->process() == appender_.process()) {
    return close(id, unavailable("this node does not lead the region, and no other does yet; connect again"));
  }
  v1::UnitOrder order;
  order.mutable_redirect()->set_address(leader->unit_address());
  transport_.send(id, order);
  close(id, {});
}

void UnitSessions::refuse(SessionId id, std::uint64_t client_sequence, v1::RejectCode code, const std::string& reason) {
  observer_.refused_unit_message(code);
  v1::UnitOrder order;
  order.mutable_refusal()->set_client_sequence(client_sequence);
  order.mutable_refusal()->set_code(code);
  order.mutable_refusal()->set_reason(reason);
  if (!transport_.send(id, order)) close(id, exhausted("the device does not read; connect again with last_order_seen"));
}

void UnitSessions::close(SessionId id, const Status& status) {
  if (status.outcome == Outcome::kRefused) observer_.refused_unit_message(status.code);
  transport_.close(id, status);
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  const Session session = std::move(found->second);
  forget(id, session.unit);
  const bool lost = status.outcome == Outcome::kUnavailable || status.outcome == Outcome::kExhausted;
  if (lost && session.signed_on && partitions_.of(session.unit.first).leading()) {
    disconnected(session.unit, session.device);
  }
}

void UnitSessions::forget(SessionId id, const UnitKey& unit) {
  const auto session = sessions_.find(id);
  positions_due_.erase({session->second.position_due_ms, id});
  sessions_.erase(session);
  const auto streams = of_unit_.find(unit);
  std::erase(streams->second, id);
  if (streams->second.empty()) of_unit_.erase(streams);
}

void UnitSessions::on_timer() {
  const std::int64_t now = clock_.now_ms();
  while (!positions_due_.empty() && positions_due_.begin()->first <= now) {
    const SessionId id = positions_due_.begin()->second;
    positions_due_.erase(positions_due_.begin());
    Session& session = sessions_.at(id);
    auto [record, client_sequence] = std::move(*session.position);
    session.position.reset();
    session.position_due_ms = now + kPositionEveryMs;
    append(id, session, record, client_sequence);
  }
}

std::optional<std::int64_t> UnitSessions::wakeup_ms() const {
  if (positions_due_.empty()) return std::nullopt;
  return positions_due_.begin()->first;
}

}  // namespace dispatch135::dispatchd
