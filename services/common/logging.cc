#include "services/common/logging.h"

#include <spdlog/formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <ctime>
#include <memory>
#include <nlohmann/json.hpp>

namespace dispatch135::common {

namespace {

// Between the message and its fields (a JSON object) inside spdlog's payload; control characters are escaped in both.
constexpr char kFieldsFollow = '\x1f';

using Json = nlohmann::ordered_json;

std::string dumped(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string utc(spdlog::log_clock::time_point time) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
  const std::time_t seconds = ms / 1'000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, ms % 1'000);
}

class LineFormatter final : public spdlog::formatter {
 public:
  LineFormatter(std::string program, LogFormat format) : program_(std::move(program)), format_(format) {}

  void format(const spdlog::details::log_msg& event, spdlog::memory_buf_t& out) override {
    const std::string_view payload(event.payload.data(), event.payload.size());
    const auto split = payload.find(kFieldsFollow);
    const std::string_view message = payload.substr(0, split);
    const std::string_view fields = split == payload.npos ? "" : payload.substr(split + 1);
    const auto level_view = spdlog::level::to_string_view(event.level);
    const std::string_view level(level_view.data(), level_view.size());
    const std::string line =
        format_ == LogFormat::kJson ? json(event, level, message, fields) : text(event, level, message, fields);
    out.append(line.data(), line.data() + line.size());
  }
  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<LineFormatter>(program_, format_);
  }

 private:
  std::string json(const spdlog::details::log_msg& event, std::string_view level, std::string_view message,
                   std::string_view fields) const {
    Json line = {{"ts", utc(event.time)}, {"level", level}, {"program", program_}, {"message", message}};
    if (!fields.empty()) line.update(Json::parse(fields));
    return dumped(line) + "\n";
  }
  std::string text(const spdlog::details::log_msg& event, std::string_view level, std::string_view message,
                   std::string_view fields) const {
    std::string line = fmt::format("{} {:<7} {}: {}", utc(event.time), level, program_, message);
    if (!fields.empty()) {
      const Json object = Json::parse(fields);
      for (const auto& [key, value] : object.items()) line += fmt::format(" {}={}", key, dumped(value));
    }
    return line + "\n";
  }

  std::string program_;
  LogFormat format_;
};

void log(spdlog::level::level_enum level, std::string_view message, LogFields fields) {
  if (!spdlog::should_log(level)) return;
  std::string payload(message);
  if (fields.size() > 0) {
    Json object = Json::object();
    for (const auto& field : fields) {
      std::visit([&](const auto& value) { object[std::string(field.first)] = value; }, field.second.value());
    }
    payload += kFieldsFollow;
    payload += dumped(object);
  }
  spdlog::log(level, spdlog::string_view_t(payload.data(), payload.size()));
}

}  // namespace

void start_logging(std::string_view program, const LogSettings& settings) {
  auto logger =
      std::make_shared<spdlog::logger>(std::string(program), std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_formatter(std::make_unique<LineFormatter>(std::string(program), settings.format));
  logger->set_level(spdlog::level::from_str(settings.level));
  logger->flush_on(spdlog::level::debug);
  spdlog::set_default_logger(std::move(logger));
}

void set_log_level(const std::string& level) {
  spdlog::default_logger_raw()->set_level(spdlog::level::from_str(level));
}

std::string log_level() {
  const auto level = spdlog::level::to_string_view(spdlog::default_logger_raw()->level());
  return {level.data(), level.size()};
}

void log_debug(std::string_view message, LogFields fields) { log(spdlog::level::debug, message, fields); }
void log_info(std::string_view message, LogFields fields) { log(spdlog::level::info, message, fields); }
void log_warn(std::string_view message, LogFields fields) { log(spdlog::level::warn, message, fields); }
void log_error(std::string_view message, LogFields fields) { log(spdlog::level::err, message, fields); }

}  // namespace dispatch135::common
