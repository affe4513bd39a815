// What the two gRPC services share: the bounded queue of messages of one stream, and statuses.
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/status.h>

#include <cstddef>
#include <deque>
#include <mutex>

#include "services/dispatchd/ports.h"

namespace dispatch135::dispatchd {

// A client that was closed because it does not read gets so long to fetch the status; then its stream is cut.
inline constexpr std::int64_t kCutAfterMs = 5'000;

grpc::Status to_grpc(const Status& status);

// The outgoing side of a server's stream: one write in flight, the rest waits, bounded. The loop's thread pushes and
// closes, gRPC's threads say what became of it; the mutex is held for a moment only. Nothing is started after finish().
class OutQueue {
 public:
  // At most so many messages wait, and so many bytes.
  OutQueue(grpc::CallbackServerContext& context, std::size_t messages, std::size_t bytes)
      : context_(context), messages_(messages), bytes_(bytes) {}
  virtual ~OutQueue() = default;

  // False: full. After close() messages are dropped.
  bool push(grpc::ByteBuffer message);
  // After what waits; `at_once`: without it.
  void close(const grpc::Status& status, bool at_once);
  // Something waits still: the client is behind.
  bool behind();
  // Ends the stream whether or not its client fetches the status.
  void cut();
  // Reactions of gRPC. After done() the call is gone, though the loop may not have heard so yet.
  void write_done(bool ok);
  void cancelled();
  void done();

 protected:
  virtual void start_write(const grpc::ByteBuffer* message) = 0;
  virtual void finish(const grpc::Status& status) = 0;
  // Runs `start` unless the stream is finished.
  template <typename Start>
  void unless_finished(Start start) {
    const std::lock_guard lock(mutex_);
    if (!finished_) start();
  }

 private:
  void finish_locked();
  void drop_waiting();

  grpc::CallbackServerContext& context_;  // Good until done().
  const std::size_t messages_;
  const std::size_t bytes_;
  std::mutex mutex_;  // Guards all below.
  std::deque<grpc::ByteBuffer> waiting_;
  std::size_t waiting_bytes_ = 0;
  grpc::ByteBuffer in_flight_;
  grpc::Status status_;
  bool writing_ = false;
  bool closing_ = false;
  bool finished_ = false;
  bool done_ = false;
};

}  // namespace dispatch135::dispatchd
