// The streams of field units: sign-on, reports into the log, orders out of it. A unit's orders have one path, live and
// after a reconnection: what the engine holds beyond the last one sent on this stream.
//
// A stream's messages become records only once its sign-on was applied; until then up to kHeldMessages are held back,
// so that a device which is refused cannot speak for the unit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "services/dispatchd/appender.h"
#include "services/dispatchd/partition.h"
#include "services/dispatchd/ports.h"

namespace dispatch135::dispatchd {

inline constexpr std::size_t kHeldMessages = 16;
inline constexpr std::size_t kUnappliedPerSession = 64;  // More are refused until the log has caught up.
inline constexpr std::int64_t kPositionEveryMs = 100;    // Positions and heartbeats in between are coalesced.

class UnitSessions {
 public:
  UnitSessions(Partitions& partitions, Appender& appender, UnitTransport& transport, const SteadyClock& clock,
               Observer& observer);

  void on_message(SessionId session, const v1::UnitMessage& message);
  // The stream is gone, by itself.
  void on_closed(SessionId session);
  // After each record of a partition.
  void on_applied(Partition& partition, const v1::LogRecord& record, std::span<const v1::Decision> decisions,
                  TimeMs timestamp);
  // The node leads the partition no longer: its units are sent to the leader, if it is known.
  void hand_over(const Partition& partition);
  void close_all(const Status& status);

  void on_timer();
  std::optional<std::int64_t> wakeup_ms() const;
  std::size_t size() const { return sessions_.size(); }

 private:
  using UnitKey = std::pair<RegionId, UnitId>;
  struct Session {
    UnitKey unit;
    std::string device;
    bool signed_on = false;       // Else its sign-on is on its way through the log.
    std::uint64_t last_sent = 0;  // Order sequence.
    std::size_t unapplied = 0;    // Records in the log that were not applied yet.
    std::vector<v1::UnitMessage> held;
    std::optional<std::pair<v1::LogRecord, std::uint64_t>> position;  // Held back, with its client_sequence.
    std::int64_t position_due_ms = 0;                                 // No sooner than this.
  };
  struct Pending {
    SessionId session;
    std::uint64_t client_sequence = 0;
  };

  void sign_on(SessionId id, const v1::UnitMessage& message);
  void signed_on(Partition& partition, SessionId id, const v1::UnitSignedOn& body, RegionId region,
                 const v1::RecordRejected* rejected, TimeMs timestamp);
  void report(SessionId id, Session& session, const v1::UnitMessage& message);
  void position_report(SessionId id, Session& session, v1::LogRecord record, std::uint64_t client_sequence);
  void append(SessionId id, Session& session, v1::LogRecord& record, std::uint64_t client_sequence);
  void append_failed(std::uint64_t sequence);
  void disconnected(const UnitKey& unit, const std::string& device);
  void push_touched(Partition& partition, std::span<const v1::Decision> decisions, TimeMs timestamp);
  void tell_duty(Partition& partition, std::span<const v1::Decision> decisions);
  void push(Partition& partition, SessionId id, Session& session, TimeMs timestamp);
  static void add_route(const Partition& partition, RegionId region, UnitId unit, v1::AssignmentOrder& order);
  void refuse(SessionId id, std::uint64_t client_sequence, v1::RejectCode code, const std::string& reason);
  void redirect(SessionId id, const Partition& partition);
  void close(SessionId id, const Status& status);
  void forget(SessionId id, const UnitKey& unit);

  Partitions& partitions_;
  Appender& appender_;
  UnitTransport& transport_;
  const SteadyClock& clock_;
  Observer& observer_;

  std::map<SessionId, Session> sessions_;
  std::map<UnitKey, std::vector<SessionId>> of_unit_;   // The last one is the newest; at most one is signed on.
  std::unordered_map<std::uint64_t, Pending> pending_;  // By the origin's sequence.
  std::set<std::pair<std::int64_t, SessionId>> positions_due_;
};

}  // namespace dispatch135::dispatchd
