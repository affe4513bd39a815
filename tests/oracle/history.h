// What the oracle reads: everything that stood in the topics, and what the simulated people wrote down themselves.
// Nothing here knows the engine or the services; only their published contract.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "dispatch135/v1/decision.pb.h"
#include "dispatch135/v1/events.pb.h"
#include "dispatch135/v1/log.pb.h"

namespace dispatch135::oracle {

enum class Topic { kIncidents, kAlerts, kLog, kDecisions, kRejects };

// One record as it stood in Kafka.
struct Record {
  Topic topic = Topic::kLog;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::int64_t timestamp_ms = 0;  // The broker's, milliseconds since 1970 UTC.
  std::string value;
};

// One line of a diary (docs/formats/diary.md): what a simulated hotline or unit did or was told. Lines that prove
// nothing are not kept.
struct DiaryEntry {
  enum class Kind {
    kPublished,           // Hotline: the broker has acknowledged it at `topic`, `partition`, `offset`.
    kAssignmentReceived,  // Unit: an order to go, for the first time.
    kCancelReceived,      // Unit: an order to stop, for the first time.
    kAcknowledged,        // Unit: signed for it; from here on it acts on the order.
    kDeclined,            // Unit: does not take it.
    kOnScene,             // Unit: is there.
    kFeedback,            // Unit: is done.
    kStopped,             // Unit: was told to stop, and stops.
    kViolation,           // Unit: the system broke a promise to it, in `detail`.
  };
  Kind kind = Kind::kPublished;
  std::int64_t at_us = 0;  // By the simulator's clock, microseconds since 1970 UTC; of kPublished: when it was sent.
  std::string source;
  std::string event_id;
  std::string topic;         // Without a prefix.
  std::string published_as;  // "report", "update", "cancel", "alert" or "bad": cannot be used.
  std::int32_t partition = -1;
  std::int64_t offset = -1;
  std::uint64_t unit_id = 0;
  std::uint64_t assignment_id = 0;
  std::string detail;
};

// A place in a topic's partition.
struct Place {
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  auto operator<=>(const Place&) const = default;
};

// The name of a decision.
struct Identity {
  Place at;  // The record of dispatch.log that it answers.
  std::uint32_t index = 0;
  auto operator<=>(const Identity&) const = default;
};
std::string to_string(const Place& place);
std::string to_string(const Identity& identity);

using EventName = std::pair<std::string, std::string>;  // (source, event_id), or (sender, identifier) of an alert.

enum class Fault {
  kLost,              // I1
  kDoubleAssigned,    // I2
  kNotDeterministic,  // I3
  kClock,             // I4
  kSequence,          // A decision or an order is missing from its gapless count, or out of place.
  kInput,             // A bad input is not kept, a record cannot be read.
};

struct Finding {
  Fault fault;
  std::string text;  // One line, for people.
};

struct Ring {
  std::uint64_t in_time = 0;
  std::uint64_t late = 0;
  std::uint64_t pending = 0;       // Deadline ahead at the end of the log.
  std::uint64_t ended_before = 0;  // Closed or cancelled before the deadline with nobody on scene.
};

struct Verdict {
  std::uint64_t incidents = 0;  // Distinct names of reports that became an incident, or should have.
  std::uint64_t assigned = 0;   // Had a unit assigned at some time.
  std::uint64_t on_scene = 0;   // Had a unit on scene at some time.
  std::uint64_t queued = 0;     // Waited at some time for a unit.
  std::uint64_t waiting = 0;    // Of them: wait now, with nobody assigned.
  std::uint64_t closed = 0;
  std::uint64_t cancelled = 0;
  std::uint64_t lost = 0;
  std::uint64_t double_assigned = 0;
  std::uint64_t breaches = 0;
  std::uint64_t log_records = 0;
  std::uint64_t decisions = 0;           // By identity.
  std::uint64_t repeated_decisions = 0;  // Published again with the same identity and content.
  std::uint64_t alerts = 0;
  std::int64_t latest_timer_ms = 0;               // The longest time from a timer's due time to its decision.
  std::map<std::string, std::uint64_t> rejected;  // By code: records of dispatch.rejects and RecordRejected decisions.
  std::map<std::uint32_t, Ring> rings = {{1, {}}, {3, {}}, {5, {}}};
  std::vector<double> report_to_order_ms;  // Sorted; from the hotline's send to the first unit's receipt, for incidents
                                           // that did not have to wait for a unit. Empty without diaries.
  std::vector<Finding> findings;
};

}  // namespace dispatch135::oracle
