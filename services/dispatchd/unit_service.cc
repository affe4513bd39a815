#include "services/dispatchd/unit_service.h"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <utility>

#include "engine/base/limits.h"
#include "services/common/grpc_bytes.h"
#include "services/dispatchd/grpc_stream.h"

namespace dispatch135::dispatchd {

// Lives from Connect() until gRPC is done with it and the loop has heard so.
class UnitService::Stream final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>, public OutQueue {
 public:
  Stream(UnitService& service, grpc::CallbackServerContext& context)
      : OutQueue(service.limits_.queued_orders), service_(service), context_(context) {}

  void read_next() {
    unless_finished([this] { StartRead(&incoming_); });
  }
  void cut() { context_.TryCancel(); }

  void OnReadDone(bool ok) override {
    boost::asio::post(service_.loop_, [this, ok] { ok ? service_.message_came(this) : service_.ended(this); });
  }
  void OnWriteDone(bool ok) override { write_done(ok); }
  void OnCancel() override { cancelled(); }
  void OnDone() override {
    boost::asio::post(service_.loop_, [this] { service_.done(this); });
  }

  SessionId id;  // Set on the loop's thread, for the loop's thread.
  grpc::ByteBuffer& incoming() { return incoming_; }

 private:
  void start_write(const grpc::ByteBuffer* message) override { StartWrite(message); }
  void finish(const grpc::Status& status) override { Finish(status); }

  UnitService& service_;
  grpc::CallbackServerContext& context_;
  grpc::ByteBuffer incoming_;  // gRPC's while it reads, else the loop's.
};

UnitService::UnitService(boost::asio::io_context& loop, const UnitServiceLimits& limits)
    : loop_(loop), limits_(limits) {}

UnitService::~UnitService() = default;

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* UnitService::Connect(
    grpc::CallbackServerContext* context) {
  auto* stream = new Stream(*this, *context);
  boost::asio::post(loop_, [this, stream] { opened(stream); });
  return stream;
}

void UnitService::opened(Stream* stream) {
  last_ = SessionId(last_.value() + 1);
  stream->id = last_;
  const bool full = streams_.size() >= limits_.streams;
  streams_[stream->id] = {stream, !full};
  if (full)
    return stream->close(to_grpc(exhausted("this node holds as many streams as it may; connect to another")), true);
  stream->read_next();
}

void UnitService::message_came(Stream* stream) {
  if (!streams_.at(stream->id).with_node) return;
  v1::UnitMessage message;
  if (stream->incoming().Length() > limits::kUnitMessageBytes || !common::from_bytes(stream->incoming(), message)) {
    const bool large = stream->incoming().Length() > limits::kUnitMessageBytes;
    node_->on_unit_closed(stream->id);
    return close(stream->id,
                 large ? refused(v1::REJECT_CODE_TOO_LARGE,
                                 "a message has more than " + std::to_string(limits::kUnitMessageBytes) + " bytes")
                       : refused(v1::REJECT_CODE_MALFORMED, "a message is not a UnitMessage"));
  }
  node_->on_unit_message(stream->id, message);
  stream->read_next();
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
  delete stream;
}

bool UnitService::send(SessionId session, const v1::UnitOrder& order) {
  const auto open = streams_.find(session);
  if (open == streams_.end() || !open->second.with_node) return true;
  return open->second.stream->push(common::to_bytes(order));
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
