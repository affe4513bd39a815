// What falls due when, in one order for every node.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <set>

#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/state/tracked.h"

namespace dispatch135::core {

enum class TimerKind : std::uint8_t {
  kStreets,       // subject: 0. Changes of streets begin, cease to hold or end; before all else that is due with it.
  kDeadline,      // subject: incident. Nobody on scene by now is a breach.
  kAcknowledge,   // subject: unit. What it has not signed for by now is offered on.
  kUnitWatch,     // subject: unit. Looks whether it is silent or its position stale, and sets itself again.
  kReoffer,       // subject: incident. Units that declined or did not sign may be asked again.
  kAlertExpiry,   // subject: count of the alert within the region.
  kForget,        // subject: incident. Ended long ago.
  kPlanDue,       // subject: incident. Units of its plan that are not on scene by now are late.
  kFeedback,      // subject: unit. Whoever has not given feedback by now is told of.
  kAwait,         // subject: unit. It said that it would be free by now.
  kCoverPart,     // subject: 0. Other calls are expected from now on.
  kProgress,      // subject: unit. Looks how it gets on with its assignment, and sets itself again.
  kSafety,        // subject: unit. Its officer is to be asked, or has not answered.
  kMoveUp,        // subject: a move, or 0. A proposal lapses, a unit has stayed, or cover is to be looked at.
  kAlertOnset,    // subject: area order. Units in the area stand by from now on.
  kDuty,          // subject: unit. Its shift or break begins or ends, or it is not where its roster wants.
  kMatterDue,     // subject: matter. The next step was due.
  kMatterForget,  // subject: matter. Ended long ago.
  kNeighbour,     // subject: incident. A neighbour has not answered, or may be asked again.
  kPursuit,       // subject: incident. The sighting of its target is too old to act upon.
};
constexpr TimerKind last_of(TimerKind) { return TimerKind::kPursuit; }

struct Timer {
  TimeMs due;
  TimerKind kind = TimerKind::kDeadline;
  RegionId region;
  std::uint64_t subject = 0;
  constexpr auto operator<=>(const Timer&) const = default;

  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("due", x.due);
    a("kind", x.kind);
    a("region", x.region);
    a("subject", x.subject);
  }
};

// Timers are never cancelled: one whose reason is gone finds that out when it fires. Setting the same one twice is one.
class Timers {
 public:
  void set(const Timer& timer) { timers_.insert(timer); }
  std::optional<TimeMs> next_due() const {
    if (timers_.empty()) return std::nullopt;
    return timers_.begin()->due;
  }
  // Takes the earliest timer that is due by `now`.
  std::optional<Timer> take_due(TimeMs now) {
    if (timers_.empty() || timers_.begin()->due > now) return std::nullopt;
    const Timer timer = *timers_.begin();
    timers_.erase(timer);
    return timer;
  }

  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("timers", x.timers_);
  }

 private:
  state::TrackedSet<Timer> timers_;
};

}  // namespace dispatch135::core
