#include "services/dispatchd/shadow.h"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <chrono>

#include "services/common/logging.h"
#include "services/dispatchd/metrics_observer.h"
#include "services/log/await_topics.h"

namespace dispatch135::dispatchd {
namespace {

constexpr std::int64_t kWakeEveryMs = 100;
constexpr std::int64_t kWatchRetentionEveryMs = 10'000;
constexpr int kNice = 10;  // Orders come first.

class Nobody final : public UnitTransport, public ConsoleTransport {
 public:
  bool send(SessionId, const v1::UnitOrder&) override { return true; }
  void close(SessionId, const Status&) override {}
  bool send(WatchId, const std::shared_ptr<const v1::WatchEvent>&) override { return true; }
  void close(WatchId, const Status&) override {}
};

}  // namespace

// Only what the process's node does not say itself.
class Shadow::Told final : public Observer {
 public:
  Told(common::Metrics& the_metrics, const std::string& node, const std::string& state_dir)
      : metrics(the_metrics), tell_(the_metrics, node, state_dir) {}
  void append_failed(std::int32_t partition, const std::string& error) override {
    tell_.append_failed(partition, error);
  }
  void snapshot_taken(std::int32_t partition, const v1::SnapshotManifest& manifest) override {
    tell_.snapshot_taken(partition, manifest);
  }
  void stopped_following(std::int32_t partition, std::int64_t offset, const std::string& why) override {
    common::log_error("takes no snapshots of a partition any more",
                      {{"partition", partition}, {"offset", offset}, {"why", why}});
  }
  void state_differs(std::int32_t partition, const StateCheck::Difference& difference) override {
    tell_.state_differs(partition, difference);
  }
  void keep_state(std::int32_t partition, std::int64_t offset, const core::Engine& engine) override {
    tell_.keep_state(partition, offset, engine);
  }

  common::Metrics& metrics;

 private:
  MetricsObserver tell_;
};

Shadow::Shadow(const SteadyClock& clock)
    : loop_(1), work_(boost::asio::make_work_guard(loop_)), timer_(loop_), clock_(clock) {}

Result<std::unique_ptr<Shadow>> Shadow::start(const Settings& settings, const NodeSettings& node,
                                              const common::CityFiles& cities, const SteadyClock& clock,
                                              common::Metrics& metrics) {
  std::unique_ptr<Shadow> shadow(new Shadow(clock));
  auto writer = log::KafkaWriter::open(shadow->loop_, settings.common.kafka);
  if (!writer) return writer.error();
  shadow->writer_ = std::move(writer.value());
  if (const auto unknown = log::await_partitions(*shadow->writer_)) return *unknown;
  auto reader = log::KafkaReader::open(shadow->loop_, settings.common.kafka,
                                       [raw = shadow.get()](const log::Record& r) { raw->node_->on_record(r); });
  if (!reader) return reader.error();
  shadow->reader_ = std::move(reader.value());

  NodeSettings own = node;
  own.name += "-shadow";
  own.process = node.process ^ 1;
  own.regions.clear();
  own.stands_in = false;
  own.history = {.decisions = 0, .incidents = 0, .decisions_per_incident = 1};
  shadow->nobody_ = std::make_unique<Nobody>();
  shadow->no_console_ = std::make_unique<Nobody>();
  shadow->told_ = std::make_unique<Told>(metrics, own.name, settings.state_dir);
  shadow->node_ = std::make_unique<Node>(own, NodePorts{cities, *shadow->writer_, *shadow->reader_, *shadow->nobody_,
                                                        *shadow->no_console_, clock, *shadow->told_});
  shadow->taker_ = std::make_unique<SnapshotTaker>(node.name, settings.snapshots, *shadow->node_, *shadow->writer_,
                                                   clock, *shadow->told_);
  boost::asio::post(shadow->loop_, [raw = shadow.get()] {
    raw->node_->start();
    raw->wake();
  });
  shadow->thread_ = std::thread([raw = shadow.get()] {
    pthread_setname_np(pthread_self(), "shadow");
    setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNice);
    raw->loop_.run();
  });
  return shadow;
}

Shadow::~Shadow() {
  loop_.stop();
  if (thread_.joinable()) thread_.join();
}

void Shadow::lead(std::int32_t partition, bool now) {
  boost::asio::post(loop_, [this, partition, now] { taker_->lead(partition, now); });
}

void Shadow::wake() {
  node_->on_timer();
  taker_->on_timer();
  if (clock_.now_ms() - watched_at_ms_ >= kWatchRetentionEveryMs) watch_retention();
  timer_.expires_after(std::chrono::milliseconds(kWakeEveryMs));
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) wake();
  });
}

void Shadow::watch_retention() {
  watched_at_ms_ = clock_.now_ms();
  for (const Partition& partition : node_->partitions()) {
    if (partition.phase != Phase::kLive) continue;
    const auto begin = reader_->begin_offset(log::Topic::kLog, partition.index);
    if (!begin) continue;
    std::int64_t oldest = partition.next_offset;
    for (const auto& [slot, manifest] : partition.shelf.manifests()) {
      oldest = std::min(oldest, static_cast<std::int64_t>(manifest.next_offset()));
    }
    if (partition.shelf.manifests().empty()) oldest = 0;
    const prometheus::Labels labels = {{"partition", std::to_string(partition.index)}};
    told_->metrics
        .gauge("dispatch135_snapshot_tail_records", "Records of dispatch.log after the oldest snapshot in use", labels)
        .Set(static_cast<double>(partition.next_offset - oldest));
    told_->metrics
        .gauge("dispatch135_snapshot_margin_records", "Records that dispatch.log still has before that snapshot",
               labels)
        .Set(static_cast<double>(oldest - *begin));
    const Margin margin = margin_of(*begin, oldest, partition.next_offset);
    told_->metrics
        .gauge("dispatch135_snapshot_margin_narrow",
               "1: the log keeps less before the oldest snapshot than came after it; 2: it lost what comes after it",
               labels)
        .Set(static_cast<double>(margin));
    if (margin == Margin::kSafe) continue;
    common::log_error(
        margin == Margin::kLost
            ? "the log has lost records that come after the oldest snapshot: lengthen its retention, and do not stop "
              "the last node that follows it before a snapshot was taken"
            : "the log keeps fewer records before the oldest snapshot than came after it: lengthen its retention, or "
              "take snapshots more often",
        {{"partition", partition.index}, {"log_begins", *begin}, {"snapshot", oldest}});
  }
}

}  // namespace dispatch135::dispatchd
