// The process's metrics, served as /metrics for Prometheus. Names are dispatch135_..._seconds, ..._total; labels never
// hold ids. Any thread.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <memory>
#include <string>

#include "engine/base/result.h"
#include "services/common/settings.h"

namespace prometheus {
class Exposer;
}

namespace dispatch135::common {

class Metrics {
 public:
  // Without a listen address nothing is served and the numbers are only kept. The port really used is logged.
  static Result<std::unique_ptr<Metrics>> start(const MetricsSettings& settings);
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // The same name and labels give the same object; references stay good for the life of this.
  prometheus::Counter& counter(const std::string& name, const std::string& help, const prometheus::Labels& labels = {});
  prometheus::Gauge& gauge(const std::string& name, const std::string& help, const prometheus::Labels& labels = {});
  // Seconds, with latency_buckets().
  prometheus::Histogram& latency(const std::string& name, const std::string& help,
                                 const prometheus::Labels& labels = {});

  // 10 us to 100 s, about three a decade.
  static const prometheus::Histogram::BucketBoundaries& latency_buckets();

  int port() const { return port_; }  // 0: not served.
  prometheus::Registry& registry() { return *registry_; }

 private:
  Metrics();
  std::shared_ptr<prometheus::Registry> registry_;
  std::unique_ptr<prometheus::Exposer> exposer_;
  int port_ = 0;
};

}  // namespace dispatch135::common
