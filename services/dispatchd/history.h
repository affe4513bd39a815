// What consoles ask about the past of one region: recent decisions by revision (Watch resumes from them), and the
// decisions about each incident (Explain). Bounded; the oldest go first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "dispatch135/v1/console.pb.h"
#include "dispatch135/v1/decision.pb.h"
#include "engine/base/ids.h"

namespace dispatch135::dispatchd {

struct HistoryLimits {
  std::size_t decisions = 65'536;            // Kept for Watch.
  std::size_t incidents = 10'000;            // Kept for Explain.
  std::size_t decisions_per_incident = 256;  // The first and the latest of them.
};

// The incident that a decision is about; nothing: none.
std::optional<IncidentId> incident_of(const v1::Decision& decision);

class History {
 public:
  using Event = std::shared_ptr<const v1::WatchEvent>;

  explicit History(const HistoryLimits& limits) : limits_(limits) {}

  // The decisions of one record, as an event with that revision. Revisions rise.
  void add(Event event);

  // From here on after() knows only what comes later; about() keeps what it has.
  void forget_up_to(std::int64_t revision);

  // The events after a revision, oldest first; nothing: some of them are no longer kept, or they are more than `most`.
  std::optional<std::vector<Event>> after(std::int64_t revision, std::size_t most) const;
  // Empty: no such incident, or no longer kept.
  std::vector<v1::Decision> about(IncidentId incident) const;

 private:
  struct Kept {
    Event event;
    int index = 0;  // Within the event's decisions.
  };

  HistoryLimits limits_;
  std::deque<Event> recent_;
  std::size_t recent_decisions_ = 0;
  std::int64_t dropped_revision_ = 0;  // Of the newest event that is no longer in recent_.
  std::map<IncidentId, std::deque<Kept>> incidents_;
};

}  // namespace dispatch135::dispatchd
