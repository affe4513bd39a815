#include "services/common/metrics.h"

#include <prometheus/exposer.h>

#include <exception>

#include "services/common/logging.h"

namespace dispatch135::common {

Metrics::Metrics() : registry_(std::make_shared<prometheus::Registry>()) {}
Metrics::~Metrics() = default;

Result<std::unique_ptr<Metrics>> Metrics::start(const MetricsSettings& settings) {
  std::unique_ptr<Metrics> metrics(new Metrics());
  if (!settings.listen) return metrics;
  try {
    metrics->exposer_ = std::make_unique<prometheus::Exposer>(*settings.listen, 1);
  } catch (const std::exception& e) {
    return Error{"metrics.listen: cannot serve on '" + *settings.listen + "' (" + e.what() +
                 "); give a free HOST:PORT of this machine"};
  }
  metrics->exposer_->RegisterCollectable(metrics->registry_);
  metrics->port_ = metrics->exposer_->GetListeningPorts().front();
  log_info("serves metrics", {{"listen", *settings.listen}, {"port", metrics->port_}});
  return metrics;
}

prometheus::Counter& Metrics::counter(const std::string& name, const std::string& help,
                                      const prometheus::Labels& labels) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(*registry_).Add(labels);
}

prometheus::Gauge& Metrics::gauge(const std::string& name, const std::string& help, const prometheus::Labels& labels) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(*registry_).Add(labels);
}

prometheus::Histogram& Metrics::latency(const std::string& name, const std::string& help,
                                        const prometheus::Labels& labels) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(*registry_).Add(labels, latency_buckets());
}

const prometheus::Histogram::BucketBoundaries& Metrics::latency_buckets() {
  static const prometheus::Histogram::BucketBoundaries buckets = {
      0.00001, 0.00002, 0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02,
      0.05,    0.1,     0.2,     0.5,    1,      2,      5,     10,    20,    50,   100};
  return buckets;
}

}  // namespace dispatch135::common
