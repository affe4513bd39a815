#include "benchmarks/node_replay.h"

#include <chrono>
#include <memory>
#include <optional>

#include "engine/base/check.h"
#include "services/common/clock.h"
#include "services/common/metrics.h"
#include "services/dispatchd/metrics_observer.h"
#include "services/dispatchd/node.h"

namespace dispatch135::benchmarks {
namespace {

// One partition of a log that others wrote: it ends with the records given, and all its decisions are published.
class WrittenLog final : public log::Reader, public log::Writer {
 public:
  WrittenLog(std::size_t records, std::int64_t decisions)
      : records_(static_cast<std::int64_t>(records)), decisions_(decisions) {}
  void follow(log::Topic, std::int32_t, std::int64_t) override {}
  void unfollow(log::Topic, std::int32_t) override {}
  std::optional<std::int64_t> end_offset(log::Topic topic, std::int32_t) override { return end(topic); }
  std::optional<std::int64_t> begin_offset(log::Topic, std::int32_t) override { return 0; }
  std::optional<std::int64_t> known_end(log::Topic topic, std::int32_t) const override { return end(topic); }
  std::int64_t silent_ms() const override { return 0; }

  bool append(log::Topic, std::int32_t, std::string_view, std::string_view, log::OnAppended) override {
    D135_CHECK(false, "a standby of which all is published has nothing to append");
    return false;
  }
  std::size_t in_flight() const override { return 0; }
  std::int32_t partitions(log::Topic) const override { return 1; }

 private:
  std::int64_t end(log::Topic topic) const {
    if (topic == log::Topic::kLog) return records_;
    return topic == log::Topic::kDecisions ? decisions_ : 0;
  }
  std::int64_t records_;
  std::int64_t decisions_;
};

class Nobody final : public dispatchd::UnitTransport, public dispatchd::ConsoleTransport {
 public:
  bool send(dispatchd::SessionId, const v1::UnitOrder&) override { return true; }
  void close(dispatchd::SessionId, const dispatchd::Status&) override {}
  bool send(dispatchd::WatchId, const std::shared_ptr<const v1::WatchEvent>&) override { return true; }
  void close(dispatchd::WatchId, const dispatchd::Status&) override {}
};

}  // namespace

double node_replay_s(const std::vector<LoggedRecord>& records, std::size_t opening, const v1::Decision& last,
                     const core::testing::OneCity& catalog, std::uint64_t state_hash) {
  const auto metrics = common::Metrics::start({});
  D135_CHECK(metrics.ok(), "they are served nowhere");
  dispatchd::MetricsObserver observer(*metrics.value(), "a", "");
  const common::MachineClock clock;
  Nobody nobody;
  WrittenLog log(records.size(), 1);
  dispatchd::NodeSettings settings;
  settings.name = "a";
  settings.process = 1;
  settings.address = "a:7135";
  dispatchd::Node node(settings, {catalog, log, log, nobody, nobody, clock, observer});
  node.start();
  const std::string last_bytes = last.SerializeAsString();
  node.on_record({.topic = log::Topic::kDecisions, .timestamp = {}, .key = {}, .value = last_bytes});
  std::chrono::steady_clock::time_point began;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (i == opening) began = std::chrono::steady_clock::now();
    node.on_record({.topic = log::Topic::kLog,
                    .offset = static_cast<std::int64_t>(i),
                    .timestamp = TimeMs{records[i].timestamp_ms},
                    .key = {},
                    .value = records[i].bytes});
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  D135_CHECK(node.caught_up() && node.partitions().begin()->engine.state_hash() == state_hash,
             "the same log, the same state");
  return seconds;
}

}  // namespace dispatch135::benchmarks
