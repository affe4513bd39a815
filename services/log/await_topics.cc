#include "services/log/await_topics.h"

#include <string>

#include "services/common/logging.h"
#include "services/log/topics.h"

namespace dispatch135::log {

Result<bool> await_topics(boost::asio::io_context& loop, const common::KafkaSettings& kafka, const bool& leaving) {
  constexpr DurationMs kAskBroker{2'000};
  while (!leaving) {
    const auto wrong = check_topics(kafka, kAskBroker);
    loop.poll();
    if (!wrong) {
      common::log_warn("no broker yet; waits for one", {{"error", wrong.error().message}});
      continue;
    }
    if (wrong.value().empty()) return true;
    std::string all;
    for (const std::string& line : wrong.value()) all += (all.empty() ? "" : "\n") + line;
    return Error{all};
  }
  return false;
}

std::optional<Error> await_partitions(const Writer& writer) {
  constexpr int kQuestions = 30;  // Of a second each.
  for (int i = 0; i < kQuestions; ++i) {
    if (writer.partitions(Topic::kLog) > 0) return std::nullopt;
  }
  return Error{"the broker does not tell how many partitions dispatch.log has; look whether it runs, and start again"};
}

}  // namespace dispatch135::log
