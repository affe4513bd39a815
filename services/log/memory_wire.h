// What is under way in MemoryLog, and over whose connection. Only the files memory_* use it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "engine/base/time.h"
#include "services/common/clock.h"
#include "services/log/log.h"

namespace dispatch135::log::memory {

using TopicPartition = std::pair<Topic, std::int32_t>;
using BrokerId = std::size_t;

struct Event {
  std::string node;  // Over whose connection it comes; empty: needs none.
  std::function<void()> work;
};
using Events = std::map<std::pair<TimeMs, std::uint64_t>, Event>;  // By due time, then in the order of their making.

struct Node {
  DurationMs delay{0};
  TimeMs last_arrival{};               // What a node sends does not overtake what it sent before.
  std::set<BrokerId> cut_from;         // Nothing gets through between it and these.
  std::optional<TimeMs> silent_since;  // Reaches no broker.
  Events waiting;                      // What came due meanwhile.
  bool in_touch = true;                // With the brokers' coordinator of groups.
  std::uint64_t losses_of_touch = 0;
  std::size_t failing_appends = 0;
  std::string append_error;
};

struct Wire {
  explicit Wire(const common::Clock& the_clock) : clock(the_clock) {}

  TimeMs now() const { return clock.wall(); }
  void at(TimeMs due, const std::string& node, std::function<void()> work) {
    events[{due, event_count++}] = {node, std::move(work)};
  }
  // Over the node's connection, after all that went over it before.
  void over(const std::string& name, std::function<void()> work) {
    Node& node = nodes[name];
    node.last_arrival = std::max(node.last_arrival, now() + node.delay);
    at(node.last_arrival, name, std::move(work));
  }
  bool reachable(const std::string& node) const {
    const auto found = nodes.find(node);
    return found == nodes.end() || !found->second.silent_since;
  }
  bool cut(const std::string& node, BrokerId broker) const {
    const auto found = nodes.find(node);
    return found != nodes.end() && found->second.cut_from.contains(broker);
  }
  DurationMs delay_of(const std::string& node) const {
    const auto found = nodes.find(node);
    return found == nodes.end() ? DurationMs{0} : found->second.delay;
  }
  // The next event that is due; false: none. What cannot get through waits at its node.
  bool step() {
    while (!events.empty() && events.begin()->first.first <= now()) {
      auto event = events.extract(events.begin());
      if (!event.mapped().node.empty() && !reachable(event.mapped().node)) {
        nodes.at(event.mapped().node).waiting.insert(std::move(event));
        continue;
      }
      event.mapped().work();
      return true;
    }
    return false;
  }
  std::optional<TimeMs> next_due() const {
    for (const auto& [key, event] : events) {
      if (event.node.empty() || reachable(event.node)) return key.first;
    }
    return std::nullopt;
  }
  void note_silence(Node& node, bool silent) {
    if (silent && !node.silent_since) node.silent_since = now();
    if (silent || !node.silent_since) return;
    node.silent_since.reset();
    events.merge(node.waiting);
  }

  const common::Clock& clock;
  std::map<std::string, Node> nodes;
  Events events;
  std::uint64_t event_count = 0;
};

}  // namespace dispatch135::log::memory
