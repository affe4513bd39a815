#include "services/dispatchd/metrics_observer.h"

#include <algorithm>
#include <fstream>

#include "services/common/logging.h"

namespace dispatch135::dispatchd {

MetricsObserver::MetricsObserver(common::Metrics& metrics, std::string node, std::string state_dir)
    : metrics_(metrics),
      node_(std::move(node)),
      state_dir_(std::move(state_dir)),
      records_(metrics.counter("dispatch135_records_applied_total", "Records of dispatch.log that were applied")),
      decisions_(metrics.counter("dispatch135_decisions_total", "Decisions that followed from them")),
      published_(metrics.counter("dispatch135_decisions_published_total", "Decisions appended to dispatch.decisions")),
      orders_(metrics.counter("dispatch135_orders_pushed_total", "Orders handed to streams of field units")),
      poison_(metrics.counter("dispatch135_poison_records_total", "Records of dispatch.log that cannot be parsed")),
      failed_appends_(metrics.counter("dispatch135_failed_appends_total", "Appends that failed for good")),
      apply_seconds_(metrics.latency("dispatch135_apply_seconds", "Time that the engine takes for a record")),
      log_to_order_seconds_(metrics.latency("dispatch135_log_to_order_seconds",
                                            "From the broker's time of a record to the order that followed from it")),
      sessions_(metrics.gauge("dispatch135_unit_sessions", "Streams of field units")),
      watches_(metrics.gauge("dispatch135_watches", "Watch streams of consoles")),
      serving_(metrics.gauge("dispatch135_serving", "1: the log is within reach and was read up to its end")) {}

void MetricsObserver::before_apply() { apply_began_ = std::chrono::steady_clock::now(); }

void MetricsObserver::applied(std::int32_t, std::size_t decisions) {
  apply_seconds_.Observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - apply_began_).count());
  records_.Increment();
  decisions_.Increment(static_cast<double>(decisions));
}

void MetricsObserver::order_pushed(TimeMs record) {
  const auto now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  log_to_order_seconds_.Observe(std::max(0.0, now - static_cast<double>(record.since_epoch) / 1'000));
  orders_.Increment();
}

void MetricsObserver::published(std::size_t decisions) { published_.Increment(static_cast<double>(decisions)); }

prometheus::Gauge& MetricsObserver::partition_gauge(const std::string& name, const std::string& help,
                                                    std::int32_t partition) {
  return metrics_.gauge(name, help, {{"partition", std::to_string(partition)}});
}

void MetricsObserver::leads(std::int32_t partition, bool now) {
  partition_gauge("dispatch135_leads", "1: this node leads the partition", partition).Set(now ? 1 : 0);
  common::log_info(now ? "leads a partition" : "leads a partition no longer", {{"partition", partition}});
}

void MetricsObserver::refused_unit_message(v1::RejectCode code) {
  metrics_
      .counter("dispatch135_refused_unit_messages_total", "Messages of field units that were refused",
               {{"code", v1::RejectCode_Name(code)}})
      .Increment();
}

void MetricsObserver::poison(std::int32_t partition, std::int64_t offset) {
  poison_.Increment();
  common::log_error("a record of dispatch.log cannot be parsed; it has no effect on any node",
                    {{"partition", partition}, {"offset", offset}});
}

void MetricsObserver::stopped_following(std::int32_t partition, std::int64_t offset, const std::string& why) {
  partition_gauge("dispatch135_stopped_following", "1: the partition is not followed; the log says why", partition)
      .Set(1);
  common::log_error("follows a partition no longer, and leads none",
                    {{"partition", partition}, {"offset", offset}, {"why", why}});
}

void MetricsObserver::skipped(std::int32_t partition, const v1::Skip& skip) {
  metrics_.counter("dispatch135_skipped_records_total", "Records that an operator had passed over").Increment();
  common::log_warn("passes over a record, as an operator had all nodes do",
                   {{"partition", partition},
                    {"offset", static_cast<std::int64_t>(skip.offset())},
                    {"operator", skip.operator_id()},
                    {"reason", skip.reason()}});
}

void MetricsObserver::began(std::int32_t partition, const v1::SnapshotManifest* from) {
  if (from == nullptr) {
    common::log_info("begins with the first record of the log", {{"partition", partition}});
    return;
  }
  common::log_info("begins where a snapshot ends", {{"partition", partition},
                                                    {"offset", static_cast<std::int64_t>(from->next_offset())},
                                                    {"taken_by", from->node()}});
}

void MetricsObserver::snapshot_refused(std::int32_t partition, const v1::SnapshotManifest& manifest,
                                       const std::string& why) {
  metrics_.counter("dispatch135_refused_snapshots_total", "Snapshots that could not be begun from").Increment();
  common::log_error("a snapshot is of no use", {{"partition", partition},
                                                {"offset", static_cast<std::int64_t>(manifest.next_offset())},
                                                {"taken_by", manifest.node()},
                                                {"why", why}});
}

void MetricsObserver::snapshot_taken(std::int32_t partition, const v1::SnapshotManifest& manifest) {
  metrics_.counter("dispatch135_snapshots_taken_total", "Snapshots written by this node").Increment();
  common::log_info("has taken a snapshot", {{"partition", partition},
                                            {"offset", static_cast<std::int64_t>(manifest.next_offset())},
                                            {"bytes", static_cast<std::int64_t>(manifest.bytes())},
                                            {"compressed", static_cast<std::int64_t>(manifest.compressed_bytes())}});
}

void MetricsObserver::state_differs(std::int32_t partition, const StateCheck::Difference& difference) {
  partition_gauge("dispatch135_state_differs", "1: the state is not the one that was published", partition).Set(1);
  std::string parts;
  for (const std::string& part : difference.parts) parts += (parts.empty() ? "" : ", ") + part;
  common::log_error(
      "this node's state is not the one that was published: it serves no more. Every node writes down its own; compare "
      "the files",
      {{"partition", partition}, {"offset", static_cast<std::int64_t>(difference.offset)}, {"parts", parts}});
}

void MetricsObserver::keep_state(std::int32_t partition, std::int64_t offset, const core::Engine& engine) {
  const std::string path = state_dir_ + "/dispatch135-state-" + std::to_string(partition) + "-" +
                           std::to_string(offset) + "-" + node_ + ".txt";
  std::ofstream file(path);
  engine.dump(file);
  if (file.flush()) {
    common::log_error("a node's state differs: this node's own was written down",
                      {{"partition", partition}, {"offset", offset}, {"file", path}});
  } else {
    common::log_error("a node's state differs, and this node's own cannot be written down",
                      {{"partition", partition}, {"offset", offset}, {"file", path}});
  }
}

void MetricsObserver::log_lost(std::int64_t silent_ms) {
  common::log_error("the log is out of reach: leads nothing, closes all streams", {{"silent_ms", silent_ms}});
}

void MetricsObserver::log_back() { common::log_info("the log is within reach again"); }

void MetricsObserver::append_failed(std::int32_t partition, const std::string& error) {
  failed_appends_.Increment();
  common::log_warn("an append failed and is tried again", {{"partition", partition}, {"error", error}});
}

void MetricsObserver::look_at(const Node& node, const log::Reader& reader) {
  sessions_.Set(static_cast<double>(node.sessions()));
  watches_.Set(static_cast<double>(node.watches()));
  serving_.Set(node.serving() ? 1 : 0);
  for (const Partition& partition : node.partitions()) {
    partition_gauge("dispatch135_replay_records", "Records to apply until the log is live", partition.index)
        .Set(static_cast<double>(std::max<std::int64_t>(0, partition.live_at_offset - partition.next_offset)));
    partition_gauge("dispatch135_unpublished_decisions", "Decisions not yet seen in dispatch.decisions",
                    partition.index)
        .Set(static_cast<double>(partition.outbox.size()));
    if (const auto end = reader.known_end(log::Topic::kLog, partition.index)) {
      partition_gauge("dispatch135_log_lag_records", "Records of dispatch.log that are not applied yet",
                      partition.index)
          .Set(static_cast<double>(std::max<std::int64_t>(0, *end - partition.next_offset)));
    }
    partition_gauge("dispatch135_held_events", "Events whose region has no city and policy in force yet",
                    partition.index)
        .Set(static_cast<double>(partition.engine.held_events()));
  }
}

void MetricsObserver::look_at(const ClientGate& gate) {
  const auto refusals = gate.refusals();
  for (std::size_t i = 0; i < kGateRefusals; ++i) {
    metrics_
        .counter("dispatch135_refused_clients_total", "Streams, calls and messages beyond a limit of config 'limits'",
                 {{"limit", word(static_cast<GateRefusal>(i))}})
        .Increment(static_cast<double>(refusals[i] - told_refusals_[i]));
  }
  told_refusals_ = refusals;
}

}  // namespace dispatch135::dispatchd
