// Log time. The engine knows no other: an instant comes with the record, a duration from the policy or the roads.
#pragma once

#include <compare>
#include <cstdint>

namespace dispatch135 {

// Milliseconds. Negative where a difference can be.
struct DurationMs {
  std::int64_t count = 0;
  constexpr auto operator<=>(const DurationMs&) const = default;
};

// Milliseconds since 1970-01-01 UTC, by the broker's clock. 0: never.
struct TimeMs {
  std::int64_t since_epoch = 0;
  constexpr auto operator<=>(const TimeMs&) const = default;
};

constexpr TimeMs operator+(TimeMs t, DurationMs d) { return {t.since_epoch + d.count}; }
constexpr TimeMs operator-(TimeMs t, DurationMs d) { return {t.since_epoch - d.count}; }
constexpr DurationMs operator-(TimeMs a, TimeMs b) { return {a.since_epoch - b.since_epoch}; }
constexpr DurationMs operator+(DurationMs a, DurationMs b) { return {a.count + b.count}; }
constexpr DurationMs operator-(DurationMs a, DurationMs b) { return {a.count - b.count}; }

}  // namespace dispatch135
