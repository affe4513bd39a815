// What intake counts, for Prometheus; and log lines for what people should see.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "dispatch135/v1/types.pb.h"
#include "services/common/metrics.h"
#include "services/intake/router.h"

namespace dispatch135::intake {

class IntakeMetrics final : public RouterObserver {
 public:
  // `metrics` must outlive this.
  explicit IntakeMetrics(common::Metrics& metrics);

  void accepted(log::Topic topic) override;
  void refused(log::Topic topic, const common::Refused& refused) override;
  void settled(log::Topic topic, DurationMs age) override;
  void append_failed(log::Topic topic, const std::string& error) override;
  void waiting(std::size_t router, std::size_t publisher);
  // How often the gate has held somebody back since the start.
  void held_back(std::uint64_t times);
  // Partitions that are not named have gone to another intake.
  void lag(const std::vector<IntakeRouter::Lag>& lags);

 private:
  struct OfTopic {
    prometheus::Counter* accepted = nullptr;
    std::array<prometheus::Counter*, v1::RejectCode_ARRAYSIZE> refused = {};
    prometheus::Histogram* age = nullptr;
  };
  OfTopic& of(log::Topic topic) { return topic == log::Topic::kAlerts ? alerts_ : incidents_; }

  common::Metrics& metrics_;
  OfTopic incidents_;
  OfTopic alerts_;
  prometheus::Counter& append_failures_;
  prometheus::Counter& held_back_;
  prometheus::Gauge& router_waiting_;
  prometheus::Gauge& publisher_waiting_;
  std::map<std::pair<log::Topic, std::int32_t>, prometheus::Gauge*> lags_;
};

}  // namespace dispatch135::intake
