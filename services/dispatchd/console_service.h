// The gRPC service Console on top of a node. Calls hop to the loop's thread, a bounded number at a time; events are
// written from there directly, encoded once for all who watch.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>

#include "dispatch135/v1/console.grpc.pb.h"
#include "services/dispatchd/client_gate.h"
#include "services/dispatchd/node.h"
#include "services/dispatchd/ports.h"

namespace dispatch135::dispatchd {

static_assert(ConsoleServiceLimits{}.queued_events > kResumeEvents);

// Raw, so that an event is encoded once for all who watch, and what is not the request is answered as such.
using ConsoleMethods = v1::Console::WithRawCallbackMethod_Watch<v1::Console::WithRawCallbackMethod_GetIncident<
    v1::Console::WithRawCallbackMethod_ListUnits<v1::Console::WithRawCallbackMethod_Explain<
        v1::Console::WithRawCallbackMethod_Command<v1::Console::WithRawCallbackMethod_GetRoute<
            v1::Console::WithRawCallbackMethod_Statistics<v1::Console::Service>>>>>>>;

class ConsoleService final : public ConsoleMethods, public ConsoleTransport {
 public:
  // The loop is run by one thread, until the server that has this service is shut down. The gate must outlive this.
  ConsoleService(boost::asio::io_context& loop, ClientGate& gate);
  ~ConsoleService() override;

  // Before the server starts.
  void serve(Node& node) { node_ = &node; }

  // On the loop's thread.
  bool send(WatchId watch, const std::shared_ptr<const v1::WatchEvent>& event) override;
  void close(WatchId watch, const Status& status) override;
  bool behind(WatchId watch) override;

  grpc::ServerWriteReactor<grpc::ByteBuffer>* Watch(grpc::CallbackServerContext* context,
                                                    const grpc::ByteBuffer* request) override;
  grpc::ServerUnaryReactor* GetIncident(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ListUnits(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* Explain(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                    grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* Command(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                    grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetRoute(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                     grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* Statistics(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override;

 private:
  class Stream;
  struct Open {
    Stream* stream = nullptr;
    bool with_node = true;  // The node has not closed it, and does not know that it is gone.
  };
  // On the loop's thread.
  void opened(Stream* stream);
  void done(Stream* stream);
  // Runs `answer` on the loop's thread, with the request read; it calls the function that it is given, once.
  template <typename Response>
  using Reply = std::function<void(const Status&, const Response&)>;
  template <typename Request, typename Response>
  grpc::ServerUnaryReactor* on_loop(grpc::CallbackServerContext* context, const grpc::ByteBuffer* bytes,
                                    grpc::ByteBuffer* response,
                                    std::function<void(const Request&, Reply<Response>)> answer);

  boost::asio::io_context& loop_;
  ClientGate& gate_;
  Node* node_ = nullptr;
  std::map<WatchId, Open> streams_;  // From opened() to done().
  WatchId last_;
  std::atomic<std::size_t> waiting_calls_ = 0;
  std::shared_ptr<const v1::WatchEvent> encoded_event_;  // The last one sent,
  grpc::ByteBuffer encoded_;                             // and its bytes.
};

}  // namespace dispatch135::dispatchd
