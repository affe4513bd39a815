#include "services/dispatchd/console_service.h"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <utility>

#include "services/common/grpc_bytes.h"
#include "services/common/refusal.h"
#include "services/dispatchd/grpc_stream.h"

namespace dispatch135::dispatchd {

// Lives from Watch() until gRPC is done with it and the loop has heard so.
class ConsoleService::Stream final : public grpc::ServerWriteReactor<grpc::ByteBuffer>, public OutQueue {
 public:
  Stream(ConsoleService& service, grpc::CallbackServerContext& context, const grpc::ByteBuffer& request)
      : OutQueue(service.limits_.queued_events), service_(service), context_(context) {
    well_formed = common::from_bytes(request, watch);
  }

  void cut() { context_.TryCancel(); }

  void OnWriteDone(bool ok) override { write_done(ok); }
  void OnCancel() override { cancelled(); }
  void OnDone() override {
    boost::asio::post(service_.loop_, [this] { service_.done(this); });
  }

  WatchId id;  // Set on the loop's thread, for the loop's thread.
  v1::WatchRequest watch;
  bool well_formed = false;

 private:
  void start_write(const grpc::ByteBuffer* message) override { StartWrite(message); }
  void finish(const grpc::Status& status) override { Finish(status); }

  ConsoleService& service_;
  grpc::CallbackServerContext& context_;
};

ConsoleService::ConsoleService(boost::asio::io_context& loop, const ConsoleServiceLimits& limits)
    : loop_(loop), limits_(limits) {}

ConsoleService::~ConsoleService() = default;

grpc::ServerWriteReactor<grpc::ByteBuffer>* ConsoleService::Watch(grpc::CallbackServerContext* context,
                                                                  const grpc::ByteBuffer* request) {
  auto* stream = new Stream(*this, *context, *request);
  boost::asio::post(loop_, [this, stream] { opened(stream); });
  return stream;
}

void ConsoleService::opened(Stream* stream) {
  last_ = WatchId(last_.value() + 1);
  stream->id = last_;
  const bool full = streams_.size() >= limits_.streams;
  streams_[stream->id] = {stream, true};
  if (full) return close(stream->id, exhausted("this node holds as many streams as it may; watch from another"));
  if (!stream->well_formed) {
    return close(stream->id, refused(v1::REJECT_CODE_MALFORMED, "the request is not a WatchRequest"));
  }
  node_->on_watch_opened(stream->id, stream->watch);
}

void ConsoleService::done(Stream* stream) {
  const auto open = streams_.find(stream->id);
  if (open->second.with_node) node_->on_watch_closed(stream->id);
  streams_.erase(open);
  delete stream;
}

bool ConsoleService::send(WatchId watch, const std::shared_ptr<const v1::WatchEvent>& event) {
  const auto open = streams_.find(watch);
  if (open == streams_.end() || !open->second.with_node) return true;
  if (encoded_event_ != event) {
    encoded_event_ = event;
    encoded_ = common::to_bytes(*event);
  }
  return open->second.stream->push(encoded_);
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
  if (waiting_calls_.fetch_add(1) >= limits_.waiting_calls) {
    waiting_calls_.fetch_sub(1);
    reactor->Finish(to_grpc(exhausted("too many calls wait; call again after a pause")));
    return reactor;
  }
  boost::asio::post(loop_, [this, reactor, request, response, answer = std::move(answer)] {
    waiting_calls_.fetch_sub(1);
    answer(*request, [reactor, response](const Status& status, const Response& found) {
      if (status.ok()) *response = common::to_bytes(found);
      reactor->Finish(to_grpc(status));
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
