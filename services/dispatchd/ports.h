// What a node needs from the world around it, as narrow interfaces: gRPC, the clock and Prometheus stand behind them in
// production, fakes in tests and in the simulation. All on the node's one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "dispatch135/v1/console.pb.h"
#include "dispatch135/v1/field_units.pb.h"
#include "dispatch135/v1/snapshot.pb.h"
#include "dispatch135/v1/types.pb.h"
#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/core/engine.h"
#include "services/common/clock.h"
#include "services/dispatchd/state_check.h"

namespace dispatch135::dispatchd {

using SessionId = StrongId<struct SessionTag, std::uint64_t>;  // One stream of a field unit's device.
using WatchId = StrongId<struct WatchTag, std::uint64_t>;      // One Watch stream of a console.

// How a call or a stream ended.
enum class Outcome : std::uint8_t {
  kOk,
  kRefused,      // The client's input was wrong: `code` says how.
  kUnavailable,  // This node cannot serve it now; try again, perhaps elsewhere.
  kExhausted,    // The client does not read, or asks for too much at once.
};

struct Status {
  Outcome outcome = Outcome::kOk;
  v1::RejectCode code = v1::REJECT_CODE_UNSPECIFIED;  // For kRefused.
  std::string message;                                // What was wrong and what to do; empty for kOk.
  bool ok() const { return outcome == Outcome::kOk; }
};

inline Status refused(v1::RejectCode code, std::string message) {
  return {Outcome::kRefused, code, std::move(message)};
}
inline Status unavailable(std::string message) {
  return {Outcome::kUnavailable, v1::REJECT_CODE_UNSPECIFIED, std::move(message)};
}
inline Status exhausted(std::string message) {
  return {Outcome::kExhausted, v1::REJECT_CODE_UNSPECIFIED, std::move(message)};
}

using common::SteadyClock;

// To field units. Sessions are named by the transport; both calls do nothing for one that is gone.
class UnitTransport {
 public:
  virtual ~UnitTransport() = default;
  // In the order of the calls. False: the stream's queue is full; the order was not taken.
  virtual bool send(SessionId session, const v1::UnitOrder& order) = 0;
  // After what was sent before; at once, without it, for kExhausted. The node forgets the session; it is not told
  // again.
  virtual void close(SessionId session, const Status& status) = 0;
};

// To consoles, likewise.
class ConsoleTransport {
 public:
  virtual ~ConsoleTransport() = default;
  virtual bool send(WatchId watch, const std::shared_ptr<const v1::WatchEvent>& event) = 0;
  virtual void close(WatchId watch, const Status& status) = 0;
  // What was sent before waits still: the console reads more slowly than it is told. A transport that keeps nothing
  // waiting need not say.
  virtual bool behind(WatchId /*watch*/) { return false; }
};

// Told what happens, for metrics and logs. On the path of every record: keep it short.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void before_apply() {}
  virtual void applied(std::int32_t /*partition*/, std::size_t /*decisions*/) {}
  virtual void order_pushed(TimeMs /*record*/) {}  // The broker's time of the record that caused it.
  virtual void published(std::size_t /*decisions*/) {}
  virtual void leads(std::int32_t /*partition*/, bool /*now*/) {}
  virtual void refused_unit_message(v1::RejectCode /*code*/) {}
  // Loud ones.
  virtual void poison(std::int32_t /*partition*/, std::int64_t /*offset*/) {}
  // The partition is not followed any more; `why` says what to do.
  virtual void stopped_following(std::int32_t /*partition*/, std::int64_t /*offset*/, const std::string& /*why*/) {}
  virtual void skipped(std::int32_t /*partition*/, const v1::Skip& /*skip*/) {}
  // Began from a snapshot; nothing: from the log's beginning.
  virtual void began(std::int32_t /*partition*/, const v1::SnapshotManifest* /*from*/) {}
  virtual void snapshot_refused(std::int32_t /*partition*/, const v1::SnapshotManifest& /*manifest*/,
                                const std::string& /*why*/) {}
  virtual void snapshot_taken(std::int32_t /*partition*/, const v1::SnapshotManifest& /*manifest*/) {}
  // This node's state is not the one that was published.
  virtual void state_differs(std::int32_t /*partition*/, const StateCheck::Difference& /*difference*/) {}
  // A node's state differs: keep this one's, as it is after the record, to be compared.
  virtual void keep_state(std::int32_t /*partition*/, std::int64_t /*offset*/, const core::Engine& /*engine*/) {}
  virtual void log_lost(std::int64_t /*silent_ms*/) {}
  virtual void log_back() {}
  virtual void append_failed(std::int32_t /*partition*/, const std::string& /*error*/) {}
};

}  // namespace dispatch135::dispatchd
