// Reads dispatch.log and dispatch.decisions from their beginning to where they end now.
#pragma once

#include <functional>

#include "services/common/settings.h"
#include "services/dispatchctl/recorded_log.h"

namespace dispatch135::dispatchctl {

// Each partition in the order of its offsets. Throws CommandError: no broker, no topic, or nothing comes for half a
// minute.
void scan_topics(const common::KafkaSettings& kafka, const std::function<void(const RecordedRecord&)>& on_record);

}  // namespace dispatch135::dispatchctl
