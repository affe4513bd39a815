#include "services/dispatchctl/pursuit_words.h"

#include "services/dispatchctl/words.h"

namespace dispatch135::dispatchctl {
namespace {

std::string plan_of(const v1::Pursuit& pursuit) {
  return "plan " + std::to_string(pursuit.plan()) + " for the target of incident " +
         std::to_string(pursuit.incident_id());
}

std::string sighting_of(const v1::Sighting& sighting) {
  std::string text = "seen " + clock_time(sighting.seen_at_ms()) + " at " + describe(sighting.position());
  if (sighting.unit_id() != 0) text += " by unit " + std::to_string(sighting.unit_id());
  if (!sighting.by().empty()) text += " by " + sighting.by();
  return sighting.forced() ? text + " (FORCED)" : text;
}

std::string cordon_of(const v1::Pursuit& pursuit) {
  if (pursuit.ring_ms() == 0) return "no cordon";
  std::string text = "cordon of " + std::to_string(pursuit.ring_ms() / 1'000) + " s ";
  text += pursuit.closed() ? "closes every way out" : "leaves " + std::to_string(pursuit.open_ways()) + " way(s) OPEN";
  return pursuit.bounded() ? text + " (outer rings were too large to look at)" : text;
}

std::string point_of(const v1::PursuitPoint& point) {
  std::string text = std::to_string(point.number()) + ": " + (point.cordon() ? "close " : "intercept at ");
  text += point.kind() == v1::ChokePoint::KIND_UNSPECIFIED ? "street"
                                                           : word("KIND_", v1::ChokePoint::Kind_Name(point.kind()));
  if (!point.name().empty()) text += " '" + point.name() + "'";
  text += " at " + describe(point.position()) + ", target not before " + clock_time(point.target_at_ms());
  if (point.unit_id() == 0) return text + ", OPEN";
  return text + ", unit " + std::to_string(point.unit_id()) + " " +
         word("STATE_", v1::PursuitPoint::State_Name(point.state())) + ", there " + clock_time(point.unit_at_ms());
}

}  // namespace

std::string describe(const v1::Pursuit& pursuit) {
  std::string text = plan_of(pursuit) + " is " + word("STATE_", v1::Pursuit::State_Name(pursuit.state())) + "; " +
                     sighting_of(pursuit.sighting()) + "; " + cordon_of(pursuit);
  for (const v1::PursuitPoint& point : pursuit.points()) text += "\n  " + point_of(point);
  for (const std::uint64_t unit : pursuit.released_unit_ids()) {
    text += "\n  unit " + std::to_string(unit) + " is needed no more";
  }
  return text;
}

std::string describe(const v1::PursuitChanged& changed) {
  const v1::Pursuit& pursuit = changed.pursuit();
  std::string text = plan_of(pursuit) + " is " + word("STATE_", v1::Pursuit::State_Name(pursuit.state())) + " (" +
                     word("CAUSE_", v1::PursuitChanged::Cause_Name(changed.cause())) + ")";
  if (!changed.by().empty()) text += " by " + changed.by();
  if (!changed.reason().empty()) text += ", " + changed.reason();
  if (pursuit.state() != v1::Pursuit::STATE_PROPOSED && pursuit.state() != v1::Pursuit::STATE_ORDERED) return text;
  text += ": " + sighting_of(pursuit.sighting()) + "; " + cordon_of(pursuit);
  for (const v1::PursuitPoint& point : pursuit.points()) text += "; " + point_of(point);
  return text;
}

}  // namespace dispatch135::dispatchctl
