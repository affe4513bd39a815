#include "engine/core/sighting.h"

#include <string>

#include "engine/base/limits.h"
#include "engine/geo/plane.h"

namespace dispatch135::core {
namespace {

geo::Point place_of(const v1::Sighting& sighting) {
  return {sighting.position().latitude_e7(), sighting.position().longitude_e7()};
}

}  // namespace

Outcome wrong_time(const v1::Sighting& sighting, const policy::PursuitRule& rule, TimeMs now) {
  const std::int64_t age_ms = now.since_epoch - sighting.seen_at_ms();
  if (age_ms < -limits::kSightingAheadMs) {
    return Reject{v1::REJECT_CODE_TIME_FAR_OFF, "the sighting is " + std::to_string(-age_ms / 1'000) +
                                                    " s in the future; set the clock, or leave its time out"};
  }
  if (age_ms <= rule.stale_after.count) return {};
  return Reject{v1::REJECT_CODE_TIME_FAR_OFF, "the sighting is " + std::to_string(age_ms / 1'000) +
                                                  " s old; the policy takes none that is older than " +
                                                  std::to_string(rule.stale_after.count / 1'000) + " s"};
}

Outcome jumps(const v1::Sighting& sighting, const v1::Sighting& last, const policy::PursuitRule& rule,
              const geo::Projection& projection) {
  const std::int64_t passed_ms = sighting.seen_at_ms() - last.seen_at_ms();
  if (passed_ms < 0) {
    return Reject{v1::REJECT_CODE_OUT_OF_RANGE, "the target was seen " + std::to_string(-passed_ms / 1'000) +
                                                    " s later already; an older sighting changes nothing"};
  }
  if (sighting.forced()) return {};
  const std::int64_t away_mm = geo::distance_mm(projection, place_of(last), place_of(sighting));
  const std::int64_t farthest_mm = rule.max_speed_kmh * passed_ms * 10 / 36 + 2 * rule.place_error_mm;
  if (away_mm <= farthest_mm) return {};
  return Reject{v1::REJECT_CODE_OUT_OF_RANGE,
                "the sighting jumps: it is " + std::to_string(away_mm / 1'000) + " m from the last one, " +
                    std::to_string(passed_ms / 1'000) + " s later, and " + std::to_string(rule.max_speed_kmh) +
                    " km/h reach " + std::to_string(farthest_mm / 1'000) + " m; a dispatcher who is certain forces it"};
}

}  // namespace dispatch135::core
