// What KafkaReader and KafkaGroupMember have in common; nobody else needs it.
#pragma once

#include "services/common/settings.h"
#include "services/log/kafka_client.h"
#include "services/log/log.h"

namespace dispatch135::log {

KafkaProperties consumer_defaults(const common::KafkaSettings& settings);

// Hands the records of a fetch event to `record`; what is an error instead is logged.
void deliver(const KafkaClient& client, rd_kafka_event_t* event, const OnRecord& record);

}  // namespace dispatch135::log
