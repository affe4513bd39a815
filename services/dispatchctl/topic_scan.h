// Reads dispatch.log and dispatch.decisions from their beginning to where they end now.
#pragma once

#include <functional>

#include "services/common/settings.h"
#include "services/dispatchctl/recorded_log.h"
#include "services/log/log.h"

namespace dispatch135::dispatchctl {

// Each partition in the order of its offsets. Throws CommandError: no broker, no topic, or nothing comes for half a
// minute.
void scan_topics(const common::KafkaSettings& kafka, const std::function<void(const RecordedRecord&)>& on_record);

// One partition of one topic, from an offset (or log::Reader::kBeginning) to where it ends now. The views of a record
// are valid during the call. Throws as above.
void read_partition(const common::KafkaSettings& kafka, log::Topic topic, std::int32_t partition, std::int64_t from,
                    const log::OnRecord& on_record);

// How many partitions dispatch.log has. Throws as above.
std::int32_t partitions_of_log(const common::KafkaSettings& kafka);

}  // namespace dispatch135::dispatchctl
