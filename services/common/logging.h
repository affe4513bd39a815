// Logging of a process: one line an event on standard error, as JSON {"ts","level","program","message", fields...} or
// as text for terminals. Plain spdlog calls come out in the same form. Any thread.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "services/common/settings.h"

namespace dispatch135::common {

// Sets the form and the level of everything that the process logs from here on. Once, at the start of main().
void start_logging(std::string_view program, const LogSettings& settings);

// Another level from now on: debug, info, warn or error.
void set_log_level(const std::string& level);
std::string log_level();

// What a field may hold.
class LogValue {
 public:
  LogValue(std::string_view text) : value_(std::string(text)) {}  // NOLINT(google-explicit-constructor)
  LogValue(const std::string& text) : value_(text) {}             // NOLINT(google-explicit-constructor)
  LogValue(const char* text) : value_(std::string(text)) {}       // NOLINT(google-explicit-constructor)
  LogValue(bool flag) : value_(flag) {}                           // NOLINT(google-explicit-constructor)
  LogValue(double number) : value_(number) {}                     // NOLINT(google-explicit-constructor)
  template <std::signed_integral T>
  LogValue(T number) : value_(std::int64_t{number}) {}  // NOLINT(google-explicit-constructor)
  template <std::unsigned_integral T>
  requires(!std::same_as<T, bool>) LogValue(T number)
      : value_(std::uint64_t{number}) {}  // NOLINT(google-explicit-constructor)

  const std::variant<std::string, bool, double, std::int64_t, std::uint64_t>& value() const { return value_; }

 private:
  std::variant<std::string, bool, double, std::int64_t, std::uint64_t> value_;
};
using LogFields = std::initializer_list<std::pair<std::string_view, LogValue>>;

// log_info("leads a partition", {{"partition", 3}, {"node", name}});
void log_debug(std::string_view message, LogFields fields = {});
void log_info(std::string_view message, LogFields fields = {});
void log_warn(std::string_view message, LogFields fields = {});
void log_error(std::string_view message, LogFields fields = {});

}  // namespace dispatch135::common
