// What KafkaReader and KafkaGroupMember have in common; nobody else needs it.
#pragma once

#include <cstdint>
#include <optional>

#include "services/common/settings.h"
#include "services/log/kafka_client.h"
#include "services/log/log.h"

namespace dispatch135::log {

KafkaProperties consumer_defaults(const common::KafkaSettings& settings);

// Hands the records of a fetch event to `record`; what is an error instead is logged.
void deliver(const KafkaClient& client, rd_kafka_event_t* event, const OnRecord& record);

// The high watermark as the last fetch told it.
std::optional<std::int64_t> known_end(const KafkaClient& client, Topic topic, std::int32_t partition);

}  // namespace dispatch135::log
