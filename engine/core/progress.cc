#include "engine/core/progress.h"

#include <algorithm>

namespace dispatch135::core {
namespace {

bool has_moved(const policy::ProgressRule& rule, const Progress& progress) {
  return progress.moved_mm > rule.move_distance_mm;
}

// Without a position the best guess is what was foreseen, and never before now.
TimeMs expected(const policy::ProgressRule& rule, const Sight& sight, const Progress& progress) {
  if (!sight.left) {
    return sight.foreseen_at == TimeMs{} ? TimeMs{} : std::max(sight.now, sight.foreseen_at);
  }
  const bool turning_out = !sight.en_route && !has_moved(rule, progress);
  return (turning_out ? std::max(sight.now, sight.departs_at) : sight.now) + *sight.left;
}

// How much later than both the deadline and what was foreseen.
DurationMs slip(const Sight& sight, TimeMs expected_at) {
  const TimeMs limit = std::max(sight.deadline_at, sight.foreseen_at);
  return limit == TimeMs{} ? DurationMs{} : expected_at - limit;
}

bool holds(WarningKind kind, const policy::ProgressRule& rule, const Sight& sight, const Progress& progress) {
  switch (kind) {
    case v1::AssignmentWarned::KIND_NOT_MOVING:
      return rule.move_within.count != 0 && sight.now >= sight.signed_at + rule.move_within && !sight.en_route &&
             !has_moved(rule, progress);
    case v1::AssignmentWarned::KIND_MOVING_AWAY:
      return rule.away.count != 0 && sight.left && *sight.left > *progress.best_left + rule.away;
    case v1::AssignmentWarned::KIND_ETA_SLIPPING:
      return rule.slip.count != 0 && progress.expected_at != TimeMs{} && slip(sight, progress.expected_at) > rule.slip;
    case v1::AssignmentWarned::KIND_NO_WAY:
      return !sight.way;
    default:
      return false;
  }
}

}  // namespace

Assessment assess(const policy::ProgressRule& rule, const Sight& sight, Progress& progress) {
  if (sight.at && !progress.from) progress.from = sight.at;
  if (sight.at) progress.moved_mm = std::max(progress.moved_mm, sight.from_start_mm);
  progress.left = sight.left;
  if (sight.left) progress.best_left = std::min(progress.best_left.value_or(*sight.left), *sight.left);
  progress.expected_at = expected(rule, sight, progress);

  Assessment result;
  result.look_again_at = sight.now + rule.check_every;
  const auto look_by = [&](TimeMs time) {
    if (time > sight.now) result.look_again_at = std::min(result.look_again_at, time);
  };
  look_by(sight.signed_at + rule.move_within);
  for (const WarningKind kind : kWarningKinds) {
    TimeMs& since = progress.since[static_cast<std::size_t>(kind)];
    const bool stands = holds(kind, rule, sight, progress);
    if (stands != (since != TimeMs{})) {
      since = stands ? sight.now : TimeMs{};
      result.changed.push_back(kind);
    }
    if (!stands || progress.reinforced || result.reinforce_for) continue;
    const bool long_enough = rule.reinforce_after.count != 0 && sight.now >= since + rule.reinforce_after;
    const bool far_enough = kind == v1::AssignmentWarned::KIND_ETA_SLIPPING && rule.reinforce_slip.count != 0 &&
                            slip(sight, progress.expected_at) > rule.reinforce_slip;
    if (long_enough || far_enough) {
      result.reinforce_for = kind;
    } else if (rule.reinforce_after.count != 0) {
      look_by(since + rule.reinforce_after);
    }
  }
  if (result.reinforce_for) progress.reinforced = true;
  return result;
}

}  // namespace dispatch135::core
