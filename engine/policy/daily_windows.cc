#include "engine/policy/daily_windows.h"

namespace dispatch135::policy {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kDayMs = 24 * 60 * kMinuteMs;
constexpr std::uint32_t kMinutesOfDay = 24 * 60;

// Calls visit(begin, end) for each time of day that a window says from the day before `now` to eight days after it, so
// that the present one and the next one are among them; until it gives true.
template <typename Visit>
bool any_occurrence(const DailyWindows& windows, std::int32_t utc_offset_min, TimeMs now, Visit visit) {
  const std::int64_t offset_ms = utc_offset_min * kMinuteMs;
  const std::int64_t local_ms = now.since_epoch + offset_ms;
  const std::int64_t today = local_ms >= 0 ? local_ms / kDayMs : (local_ms - kDayMs + 1) / kDayMs;
  for (const v1::DailyWindow& window : windows) {
    for (std::int64_t day = today - 1; day <= today + 8; ++day) {
      const std::int64_t weekday = ((day + 3) % 7 + 7) % 7;  // 1970-01-01 was a Thursday.
      if (window.weekdays() != 0 && (window.weekdays() >> weekday & 1U) == 0) continue;
      const std::int64_t end_day = window.end_min() < window.begin_min() ? day + 1 : day;
      const TimeMs begin = {day * kDayMs + window.begin_min() * kMinuteMs - offset_ms};
      const TimeMs end = {end_day * kDayMs + window.end_min() * kMinuteMs - offset_ms};
      if (visit(begin, end)) return true;
    }
  }
  return false;
}

std::string off(const char* field, std::uint32_t value, const char* allowed) {
  return std::string(field) + " is " + std::to_string(value) + "; " + allowed;
}

}  // namespace

std::optional<std::string> malformed(const v1::DailyWindow& window) {
  if (window.begin_min() >= kMinutesOfDay) {
    return off("begin_min", window.begin_min(), "0 to 1,439 minutes after midnight are taken");
  }
  if (window.end_min() > kMinutesOfDay) {
    return off("end_min", window.end_min(), "0 to 1,440 minutes after midnight are taken");
  }
  if (window.begin_min() == window.end_min()) {
    return off("end_min", window.end_min(), "it is its begin_min; a whole day is 0 to 1,440");
  }
  if (window.weekdays() >> 7U != 0) {
    return off("weekdays", window.weekdays(), "bits 0 (Monday) to 6 (Sunday) are taken");
  }
  return std::nullopt;
}

bool within(const DailyWindows& windows, std::int32_t utc_offset_min, TimeMs now) {
  return any_occurrence(windows, utc_offset_min, now,
                        [now](TimeMs begin, TimeMs end) { return begin <= now && now < end; });
}

std::optional<TimeMs> next_edge(const DailyWindows& windows, std::int32_t utc_offset_min, TimeMs now) {
  std::optional<TimeMs> next;
  const auto maybe = [&](TimeMs at) {
    if (at > now && (!next || at < *next)) next = at;
  };
  any_occurrence(windows, utc_offset_min, now, [&](TimeMs begin, TimeMs end) {
    maybe(begin);
    maybe(end);
    return false;
  });
  return next;
}

}  // namespace dispatch135::policy
