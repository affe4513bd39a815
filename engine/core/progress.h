// How a unit gets on with its assignment: what is remembered of it, and what is to be warned of. Knows no roads and no
// decisions; the region tells it what it sees (region_progress.cc).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "dispatch135/v1/progress.pb.h"
#include "engine/base/time.h"
#include "engine/geo/point.h"
#include "engine/policy/progress_rule.h"

namespace dispatch135::core {

using WarningKind = v1::AssignmentWarned::Kind;
inline constexpr std::array kWarningKinds = {
    v1::AssignmentWarned::KIND_NOT_MOVING, v1::AssignmentWarned::KIND_MOVING_AWAY,
    v1::AssignmentWarned::KIND_ETA_SLIPPING, v1::AssignmentWarned::KIND_NO_WAY};

// Of one assignment, from its signature on. Times are 0 and durations nothing until they are known.
struct Progress {
  TimeMs look_at;                       // When its kProgress timer fires; 0: it is not watched (any more).
  std::optional<geo::Point> from;       // Where it was first seen since the signature.
  std::int64_t moved_mm = 0;            // Farthest from there in a straight line.
  std::optional<DurationMs> left;       // By road, when last looked at.
  std::optional<DurationMs> best_left;  // The shortest of it.
  TimeMs expected_at;                   // Of the arrival.
  std::array<TimeMs, v1::AssignmentWarned::Kind_MAX + 1> since = {};  // By kind of warning; 0: does not stand.
  bool reinforced = false;
  std::uint32_t near_reports = 0;  // Positions within the arrival radius, one after the other.
  TimeMs arrived_by_position;
  TimeMs arrived_by_report;
  TimeMs word_at;  // The officer's last word about the work.
  TimeMs ask_at;   // When its kSafety timer fires; 0: none is set.

  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("look_at", x.look_at);
    a("from", x.from);
    a("moved_mm", x.moved_mm);
    a("left", x.left);
    a("best_left", x.best_left);
    a("expected_at", x.expected_at);
    a("since", x.since);
    a("reinforced", x.reinforced);
    a("near_reports", x.near_reports);
    a("arrived_by_position", x.arrived_by_position);
    a("arrived_by_report", x.arrived_by_report);
    a("word_at", x.word_at);
    a("ask_at", x.ask_at);
  }
};

// What the region sees of a unit on its way.
struct Sight {
  TimeMs now;
  TimeMs signed_at;
  TimeMs departs_at;               // Foreseen: the order and the turnout.
  TimeMs foreseen_at;              // The arrival; 0: not known.
  TimeMs deadline_at;              // By when it must be on scene; 0: no clock runs.
  bool en_route = false;           // It said so.
  std::optional<geo::Point> at;    // Nothing: its position is not known or stale.
  std::int64_t from_start_mm = 0;  // In a straight line from Progress::from.
  bool way = true;                 // False: no way by road.
  std::optional<DurationMs> left;  // By road; with `at` and `way`.
};

struct Assessment {
  std::vector<WarningKind> changed;          // Kinds that begin or cease to stand, see Progress::since.
  std::optional<WarningKind> reinforce_for;  // One more unit is to be sent because of this one.
  TimeMs look_again_at;
};

// Looks at the unit: brings `progress` up to date and says what changed. Under `rule`, which is on.
Assessment assess(const policy::ProgressRule& rule, const Sight& sight, Progress& progress);

}  // namespace dispatch135::core
