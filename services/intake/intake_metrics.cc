#include "services/intake/intake_metrics.h"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "services/common/logging.h"

namespace dispatch135::intake {
namespace {

// "REJECT_CODE_TOO_LARGE" -> "too_large".
std::string label(v1::RejectCode code) {
  std::string text = v1::RejectCode_Name(code).substr(std::string_view("REJECT_CODE_").size());
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

}  // namespace

IntakeMetrics::IntakeMetrics(common::Metrics& metrics)
    : metrics_(metrics),
      append_failures_(metrics.counter("dispatch135_intake_append_failures_total",
                                       "Appends that failed and were or will be sent again")),
      held_back_(
          metrics.counter("dispatch135_intake_held_back_total",
                          "Reports by gRPC beyond the rate of config 'limits': refused, or a stream's read later")),
      router_waiting_(metrics.gauge("dispatch135_intake_waiting",
                                    "Events that were taken and do not stand in the log yet", {{"from", "topics"}})),
      publisher_waiting_(metrics.gauge("dispatch135_intake_waiting",
                                       "Events that were taken and do not stand in the log yet", {{"from", "grpc"}})) {
  for (const log::Topic topic : {log::Topic::kIncidents, log::Topic::kAlerts}) {
    const std::string name(log::topic_name(topic));
    const auto counter = [&metrics, &name](const std::string& result) {
      return &metrics.counter("dispatch135_intake_events_total", "Source events by what became of them",
                              {{"topic", name}, {"result", result}});
    };
    of(topic).accepted = counter("accepted");
    for (int code = 0; code < v1::RejectCode_ARRAYSIZE; ++code) {
      of(topic).refused[static_cast<std::size_t>(code)] = counter(label(static_cast<v1::RejectCode>(code)));
    }
    of(topic).age =
        &metrics.latency("dispatch135_intake_carry_seconds",
                         "From a source topic's timestamp to the acknowledgement of dispatch.log", {{"topic", name}});
  }
}

void IntakeMetrics::accepted(log::Topic topic) { of(topic).accepted->Increment(); }

void IntakeMetrics::refused(log::Topic topic, const common::Refused& refused) {
  of(topic).refused.at(static_cast<std::size_t>(refused.code))->Increment();
  common::log_warn("refused an event",
                   {{"topic", log::topic_name(topic)}, {"code", label(refused.code)}, {"reason", refused.reason}});
}

void IntakeMetrics::settled(log::Topic topic, DurationMs age) {
  of(topic).age->Observe(static_cast<double>(std::max<std::int64_t>(0, age.count)) / 1e3);
}

void IntakeMetrics::held_back(std::uint64_t times) {
  held_back_.Increment(static_cast<double>(times) - held_back_.Value());
}

void IntakeMetrics::append_failed(log::Topic topic, const std::string& error) {
  append_failures_.Increment();
  common::log_warn("an append failed; it will be sent again", {{"topic", log::topic_name(topic)}, {"error", error}});
}

void IntakeMetrics::waiting(std::size_t router, std::size_t publisher) {
  router_waiting_.Set(static_cast<double>(router));
  publisher_waiting_.Set(static_cast<double>(publisher));
}

void IntakeMetrics::lag(const std::vector<IntakeRouter::Lag>& lags) {
  for (auto& [partition, gauge] : lags_) gauge->Set(0);
  for (const IntakeRouter::Lag& lag : lags) {
    prometheus::Gauge*& gauge = lags_[{lag.topic, lag.partition}];
    if (gauge == nullptr) {
      gauge = &metrics_.gauge(
          "dispatch135_intake_lag_records",
          "Records of a source partition that do not stand in the log yet; 0: another intake's",
          {{"topic", std::string(log::topic_name(lag.topic))}, {"partition", std::to_string(lag.partition)}});
    }
    gauge->Set(static_cast<double>(lag.records));
  }
}

}  // namespace dispatch135::intake
