// The gRPC service FieldUnits on top of a node. gRPC's threads only carry messages: one at a time per stream goes to
// the loop, and the next is read when the node has taken it; orders are written from the loop's thread directly.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>

#include "dispatch135/v1/field_units.grpc.pb.h"
#include "services/dispatchd/node.h"
#include "services/dispatchd/ports.h"

namespace dispatch135::dispatchd {

struct UnitServiceLimits {
  std::size_t queued_orders = 64;  // Per stream; with more the stream is closed.
  std::size_t streams = 20'000;    // More are refused with RESOURCE_EXHAUSTED.
};

// The bytes of a message come raw, so that what is not protobuf is answered as such and not as the end of the stream.
class UnitService final : public v1::FieldUnits::WithRawCallbackMethod_Connect<v1::FieldUnits::Service>,
                          public UnitTransport {
 public:
  // The loop is run by one thread, until the server that has this service is shut down.
  UnitService(boost::asio::io_context& loop, const UnitServiceLimits& limits);
  ~UnitService() override;

  // Before the server starts.
  void serve(Node& node) { node_ = &node; }

  // On the loop's thread.
  bool send(SessionId session, const v1::UnitOrder& order) override;
  void close(SessionId session, const Status& status) override;

  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* Connect(grpc::CallbackServerContext* context) override;

 private:
  class Stream;
  struct Open {
    Stream* stream = nullptr;
    bool with_node = true;  // The node has not closed it, and does not know that it is gone.
  };
  // On the loop's thread.
  void opened(Stream* stream);
  void message_came(Stream* stream);
  void ended(Stream* stream);
  void done(Stream* stream);

  boost::asio::io_context& loop_;
  const UnitServiceLimits limits_;
  Node* node_ = nullptr;
  std::map<SessionId, Open> streams_;  // From opened() to done().
  SessionId last_;
};

}  // namespace dispatch135::dispatchd
