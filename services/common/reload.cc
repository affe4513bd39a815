#include "services/common/reload.h"

#include <csignal>
#include <utility>

#include "services/common/logging.h"

namespace dispatch135::common {

ReloadSignal::ReloadSignal(boost::asio::io_context& context, std::function<void()> reload)
    : signals_(context, SIGHUP), reload_(std::move(reload)) {
  wait();
}

void ReloadSignal::wait() {
  signals_.async_wait([this](const boost::system::error_code& error, int) {
    if (error) return;
    wait();
    reload_();
  });
}

void Unchanged::same(const std::string& key, bool is) {
  if (is) return;
  if (!mistakes_.empty()) mistakes_ += "\n";
  mistakes_ +=
      path_ + ": " + key + ": cannot change while the process runs; leave it as it was, or start the process again";
}

void Unchanged::same(const CommonSettings& running, const CommonSettings& wanted) {
  same("cities", running.cities == wanted.cities);
  same("kafka", running.kafka == wanted.kafka);
  same("metrics", running.metrics == wanted.metrics);
  same("log.format", running.log.format == wanted.log.format);
}

std::optional<Error> Unchanged::mistakes() const {
  return mistakes_.empty() ? std::nullopt : std::optional(Error{mistakes_});
}

void reload_settings(Metrics& metrics, const std::function<std::optional<Error>()>& put_in_force) {
  const std::optional<Error> wrong = put_in_force();
  metrics
      .counter("dispatch135_settings_reloads_total", "Settings read again on SIGHUP",
               {{"result", wrong ? "refused" : "in_force"}})
      .Increment();
  if (wrong) {
    log_error("the settings were not read again; those from before stay in force", {{"error", wrong->message}});
  } else {
    log_info("the settings were read again and are in force", {{"level_now", log_level()}});
  }
}

}  // namespace dispatch135::common
