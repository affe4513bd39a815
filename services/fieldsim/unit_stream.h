// One device's gRPC stream to a node.
#pragma once

#include <grpcpp/grpcpp.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

#include "dispatch135/v1/field_units.grpc.pb.h"

namespace dispatch135::fieldsim {

// send() and close() come from the owner's thread, the callbacks on gRPC's threads. The owner destroys it after
// `closed`, which comes last and once.
class UnitStream final : public grpc::ClientBidiReactor<v1::UnitMessage, v1::UnitOrder> {
 public:
  struct Callbacks {
    std::function<void(v1::UnitOrder)> received;
    std::function<void(grpc::Status)> closed;
  };
  // Opens the stream. The stub must outlive it.
  static std::unique_ptr<UnitStream> open(v1::FieldUnits::Stub& stub, Callbacks callbacks);

  // A stream whose other end does not read is closed when so many messages wait.
  static constexpr std::size_t kWaiting = 1'024;
  void send(v1::UnitMessage message);
  // Breaks it off; messages that wait are lost, as they would be with a lost connection.
  void close();

 private:
  explicit UnitStream(Callbacks callbacks) : callbacks_(std::move(callbacks)) {}
  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnDone(const grpc::Status& status) override;
  // Of the two that may end the stream (reading, writing) the last one lets go of it.
  void end_writing(std::unique_lock<std::mutex>& lock);

  Callbacks callbacks_;
  grpc::ClientContext context_;
  v1::UnitOrder incoming_;  // Belongs to the read that is under way.

  std::mutex mutex_;
  std::deque<v1::UnitMessage> waiting_;  // Guarded by mutex_; the first one belongs to the write that is under way.
  bool writing_ = false;                 // Guarded by mutex_.
  bool ended_ = false;                   // Guarded by mutex_. No more writes are started.
  bool held_ = true;                     // Guarded by mutex_. Keeps the stream's resources for writes from outside.
};

}  // namespace dispatch135::fieldsim
