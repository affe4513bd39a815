#include "services/log/await_topics.h"

#include <chrono>
#include <string>
#include <thread>

#include "services/common/logging.h"
#include "services/log/topics.h"

namespace dispatch135::log {

Result<bool> await_topics(boost::asio::io_context& loop, const common::KafkaSettings& kafka, const bool& leaving) {
  constexpr DurationMs kAskBroker{2'000};
  constexpr std::chrono::seconds kLearnWithin(10);
  constexpr std::chrono::milliseconds kPause(200);
  std::optional<std::chrono::steady_clock::time_point> wrong_since;
  while (!leaving) {
    const auto wrong = check_topics(kafka, kAskBroker);
    loop.poll();
    if (!wrong) {
      common::log_warn("no broker yet; waits for one", {{"error", wrong.error().message}});
      continue;
    }
    if (wrong.value().empty()) return true;
    // Topics that were just made are known to one broker sooner than to the next.
    const auto now = std::chrono::steady_clock::now();
    if (!wrong_since) wrong_since = now;
    if (now - *wrong_since < kLearnWithin) {
      std::this_thread::sleep_for(kPause);
      continue;
    }
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
