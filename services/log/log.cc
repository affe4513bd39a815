#include "services/log/log.h"

#include "engine/base/check.h"

namespace dispatch135::log {

std::string_view topic_name(Topic topic) {
  switch (topic) {
    case Topic::kIncidents:
      return "incidents";
    case Topic::kAlerts:
      return "alerts";
    case Topic::kLog:
      return "dispatch.log";
    case Topic::kDecisions:
      return "dispatch.decisions";
    case Topic::kSnapshots:
      return "dispatch.snapshots";
    case Topic::kRejects:
      return "dispatch.rejects";
  }
  D135_CHECK(false, "a topic outside the enum");
}

std::int32_t partition_of(RegionId region, std::int32_t partitions) {
  D135_CHECK(partitions > 0, "a topic has at least one partition");
  return static_cast<std::int32_t>(region.value() / 100 % static_cast<std::uint32_t>(partitions));
}

}  // namespace dispatch135::log
