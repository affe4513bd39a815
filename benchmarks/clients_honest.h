// Field units and consoles that do as they should, by the thousand, and count what they get.
#pragma once

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "dispatch135/v1/field_units.grpc.pb.h"
#include "services/fieldsim/unit_stream.h"

namespace dispatch135::benchmarks {

// Units that sign for each order and give feedback on it at once.
class Units {
 public:
  Units(const std::string& address, std::uint32_t count);
  ~Units();

  // Opens the streams of all, spread over so long, and waits until all have signed on.
  void connect(std::int64_t spread_ms);
  // All at once, in the middle of whatever they do.
  void drop();
  void heartbeat();
  // Latencies of orders from the call on, since they were last asked, in microseconds.
  std::vector<double> take_latencies();
  std::size_t orders() const { return orders_; }
  // Orders that came with a sequence that was seen before on the same or an earlier stream.
  std::size_t repeated() const { return repeated_; }
  // Orders that were skipped in a unit's sequence.
  std::size_t gaps() const { return gaps_; }
  std::uint64_t last_order(std::uint32_t unit) const { return units_[unit]->last_order; }

 private:
  struct Unit {
    std::unique_ptr<fieldsim::UnitStream> stream;
    std::atomic<bool> signed_on = false;
    std::atomic<bool> closed = true;
    std::atomic<std::uint64_t> last_order = 0;
  };
  void received(std::uint32_t index, const v1::UnitOrder& order);
  std::size_t signed_on() const;
  std::size_t closed() const;

  std::vector<std::unique_ptr<v1::FieldUnits::Stub>> stubs_;
  std::deque<std::unique_ptr<Unit>> units_;
  std::mutex mutex_;  // Guards latencies_.
  std::vector<double> latencies_;
  std::atomic<std::size_t> orders_ = 0;
  std::atomic<std::size_t> repeated_ = 0;
  std::atomic<std::size_t> gaps_ = 0;
};

// A console's Watch stream. `pause_ms`: how long it waits before it reads the next; below 0: it never reads. Of what it
// reads it looks at the revision only, so that a thousand of them leave the processors to the node.
class Watcher final : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  Watcher(grpc::GenericStub& stub, std::int64_t pause_ms, std::int64_t from_revision = 0);

  std::int64_t revision() const { return revision_; }
  std::size_t events() const { return events_; }
  bool ended() const { return ended_; }
  // It reads as fast as it can, from the start or after hurry().
  bool honest() const { return pause_ms_ == 0; }
  void hurry() { pause_ms_ = 0; }
  // Breaks it off, and waits until gRPC has let go of it. Once, before it is destroyed.
  void finish();
  // To be called now and then: begins the next read when its time has come.
  void step(std::int64_t now_us);

 private:
  void OnReadDone(bool ok) override;
  void OnDone(const grpc::Status& status) override;

  grpc::ClientContext context_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer event_;
  std::atomic<std::int64_t> pause_ms_;
  std::atomic<std::int64_t> read_at_us_ = 0;  // 0: a read is under way.
  std::atomic<std::int64_t> revision_;
  std::atomic<std::size_t> events_ = 0;
  std::atomic<bool> ended_ = false;
  std::atomic<bool> done_ = false;
};

// Channels with connections of their own.
std::vector<std::shared_ptr<grpc::Channel>> channels(const std::string& address, std::size_t count);

}  // namespace dispatch135::benchmarks
