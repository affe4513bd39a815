// What happens in a node, as metrics and log lines.
#pragma once

#include <array>
#include <chrono>
#include <map>
#include <string>

#include "services/common/metrics.h"
#include "services/dispatchd/client_gate.h"
#include "services/dispatchd/node.h"

namespace dispatch135::dispatchd {

class MetricsObserver final : public Observer {
 public:
  // `node`: its name. `state_dir`: where states that differ are written down.
  MetricsObserver(common::Metrics& metrics, std::string node, std::string state_dir);

  void before_apply() override;
  void applied(std::int32_t partition, std::size_t decisions) override;
  void order_pushed(TimeMs record) override;
  void published(std::size_t decisions) override;
  void leads(std::int32_t partition, bool now) override;
  void refused_unit_message(v1::RejectCode code) override;
  void poison(std::int32_t partition, std::int64_t offset) override;
  void stopped_following(std::int32_t partition, std::int64_t offset, const std::string& why) override;
  void skipped(std::int32_t partition, const v1::Skip& skip) override;
  void began(std::int32_t partition, const v1::SnapshotManifest* from) override;
  void snapshot_refused(std::int32_t partition, const v1::SnapshotManifest& manifest, const std::string& why) override;
  void snapshot_taken(std::int32_t partition, const v1::SnapshotManifest& manifest) override;
  void state_differs(std::int32_t partition, const StateCheck::Difference& difference) override;
  void keep_state(std::int32_t partition, std::int64_t offset, const core::Engine& engine) override;
  void log_lost(std::int64_t silent_ms) override;
  void log_back() override;
  void append_failed(std::int32_t partition, const std::string& error) override;

  // The gauges that are read off the node from time to time.
  void look_at(const Node& node, const log::Reader& reader);
  void look_at(const ClientGate& gate);

 private:
  prometheus::Gauge& partition_gauge(const std::string& name, const std::string& help, std::int32_t partition);

  common::Metrics& metrics_;
  const std::string node_;
  const std::string state_dir_;
  prometheus::Counter& records_;
  prometheus::Counter& decisions_;
  prometheus::Counter& published_;
  prometheus::Counter& orders_;
  prometheus::Counter& poison_;
  prometheus::Counter& failed_appends_;
  prometheus::Histogram& apply_seconds_;
  prometheus::Histogram& log_to_order_seconds_;
  prometheus::Gauge& sessions_;
  prometheus::Gauge& watches_;
  prometheus::Gauge& serving_;
  std::chrono::steady_clock::time_point apply_began_;
  std::array<std::uint64_t, kGateRefusals> told_refusals_ = {};
};

}  // namespace dispatch135::dispatchd
