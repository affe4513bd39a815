// The inside of MemoryLog: what is under way, the brokers, who follows what, who is a member of which group. Only the
// files memory_* use it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/check.h"
#include "services/log/memory_brokers.h"
#include "services/log/memory_groups.h"
#include "services/log/memory_log.h"
#include "services/log/memory_wire.h"

namespace dispatch135::log {

namespace memory {

// A writer as the log sees it.
struct WriterEnd {
  virtual ~WriterEnd() = default;
  virtual void start_anew(const std::string& error) = 0;
  std::string node;
  bool dead = false;
};

}  // namespace memory

struct MemoryLog::Impl {
  Impl(const common::Clock& the_clock, Options the_options)
      : options(the_options),
        wire(the_clock),
        brokers(wire, options, [this] { links_changed(); }),
        sources(wire, brokers),
        groups(wire, brokers, options) {
    for (int i = 0; i < kTopics; ++i) {
      for (std::int32_t p = 0; p < partitions(static_cast<Topic>(i)); ++p) brokers.add({static_cast<Topic>(i), p});
    }
  }

  std::int64_t begin_of(const memory::TopicPartition& where) const {
    const auto found = begins.find(where);
    return found == begins.end() ? 0 : found->second;
  }
  std::int32_t partitions(Topic topic) const {
    switch (topic) {
      case Topic::kIncidents:
      case Topic::kAlerts:
        return options.source_partitions;
      case Topic::kLog:
      case Topic::kDecisions:
      case Topic::kSnapshots:
        return options.log_partitions;
      case Topic::kRejects:
        return 1;
    }
    D135_CHECK(false, "a topic outside the enum");
  }

  // Who reaches whom may be otherwise than before.
  void links_changed() {
    for (auto& [name, node] : wire.nodes) {
      bool silent = true;
      for (memory::BrokerId id = 0; id < brokers.count(); ++id) {
        if (brokers.alive(id) && !node.cut_from.contains(id)) silent = false;
      }
      wire.note_silence(node, silent);
    }
    groups.look_who_is_in_touch();
  }
  void kill(const std::string& name) {
    for (const auto& writer : writers) {
      if (writer->node == name) writer->dead = true;
    }
    sources.kill(name);
    groups.kill(name);
    wire.nodes.erase(name);
  }

  const Options options;
  memory::Wire wire;
  memory::Brokers brokers;
  memory::Sources sources;
  memory::Groups groups;
  std::vector<std::shared_ptr<memory::WriterEnd>> writers;
  memory::ProducerId producers = 0;
  std::map<memory::TopicPartition, std::int64_t> begins;  // Of partitions whose oldest records were deleted.
};

}  // namespace dispatch135::log
