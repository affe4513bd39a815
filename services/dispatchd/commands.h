// Dispatchers' commands: checked, appended, answered when the log has applied them. Any node that follows the region's
// log takes them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "services/common/refused.h"
#include "services/dispatchd/appender.h"
#include "services/dispatchd/partition.h"
#include "services/dispatchd/ports.h"

namespace dispatch135::dispatchd {

inline constexpr std::size_t kPendingCommands = 10'000;

// What is wrong with the command itself; nothing: its form is good.
std::optional<common::Refused> malformed(const v1::OperatorCommand& command);

class Commands {
 public:
  using OnAnswer = std::function<void(const Status& status, const v1::CommandResponse& response)>;

  Commands(Partitions& partitions, Appender& appender) : partitions_(partitions), appender_(appender) {}

  // `answer` is called once; at once when nothing has to be logged.
  void start(const v1::CommandRequest& request, OnAnswer answer);
  // After each record of a partition.
  void on_applied(const Partition& partition, const v1::LogRecord& record, std::span<const v1::Decision> decisions);
  void fail_all(const Status& status);

 private:
  struct Pending {
    RegionId region;
    std::string command_id;
    OnAnswer answer;
  };
  void append_failed(std::uint64_t sequence);

  Partitions& partitions_;
  Appender& appender_;
  std::map<std::uint64_t, Pending> pending_;  // By the origin's sequence.
};

}  // namespace dispatch135::dispatchd
