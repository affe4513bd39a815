#include "services/dispatchd/metrics_observer.h"

#include <algorithm>
#include <cstdio>

#include "services/common/logging.h"

namespace dispatch135::dispatchd {

MetricsObserver::MetricsObserver(common::Metrics& metrics)
    : metrics_(metrics),
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

void MetricsObserver::city_missing(std::int32_t partition, std::int64_t offset, CityFingerprint fingerprint) {
  partition_gauge("dispatch135_city_missing", "1: not followed, for want of a city file", partition).Set(1);
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(fingerprint.value()));
  common::log_error(
      "the log puts a city file in force that this node does not have: the partition is not followed any more, and "
      "this node leads none; give the file by 'cities:' and start again",
      {{"partition", partition}, {"offset", offset}, {"fingerprint", text}});
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
