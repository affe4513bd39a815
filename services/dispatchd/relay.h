// Carries what neighbours say to the regions of the partitions that this node leads: reads the decisions of the
// neighbours' partitions and appends each NeighbourMessage for such a region to its dispatch.log. Only the leader of a
// partition writes there. How far it has read stands in that log, as the source offset of what it appended, so a new
// leader goes on from there; what two leaders append twice the core applies once.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include "services/dispatchd/appender.h"
#include "services/dispatchd/partition.h"
#include "services/dispatchd/ports.h"
#include "services/log/log.h"

namespace dispatch135::dispatchd {

// So many decisions that concern nobody here are read before that is written down: a new leader reads so many again.
inline constexpr std::int64_t kReadUnmarked = 10'000;
// After a failed append, before the decisions are read again.
inline constexpr std::int64_t kRelayAgainMs = 500;

class Relay {
 public:
  Relay(Partitions& partitions, Appender& appender, log::Reader& reader, const SteadyClock& clock, Observer& observer)
      : partitions_(partitions), appender_(appender), reader_(reader), clock_(clock), observer_(observer) {}

  // A record of dispatch.decisions, and what it holds.
  void on_published(const log::Record& record, const v1::Decision& decision);
  // Begins to listen where a partition is led now and has neighbours, and ends it where it is led no more.
  void on_timer();

 private:
  // One partition that is led listens to one whose decisions may be for it; both may be the same.
  struct Ear {
    std::int64_t next = 0;      // Offset of the decision to be looked at next.
    std::int64_t unmarked = 0;  // Decisions since the last append.
    bool failed = false;        // An append was not taken, or failed.
    std::int64_t again_at_ms = 0;
  };
  using EarPtr = std::shared_ptr<Ear>;  // Shared with the callbacks of the writer, which may outlive this.

  void listen(Partition& own, Partition& from);
  void carry(std::int32_t own, const EarPtr& ear, const log::Record& record, const v1::Decision* decision);

  Partitions& partitions_;
  Appender& appender_;
  log::Reader& reader_;
  const SteadyClock& clock_;
  Observer& observer_;
  std::map<std::pair<std::int32_t, std::int32_t>, EarPtr> ears_;  // (from, own)
};

}  // namespace dispatch135::dispatchd
