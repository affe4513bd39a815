// What a process does before it opens its clients of the log.
#pragma once

#include <boost/asio/io_context.hpp>
#include <optional>

#include "engine/base/result.h"
#include "services/common/settings.h"
#include "services/log/log.h"

namespace dispatch135::log {

// Waits for a broker, with a log line every two seconds; then, within ten seconds (brokers learn of new topics one
// after another), the topics must be as they should, else the error says line by line what is wrong and which command
// mends it. False: `leaving` became true first, by a handler of the loop.
Result<bool> await_topics(boost::asio::io_context& loop, const common::KafkaSettings& kafka, const bool& leaving);

// Asks until the broker has told how many partitions dispatch.log has, half a minute at most; the writer knows it from
// then on. An error: it did not answer.
std::optional<Error> await_partitions(const Writer& writer);

}  // namespace dispatch135::log
