#include "services/dispatchd/unit_service.h"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <utility>

#include "engine/base/limits.h"
#include "services/common/grpc_bytes.h"
#include "services/common/grpc_server.h"
#include "services/dispatchd/grpc_stream.h"

namespace dispatch135::dispatchd {

namespace {

// An order with its way is a few KB; those that wait for one device never come near to this.
constexpr std::size_t kQueuedBytes = 16U << 20;

// A stream that was not let in.
class RefusedUnit final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  explicit RefusedUnit(const Status& status) { Finish(to_grpc(status)); }
  void OnDone() override { delete this; }
};

}  // namespace

// Lives from Connect() until gRPC is done with it and the loop has heard so.
class UnitService::Stream final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>, public OutQueue {
 public:
  Stream(UnitService& service, grpc::CallbackServerContext& context, std::size_t queued_orders)
      : OutQueue(context, queued_orders, kQueuedBytes),
        address(common::address_of(context.peer())),
        service_(service) {}

  void read_next() {
    unless_finished([this] { StartRead(&incoming_); });
  }
  void OnReadDone(bool ok) override {
    boost::asio::post(service_.loop_, [this, ok] { ok ? service_.message_came(this) : service_.ended(this); });
  }
  void OnWriteDone(bool ok) override { write_done(ok); }
  void OnCancel() override { cancelled(); }
  void OnDone() override {
    done();
    boost::asio::post(service_.loop_, [this] { service_.done(this); });
  }

  const std::string address;
  // For the loop's thread.
  SessionId id;
  bool spoken = false;
  common::TokenBucket messages;
  grpc::ByteBuffer& incoming() { return incoming_; }

 private:
  void start_write(const grpc::ByteBuffer* message) override { StartWrite(message); }
  void finish(const grpc::Status& status) override { Finish(status); }

  UnitService& service_;
  grpc::ByteBuffer incoming_;  // gRPC's while it reads, else the loop's.
};

UnitService::UnitService(boost::asio::io_context& loop, ClientGate& gate, const SteadyClock& clock)
    : loop_(loop), gate_(gate), clock_(clock), silent_timer_(loop) {}

UnitService::~UnitService() = default;

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* UnitService::Connect(
    grpc::CallbackServerContext* context) {
  const Status status = gate_.unit_stream_opens(common::address_of(context->peer()));
  if (!status.ok()) return new RefusedUnit(status);
  auto* stream = new Stream(*this, *context, gate_.limits().units.queued_orders);
  boost::asio::post(loop_, [this, stream] { opened(stream); });
  return stream;
}

void UnitService::opened(Stream* stream) {
  last_ = SessionId(last_.value() + 1);
  stream->id = last_;
  streams_[stream->id] = {stream, true};
  stream->read_next();
  silent_.emplace_back(clock_.now_ms() + gate_.limits().units.sign_on_within_ms, stream->id);
  if (silent_.size() == 1) watch_silent();
}

void UnitService::watch_silent() {
  const std::int64_t now = clock_.now_ms();
  while (!silent_.empty()) {
    const auto [due_ms, id] = silent_.front();
    const auto open = streams_.find(id);
    const bool waits = open != streams_.end() && open->second.with_node && !open->second.stream->spoken;
    if (waits && due_ms > now) break;
    if (waits) {
      gate_.count(GateRefusal::kUnitSilent);
      node_->on_unit_closed(id);
      close(id, exhausted("the device did not sign on in time; connect again and begin with sign_on"));
    }
    silent_.pop_front();
  }
  if (silent_.empty()) return;
  silent_timer_.expires_after(std::chrono::milliseconds(silent_.front().first - now));
  silent_timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) watch_silent();
  });
}

void UnitService::message_came(Stream* stream) {
  if (!streams_.at(stream->id).with_node) return;
  stream->spoken = true;
  v1::UnitMessage message;
  if (stream->incoming().Length() > limits::kUnitMessageBytes || !common::from_bytes(stream->incoming(), message)) {
    const bool large = stream->incoming().Length() > limits::kUnitMessageBytes;
    node_->on_unit_closed(stream->id);
    return close(stream->id,
                 large ? refused(v1::REJECT_CODE_TOO_LARGE,
                                 "a message has more than " + std::to_string(limits::kUnitMessageBytes) + " bytes")
                       : refused(v1::REJECT_CODE_MALFORMED, "a message is not a UnitMessage"));
  }
  const std::int64_t per_s = gate_.limits().units.messages_per_s;
  if (!stream->messages.take(per_s, clock_.now_ms())) return refuse_hasty(stream, message.client_sequence(), per_s);
  node_->on_unit_message(stream->id, message);
  stream->read_next();
}

void UnitService::refuse_hasty(Stream* stream, std::uint64_t client_sequence, std::int64_t per_s) {
  gate_.count(GateRefusal::kUnitMessages);
  v1::UnitOrder order;
  order.mutable_refusal()->set_client_sequence(client_sequence);
  order.mutable_refusal()->set_code(v1::REJECT_CODE_CAPACITY);
  order.mutable_refusal()->set_reason("more than " + std::to_string(per_s) +
                                      " messages a second; send it again after a pause");
  const SessionId id = stream->id;
  if (!stream->push(common::to_bytes(order))) {
    node_->on_unit_closed(id);
    return close(id, exhausted("the device does not read; connect again with last_order_seen"));
  }
  auto pause = std::make_shared<boost::asio::steady_timer>(loop_, std::chrono::milliseconds(1'000 / per_s + 1));
  pause->async_wait([this, id, pause](const boost::system::error_code&) {
    const auto open = streams_.find(id);
    if (open != streams_.end() && open->second.with_node) open->second.stream->read_next();
  });
}

void UnitService::ended(Stream* stream) {
  Open& open = streams_.at(stream->id);
  if (open.with_node) node_->on_unit_closed(stream->id);
  open.with_node = false;
  stream->close(grpc::Status::OK, false);
}

void UnitService::done(Stream* stream) {
  const auto open = streams_.find(stream->id);
  if (open->second.with_node) node_->on_unit_closed(stream->id);
  streams_.erase(open);
  gate_.unit_stream_ended(stream->address);
  delete stream;
}

bool UnitService::send(SessionId session, const v1::UnitOrder& order) {
  const auto open = streams_.find(session);
  if (open == streams_.end() || !open->second.with_node) return true;
  const bool taken = open->second.stream->push(common::to_bytes(order));
  if (!taken) gate_.count(GateRefusal::kQueueFull);
  return taken;
}

void UnitService::close(SessionId session, const Status& status) {
  const auto open = streams_.find(session);
  if (open == streams_.end() || !open->second.with_node) return;
  open->second.with_node = false;
  open->second.stream->close(to_grpc(status), status.outcome == Outcome::kExhausted);
  auto timer = std::make_shared<boost::asio::steady_timer>(loop_, std::chrono::milliseconds(kCutAfterMs));
  timer->async_wait([this, session, timer](const boost::system::error_code&) {
    const auto still = streams_.find(session);
    if (still != streams_.end()) still->second.stream->cut();
  });
}

}  // namespace dispatch135::dispatchd
