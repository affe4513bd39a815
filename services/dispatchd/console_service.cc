#include "services/dispatchd/console_service.h"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <type_traits>
#include <utility>

#include "services/common/grpc_bytes.h"
#include "services/common/grpc_server.h"
#include "services/common/refusal.h"
#include "services/dispatchd/grpc_stream.h"

namespace dispatch135::dispatchd {

namespace {

// A stream that was not let in.
class RefusedWatch final : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  explicit RefusedWatch(const Status& status) { Finish(to_grpc(status)); }
  void OnDone() override { delete this; }
};

}  // namespace

// Lives from Watch() until gRPC is done with it and the loop has heard so.
class ConsoleService::Stream final : public grpc::ServerWriteReactor<grpc::ByteBuffer>, public OutQueue {
 public:
  Stream(ConsoleService& service, grpc::CallbackServerContext& context, const grpc::ByteBuffer& request,
         const ConsoleServiceLimits& limits)
      : OutQueue(context, limits.queued_events, limits.queued_bytes),
        address(common::address_of(context.peer())),
        service_(service) {
    well_formed = common::from_bytes(request, watch);
  }

  void OnWriteDone(bool ok) override { write_done(ok); }
  void OnCancel() override { cancelled(); }
  void OnDone() override {
    done();
    boost::asio::post(service_.loop_, [this] { service_.done(this); });
  }

  const std::string address;
  WatchId id;  // Set on the loop's thread, for the loop's thread.
  v1::WatchRequest watch;
  bool well_formed = false;

 private:
  void start_write(const grpc::ByteBuffer* message) override { StartWrite(message); }
  void finish(const grpc::Status& status) override { Finish(status); }

  ConsoleService& service_;
};

ConsoleService::ConsoleService(boost::asio::io_context& loop, ClientGate& gate) : loop_(loop), gate_(gate) {}

ConsoleService::~ConsoleService() = default;

grpc::ServerWriteReactor<grpc::ByteBuffer>* ConsoleService::Watch(grpc::CallbackServerContext* context,
                                                                  const grpc::ByteBuffer* request) {
  const Status status = gate_.console_stream_opens(common::address_of(context->peer()));
  if (!status.ok()) return new RefusedWatch(status);
  auto* stream = new Stream(*this, *context, *request, gate_.limits().consoles);
  boost::asio::post(loop_, [this, stream] { opened(stream); });
  return stream;
}

void ConsoleService::opened(Stream* stream) {
  last_ = WatchId(last_.value() + 1);
  stream->id = last_;
  streams_[stream->id] = {stream, true};
  if (!stream->well_formed) {
    return close(stream->id, refused(v1::REJECT_CODE_MALFORMED, "the request is not a WatchRequest"));
  }
  node_->on_watch_opened(stream->id, stream->watch);
}

void ConsoleService::done(Stream* stream) {
  const auto open = streams_.find(stream->id);
  if (open->second.with_node) node_->on_watch_closed(stream->id);
  streams_.erase(open);
  gate_.console_stream_ended(stream->address);
  delete stream;
}

bool ConsoleService::send(WatchId watch, const std::shared_ptr<const v1::WatchEvent>& event) {
  const auto open = streams_.find(watch);
  if (open == streams_.end() || !open->second.with_node) return true;
  if (encoded_event_ != event) {
    encoded_event_ = event;
    encoded_ = common::to_bytes(*event);
  }
  const bool taken = open->second.stream->push(encoded_);
  if (!taken) gate_.count(GateRefusal::kQueueFull);
  return taken;
}

bool ConsoleService::behind(WatchId watch) {
  const auto open = streams_.find(watch);
  return open != streams_.end() && open->second.stream->behind();
}

void ConsoleService::close(WatchId watch, const Status& status) {
  const auto open = streams_.find(watch);
  if (open == streams_.end() || !open->second.with_node) return;
  open->second.with_node = false;
  open->second.stream->close(to_grpc(status), status.outcome == Outcome::kExhausted);
  auto timer = std::make_shared<boost::asio::steady_timer>(loop_, std::chrono::milliseconds(kCutAfterMs));
  timer->async_wait([this, watch, timer](const boost::system::error_code&) {
    const auto still = streams_.find(watch);
    if (still != streams_.end()) still->second.stream->cut();
  });
}

template <typename Request, typename Response>
grpc::ServerUnaryReactor* ConsoleService::on_loop(grpc::CallbackServerContext* context, const grpc::ByteBuffer* bytes,
                                                  grpc::ByteBuffer* response,
                                                  std::function<void(const Request&, Reply<Response>)> answer) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  auto request = std::make_shared<Request>();
  if (!common::from_bytes(*bytes, *request)) {
    reactor->Finish(common::refused(v1::REJECT_CODE_MALFORMED, "the request is not a " + request->GetTypeName()));
    return reactor;
  }
  Status status = gate_.call(common::address_of(context->peer()));
  if constexpr (std::is_same_v<Request, v1::CommandRequest>) {
    if (status.ok()) status = gate_.command(request->command().operator_id());
  }
  if (!status.ok()) {
    reactor->Finish(to_grpc(status));
    return reactor;
  }
  if (waiting_calls_.fetch_add(1) >= gate_.limits().consoles.waiting_calls) {
    waiting_calls_.fetch_sub(1);
    gate_.count(GateRefusal::kWaitingCalls);
    reactor->Finish(to_grpc(exhausted("too many calls wait; call again after a pause")));
    return reactor;
  }
  boost::asio::post(loop_, [this, reactor, request, response, answer = std::move(answer)] {
    waiting_calls_.fetch_sub(1);
    answer(*request, [reactor, response](const Status& outcome, const Response& found) {
      if (outcome.ok()) *response = common::to_bytes(found);
      reactor->Finish(to_grpc(outcome));
    });
  });
  return reactor;
}

grpc::ServerUnaryReactor* ConsoleService::GetIncident(grpc::CallbackServerContext* context,
                                                      const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  return on_loop<v1::GetIncidentRequest, v1::Incident>(context, request, response,
                                                       [this](const auto& asked, const auto& reply) {
                                                         v1::Incident found;
                                                         const Status status = node_->get_incident(asked, found);
                                                         reply(status, found);
                                                       });
}

grpc::ServerUnaryReactor* ConsoleService::ListUnits(grpc::CallbackServerContext* context,
                                                    const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  return on_loop<v1::ListUnitsRequest, v1::ListUnitsResponse>(context, request, response,
                                                              [this](const auto& asked, const auto& reply) {
                                                                v1::ListUnitsResponse found;
                                                                const Status status = node_->list_units(asked, found);
                                                                reply(status, found);
                                                              });
}

grpc::ServerUnaryReactor* ConsoleService::Explain(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                                  grpc::ByteBuffer* response) {
  return on_loop<v1::ExplainRequest, v1::ExplainResponse>(context, request, response,
                                                          [this](const auto& asked, const auto& reply) {
                                                            v1::ExplainResponse found;
                                                            const Status status = node_->explain(asked, found);
                                                            reply(status, found);
                                                          });
}

grpc::ServerUnaryReactor* ConsoleService::Command(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                                  grpc::ByteBuffer* response) {
  return on_loop<v1::CommandRequest, v1::CommandResponse>(
      context, request, response, [this](const auto& asked, const auto& reply) { node_->command(asked, reply); });
}

grpc::ServerUnaryReactor* ConsoleService::GetRoute(grpc::CallbackServerContext* context,
                                                   const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  return on_loop<v1::GetRouteRequest, v1::Route>(context, request, response,
                                                 [this](const auto& asked, const auto& reply) {
                                                   v1::Route found;
                                                   const Status status = node_->get_route(asked, found);
                                                   reply(status, found);
                                                 });
}

grpc::ServerUnaryReactor* ConsoleService::Statistics(grpc::CallbackServerContext* context,
                                                     const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  return on_loop<v1::StatisticsRequest, v1::StatisticsResponse>(context, request, response,
                                                                [this](const auto& asked, const auto& reply) {
                                                                  v1::StatisticsResponse found;
                                                                  const Status status = node_->statistics(asked, found);
                                                                  reply(status, found);
                                                                });
}

}  // namespace dispatch135::dispatchd
