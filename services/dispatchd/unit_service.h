// The gRPC service FieldUnits on top of a node. gRPC's threads only carry messages: one at a time per stream goes to
// the loop, and the next is read when the node has taken it; orders are written from the loop's thread directly.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <utility>

#include "dispatch135/v1/field_units.grpc.pb.h"
#include "services/dispatchd/client_gate.h"
#include "services/dispatchd/node.h"
#include "services/dispatchd/ports.h"

namespace dispatch135::dispatchd {

// The bytes of a message come raw, so that what is not protobuf is answered as such and not as the end of the stream.
class UnitService final : public v1::FieldUnits::WithRawCallbackMethod_Connect<v1::FieldUnits::Service>,
                          public UnitTransport {
 public:
  // The loop is run by one thread, until the server that has this service is shut down. The gate and the clock must
  // outlive this.
  UnitService(boost::asio::io_context& loop, ClientGate& gate, const SteadyClock& clock);
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
  // One message more than the stream may send: it is refused, and the next is read when there is room for it.
  void refuse_hasty(Stream* stream, std::uint64_t client_sequence, std::int64_t per_s);
  // Closes the streams that have said nothing in time.
  void watch_silent();

  boost::asio::io_context& loop_;
  ClientGate& gate_;
  const SteadyClock& clock_;
  Node* node_ = nullptr;
  std::deque<std::pair<std::int64_t, SessionId>> silent_;  // Streams that must have spoken by then, the oldest first.
  boost::asio::steady_timer silent_timer_;
  std::map<SessionId, Open> streams_;  // From opened() to done().
  SessionId last_;
};

}  // namespace dispatch135::dispatchd
