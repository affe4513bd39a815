// When things were ordered, decided and published, by the brokers' clock: read from the topics, for figures such as
// "the first new decision after a kill".
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/oracle/topic_reader.h"

namespace dispatch135 {

// Milliseconds since 1970 UTC by this machine's clock, which is the brokers' too.
std::int64_t wall_ms();

// All times are in milliseconds since 1970 UTC, all durations in milliseconds.
class Timeline {
 public:
  explicit Timeline(const std::string& bootstrap);

  // Reads on to where the topics end now. Throws oracle::ReadError.
  void read();
  // Every record of `incidents` and `alerts` that was read stands in dispatch.log or dispatch.rejects.
  bool all_carried() const;

  // The first decision published after `after` that follows from a record ordered after it; that somebody else leads
  // now is not counted. Nothing: there is none.
  std::optional<std::int64_t> first_new_decision(std::int32_t partition, std::int64_t after) const;
  // Between two decisions published one after the other from `from` to `to`, both included.
  std::int64_t longest_gap(std::int32_t partition, std::int64_t from, std::int64_t to) const;
  // From a record's time to the publication of each decision that follows from it, for records ordered in that time.
  struct Latency {
    std::int64_t p50 = 0;
    std::int64_t p99 = 0;
    std::int64_t max = 0;
    std::size_t count = 0;
  };
  Latency latency(std::int32_t partition, std::int64_t from, std::int64_t to) const;
  // Decisions that stand more than once in dispatch.decisions.
  std::uint64_t repeated() const { return repeated_; }
  // How often a LeaderStarted was ordered there.
  std::size_t leaders(std::int32_t partition) const;
  // How many incidents were opened for that event.
  std::size_t opened(const std::string& source, const std::string& event_id) const;
  std::size_t opened() const { return opened_.size(); }
  // Events for which more than one incident was opened.
  std::size_t opened_twice() const;
  // The course of one assignment.
  struct Sent {
    std::uint64_t incident = 0;
    std::uint32_t plan_entry = 0;
    std::int64_t at = 0;                               // When it was published.
    std::optional<std::int64_t> acknowledged_at = {};  // Log time.
    std::optional<std::int64_t> ended_at = {};         // When that was published.
    bool failed = false;                               // It ended without the work being done, and another is sent.
  };
  // Nothing: there is no such assignment.
  std::optional<Sent> sent(std::uint64_t assignment) const;
  // Those that took the same place in the incident's plan after that one.
  std::vector<std::uint64_t> sent_for(std::uint64_t assignment) const;
  // Seconds between `from` and `to` in which at least one decision was published.
  std::int64_t seconds_with_a_decision(std::int32_t partition, std::int64_t from, std::int64_t to) const;

 private:
  struct Published {
    std::int64_t at = 0;
    std::int64_t record_at = 0;
    bool leader_changed = false;
  };
  struct Partition {
    std::vector<std::int64_t> record_at;  // By offset.
    std::size_t leaders = 0;
    std::vector<Published> published;  // Each identity once, in the order of the topic.
    std::pair<std::uint64_t, std::uint32_t> last{0, 0};
    bool any = false;
  };
  using Unsettled = std::pair<std::int64_t, v1::Decision>;  // When it was published.
  using Source = std::pair<oracle::Topic, std::int32_t>;
  void take(const oracle::Record& record);
  void take_log(const oracle::Record& record);
  void take_decision(const oracle::Record& record);
  void settle(Partition& partition, std::deque<Unsettled>& decisions);
  void follow(std::int64_t at, const v1::Decision& decision);

  std::map<std::int32_t, Partition> partitions_;
  // A decision may be read before the record that it follows from: kept until both are there.
  std::map<std::int32_t, std::deque<Unsettled>> unsettled_;
  std::map<Source, std::int64_t> sources_;  // Next offset.
  std::map<Source, std::set<std::int64_t>> carried_;
  std::map<std::pair<std::string, std::string>, std::size_t> opened_;
  std::map<std::uint64_t, Sent> sent_;  // By assignment.
  std::uint64_t repeated_ = 0;
  std::unique_ptr<oracle::TopicReader> reader_;
};

}  // namespace dispatch135
