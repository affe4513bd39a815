// What the simulated units and hotlines lived through, one entry each: the outside view that the oracle compares with
// what the system says. Format: docs/formats/diary.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dispatch135/v1/decision.pb.h"
#include "engine/base/ids.h"
#include "engine/base/time.h"

namespace dispatch135::fieldsim {

enum class DiaryEvent : std::uint8_t {
  kPublished,  // The hotline's event was acknowledged by the broker, or failed for good.
  kConnected,  // Signed on: the sign-on stands in the log.
  kDisconnected,
  kRedirected,     // To another node.
  kRefused,        // A message of the unit was refused.
  kOrderReceived,  // For the first time.
  kOrderRepeated,  // Seen before; dropped.
  kAcknowledged,
  kDeclined,
  kIgnored,  // Decided never to acknowledge.
  kSilent,   // Acknowledged, and says nothing for minutes from now on.
  kDropped,  // Cuts its own connection.
  kEnRoute,
  kOnScene,
  kFeedback,
  kCancelled,  // Told to stop, and stops.
  kViolation,  // The system broke a promise to this unit.
};
inline constexpr std::size_t kDiaryEvents = 17;

// "order_received", ...: the enumerator in snake case without its k.
std::string_view name_of(DiaryEvent event);

// Fields that do not belong to the event stay empty or 0 and are left out of the line.
struct DiaryEntry {
  DiaryEvent event = DiaryEvent::kConnected;
  TimeMs at;
  UnitId unit;
  std::uint64_t sequence = 0;  // Of the order.
  v1::DecisionId decision;     // Of the order; written when sequence is not 0.
  std::string order;           // "assignment", "cancel" or "check".
  std::uint64_t assignment_id = 0;
  std::uint64_t incident_id = 0;
  std::string source;
  std::string event_id;
  // Of a send or of an order's receipt: microseconds since 1970 UTC; 0: not known so exactly.
  std::int64_t exact_us = 0;
  std::size_t bytes = 0;  // Of an order as it was sent.
  std::string detail;     // For people: why it was refused, cancelled, declined; what was violated.

  // Only for kPublished.
  std::string topic;
  std::string kind;       // "report", "update", "cancel", "alert", "bad".
  bool repeated = false;  // The same event was sent before.
  bool acked = false;
  std::int32_t partition = -1;  // Where it stands, when acked.
  std::int64_t offset = -1;
  std::int64_t sent_us = 0;  // Wall clock of the send, microseconds since 1970 UTC.
};

// One line of JSON, without the newline.
std::string to_json_line(const DiaryEntry& entry);

class Diary {
 public:
  virtual ~Diary() = default;
  virtual void write(const DiaryEntry& entry) = 0;
};

// Keeps the entries, for tests and simulations.
class MemoryDiary : public Diary {
 public:
  void write(const DiaryEntry& entry) override { entries.push_back(entry); }
  std::vector<DiaryEntry> entries;
};

}  // namespace dispatch135::fieldsim
