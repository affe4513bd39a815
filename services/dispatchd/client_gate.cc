#include "services/dispatchd/client_gate.h"

#include <utility>

#include "engine/base/limits.h"

namespace dispatch135::dispatchd {

const char* word(GateRefusal refusal) {
  switch (refusal) {
    case GateRefusal::kUnitStreams:
      return "unit_streams";
    case GateRefusal::kUnitAddress:
      return "unit_streams_per_address";
    case GateRefusal::kUnitSilent:
      return "sign_on_within";
    case GateRefusal::kUnitMessages:
      return "unit_messages_per_s";
    case GateRefusal::kConsoleStreams:
      return "console_streams";
    case GateRefusal::kConsoleAddress:
      return "console_streams_per_address";
    case GateRefusal::kOpenedTooOften:
      return "opened_streams_per_s";
    case GateRefusal::kCalls:
      return "calls_per_s";
    case GateRefusal::kCommands:
      return "commands_per_s";
    case GateRefusal::kWaitingCalls:
      return "waiting_calls";
    case GateRefusal::kQueueFull:
      return "queue_full";
  }
  return "";
}

void ClientGate::set(const ClientLimits& limits) {
  const std::lock_guard lock(mutex_);
  limits_ = limits;
}

ClientLimits ClientGate::limits() const {
  const std::lock_guard lock(mutex_);
  return limits_;
}

Status ClientGate::unit_stream_opens(const std::string& name) {
  const std::lock_guard lock(mutex_);
  Address& from = address(name);
  return opens(from, unit_streams_, from.unit_streams, limits_.units.streams, limits_.units.streams_per_address,
               GateRefusal::kUnitStreams, GateRefusal::kUnitAddress);
}

void ClientGate::unit_stream_ended(const std::string& name) {
  const std::lock_guard lock(mutex_);
  --unit_streams_;
  --addresses_.at(name).unit_streams;
}

Status ClientGate::console_stream_opens(const std::string& name) {
  const std::lock_guard lock(mutex_);
  Address& from = address(name);
  return opens(from, console_streams_, from.console_streams, limits_.consoles.streams,
               limits_.consoles.streams_per_address, GateRefusal::kConsoleStreams, GateRefusal::kConsoleAddress);
}

void ClientGate::console_stream_ended(const std::string& name) {
  const std::lock_guard lock(mutex_);
  --console_streams_;
  --addresses_.at(name).console_streams;
}

Status ClientGate::opens(Address& from, std::size_t& open, std::size_t& open_from, std::size_t most,
                         std::size_t most_from, GateRefusal full, GateRefusal full_from) {
  if (!from.opened.take(limits_.opened_streams_per_s, clock_.now_ms())) {
    return refuse(GateRefusal::kOpenedTooOften, "more than " + std::to_string(limits_.opened_streams_per_s) +
                                                    " streams a second are opened from this address; pause");
  }
  if (open >= most) return refuse(full, "this node holds as many streams as it may; connect to another");
  if (open_from >= most_from) {
    return refuse(full_from, "this address holds " + std::to_string(most_from) +
                                 " streams, as many as it may; close some, or connect to another node");
  }
  ++open;
  ++open_from;
  return {};
}

Status ClientGate::call(const std::string& name) {
  const std::lock_guard lock(mutex_);
  if (address(name).calls.take(limits_.consoles.calls_per_s, clock_.now_ms())) return {};
  return refuse(GateRefusal::kCalls, "more than " + std::to_string(limits_.consoles.calls_per_s) +
                                         " calls a second come from this address; call again after a pause");
}

Status ClientGate::command(const std::string& operator_id) {
  const std::lock_guard lock(mutex_);
  const std::int64_t per_s = limits_.consoles.commands_per_s;
  if (operators_.take(operator_id.substr(0, limits::kOperatorIdBytes), per_s, clock_.now_ms())) return {};
  return refuse(GateRefusal::kCommands, "more than " + std::to_string(per_s) +
                                            " commands a second come from this operator; send it again after a pause");
}

ClientGate::Address& ClientGate::address(const std::string& name) {
  if (addresses_.size() >= kRemembered) {
    const std::int64_t now = clock_.now_ms();
    std::erase_if(addresses_, [&](const auto& entry) {
      const Address& known = entry.second;
      return entry.first != name && known.unit_streams + known.console_streams == 0 &&
             known.opened.full(limits_.opened_streams_per_s, now) &&
             known.calls.full(limits_.consoles.calls_per_s, now);
    });
  }
  return addresses_[name];
}

Status ClientGate::refuse(GateRefusal why, std::string message) {
  ++refusals_[static_cast<std::size_t>(why)];
  return exhausted(std::move(message));
}

void ClientGate::count(GateRefusal refusal) {
  const std::lock_guard lock(mutex_);
  ++refusals_[static_cast<std::size_t>(refusal)];
}

std::array<std::uint64_t, kGateRefusals> ClientGate::refusals() const {
  const std::lock_guard lock(mutex_);
  return refusals_;
}

}  // namespace dispatch135::dispatchd
