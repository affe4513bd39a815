#include "services/dispatchd/console_service.h"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <utility>

#include "services/dispatchd/grpc_stream.h"

namespace dispatch135::dispatchd {

// Lives from Watch() until gRPC is done with it and the loop has heard so.
class ConsoleService::Stream final : public grpc::ServerWriteReactor<grpc::ByteBuffer>, public OutQueue {
 public:
  Stream(ConsoleService& service, grpc::CallbackServerContext& context, const grpc::ByteBuffer& request)
      : OutQueue(service.limits_.queued_events), service_(service), context_(context) {
    well_formed = from_bytes(request, watch);
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
    encoded_ = to_bytes(*event);
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

grpc::ServerUnaryReactor* ConsoleService::on_loop(grpc::CallbackServerContext* context,
                                                  std::function<void(grpc::ServerUnaryReactor*)> answer) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  if (waiting_calls_.fetch_add(1) >= limits_.waiting_calls) {
    waiting_calls_.fetch_sub(1);
    reactor->Finish(to_grpc(exhausted("too many calls wait; call again after a pause")));
    return reactor;
  }
  boost::asio::post(loop_, [this, reactor, answer = std::move(answer)] {
    waiting_calls_.fetch_sub(1);
    answer(reactor);
  });
  return reactor;
}

grpc::ServerUnaryReactor* ConsoleService::GetIncident(grpc::CallbackServerContext* context,
                                                      const v1::GetIncidentRequest* request, v1::Incident* response) {
  return on_loop(context, [this, request, response](grpc::ServerUnaryReactor* reactor) {
    reactor->Finish(to_grpc(node_->get_incident(*request, *response)));
  });
}

grpc::ServerUnaryReactor* ConsoleService::ListUnits(grpc::CallbackServerContext* context,
                                                    const v1::ListUnitsRequest* request,
                                                    v1::ListUnitsResponse* response) {
  return on_loop(context, [this, request, response](grpc::ServerUnaryReactor* reactor) {
    reactor->Finish(to_grpc(node_->list_units(*request, *response)));
  });
}

grpc::ServerUnaryReactor* ConsoleService::Explain(grpc::CallbackServerContext* context,
                                                  const v1::ExplainRequest* request, v1::ExplainResponse* response) {
  return on_loop(context, [this, request, response](grpc::ServerUnaryReactor* reactor) {
    reactor->Finish(to_grpc(node_->explain(*request, *response)));
  });
}

grpc::ServerUnaryReactor* ConsoleService::Command(grpc::CallbackServerContext* context,
                                                  const v1::CommandRequest* request, v1::CommandResponse* response) {
  return on_loop(context, [this, request, response](grpc::ServerUnaryReactor* reactor) {
    node_->command(*request, [reactor, response](const Status& status, const v1::CommandResponse& answer) {
      *response = answer;
      reactor->Finish(to_grpc(status));
    });
  });
}

grpc::ServerUnaryReactor* ConsoleService::Statistics(grpc::CallbackServerContext* context,
                                                     const v1::StatisticsRequest* request,
                                                     v1::StatisticsResponse* response) {
  return on_loop(context, [this, request, response](grpc::ServerUnaryReactor* reactor) {
    reactor->Finish(to_grpc(node_->statistics(*request, *response)));
  });
}

}  // namespace dispatch135::dispatchd
