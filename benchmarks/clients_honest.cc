#include "benchmarks/clients_honest.h"

#include <google/protobuf/io/coded_stream.h>
#include <grpcpp/support/proto_buffer_reader.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "benchmarks/clients_node.h"
#include "dispatch135/v1/console.pb.h"
#include "engine/base/check.h"
#include "services/common/grpc_bytes.h"
#include "services/common/grpc_channel.h"

namespace dispatch135::benchmarks {
namespace {

constexpr std::size_t kChannels = 10;

// WatchEvent.revision, which stands first in what was serialized.
std::int64_t revision_of(grpc::ByteBuffer& event) {
  grpc::ProtoBufferReader bytes(&event);
  google::protobuf::io::CodedInputStream in(&bytes);
  std::uint64_t revision = 0;
  D135_CHECK(in.ReadTag() == v1::WatchEvent::kRevisionFieldNumber << 3 && in.ReadVarint64(&revision),
             "an event begins with its revision");
  return static_cast<std::int64_t>(revision);
}

void rest_ms(std::int64_t ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }

}  // namespace

std::vector<std::shared_ptr<grpc::Channel>> channels(const std::string& address, std::size_t count) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetMaxReceiveMessageSize(common::kLargestAnswerBytes);
  std::vector<std::shared_ptr<grpc::Channel>> made;
  for (std::size_t i = 0; i < count; ++i) {
    made.push_back(grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments));
  }
  return made;
}

Units::Units(const std::string& address, std::uint32_t count) {
  for (const auto& channel : channels(address, kChannels)) stubs_.push_back(v1::FieldUnits::NewStub(channel));
  for (std::uint32_t i = 0; i < count; ++i) units_.push_back(std::make_unique<Unit>());
}

Units::~Units() { drop(); }

void Units::connect(std::int64_t spread_ms) {
  const std::int64_t begin = now_us();
  for (std::uint32_t i = 0; i < units_.size(); ++i) {
    const std::int64_t at = begin + spread_ms * 1'000 * i / static_cast<std::int64_t>(units_.size());
    if (at > now_us()) std::this_thread::sleep_for(std::chrono::microseconds(at - now_us()));
    Unit& unit = *units_[i];
    unit.closed = false;
    unit.stream = fieldsim::UnitStream::open(*stubs_[i % stubs_.size()],
                                             {.received = [this, i](const v1::UnitOrder& order) { received(i, order); },
                                              .closed =
                                                  [&unit](const grpc::Status&) {
                                                    unit.signed_on = false;
                                                    unit.closed = true;
                                                  }});
    v1::UnitMessage message;
    message.set_client_sequence(1);
    message.set_last_order_seen(unit.last_order);
    message.mutable_sign_on()->set_unit_id(kFirstUnit + i);
    message.mutable_sign_on()->set_region(kRegion);
    message.mutable_sign_on()->set_device_id("device-" + std::to_string(i));
    unit.stream->send(message);
  }
  while (signed_on() < units_.size()) rest_ms(5);
}

void Units::drop() {
  for (const auto& unit : units_) {
    if (unit->stream) unit->stream->close();
  }
  while (closed() < units_.size()) rest_ms(5);
  for (const auto& unit : units_) unit->stream.reset();
}

std::size_t Units::signed_on() const {
  return static_cast<std::size_t>(
      std::count_if(units_.begin(), units_.end(), [](const auto& unit) { return unit->signed_on.load(); }));
}

std::size_t Units::closed() const {
  return static_cast<std::size_t>(
      std::count_if(units_.begin(), units_.end(), [](const auto& unit) { return unit->closed.load(); }));
}

void Units::heartbeat() {
  for (const auto& unit : units_) {
    if (!unit->signed_on) continue;
    v1::UnitMessage message;
    message.set_last_order_seen(unit->last_order);
    message.mutable_heartbeat();
    unit->stream->send(message);
  }
}

void Units::received(std::uint32_t index, const v1::UnitOrder& order) {
  Unit& unit = *units_[index];
  if (order.has_signed_on()) unit.signed_on = true;
  if (order.sequence() == 0) return;
  ++orders_;
  if (order.sequence() <= unit.last_order) ++repeated_;
  if (order.sequence() > unit.last_order + 1) ++gaps_;
  unit.last_order = std::max<std::uint64_t>(unit.last_order, order.sequence());
  if (!order.has_assignment()) return;
  {
    const std::int64_t called_us = std::stoll(order.assignment().incident().event_id());
    const std::lock_guard lock(mutex_);
    latencies_.push_back(static_cast<double>(now_us() - called_us));
  }
  v1::UnitMessage message;
  message.set_client_sequence(order.sequence() * 2);
  message.set_last_order_seen(unit.last_order);
  message.mutable_acknowledge()->set_assignment_id(order.assignment().assignment_id());
  unit.stream->send(message);
  message.set_client_sequence(order.sequence() * 2 + 1);
  message.mutable_feedback()->set_assignment_id(order.assignment().assignment_id());
  message.mutable_feedback()->set_disposition(v1::DISPOSITION_VOID);
  unit.stream->send(message);
}

std::vector<double> Units::take_latencies() {
  const std::lock_guard lock(mutex_);
  return std::move(latencies_);
}

Watcher::Watcher(grpc::GenericStub& stub, std::int64_t pause_ms, std::int64_t from_revision)
    : pause_ms_(pause_ms), revision_(from_revision) {
  v1::WatchRequest request;
  request.set_region(kRegion);
  request.set_from_revision(from_revision);
  request_ = common::to_bytes(request);
  stub.PrepareBidiStreamingCall(&context_, "/dispatch135.v1.Console/Watch", {}, this);
  AddHold();  // Until finish(): reads are begun from outside too.
  StartWriteLast(&request_, {});
  if (pause_ms >= 0) StartRead(&event_);
  StartCall();
}

void Watcher::OnReadDone(bool ok) {
  if (!ok) {
    ended_ = true;
    return;
  }
  ++events_;
  revision_ = revision_of(event_);
  if (pause_ms_ == 0) {
    StartRead(&event_);
  } else {
    read_at_us_ = now_us() + pause_ms_ * 1'000;
  }
}

void Watcher::step(std::int64_t now) {
  if (ended_ || read_at_us_ == 0 || (now < read_at_us_ && pause_ms_ != 0)) return;
  read_at_us_ = 0;
  StartRead(&event_);
}

void Watcher::finish() {
  context_.TryCancel();
  RemoveHold();
  while (!done_) rest_ms(1);
}

void Watcher::OnDone(const grpc::Status&) { done_ = true; }

}  // namespace dispatch135::benchmarks
