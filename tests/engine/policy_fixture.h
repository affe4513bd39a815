// One whole, valid policy for tests to bend.
#pragma once

#include <cstdint>

#include "dispatch135/v1/events.pb.h"
#include "dispatch135/v1/policy.pb.h"

namespace dispatch135::policy {

// Airport 1 min, school 3 min, every other class 5 min; critical 3 min with 2 units, the other severities leave the
// deadline to the place and send 1; turnouts 20, 10, 15 s.
inline v1::Policy valid_policy() {
  v1::Policy policy;
  policy.set_name("test");
  for (int value = 1; value < v1::PlaceClass_ARRAYSIZE; ++value) {
    v1::PlaceClassRule* rule = policy.add_place_classes();
    rule->set_place_class(static_cast<v1::PlaceClass>(value));
    rule->set_deadline_ms(value == v1::PLACE_CLASS_AIRPORT  ? 60'000
                          : value == v1::PLACE_CLASS_SCHOOL ? 180'000
                                                            : 300'000);
  }
  for (int value = 1; value < v1::Severity_ARRAYSIZE; ++value) {
    v1::SeverityRule* rule = policy.add_severities();
    rule->set_severity(static_cast<v1::Severity>(value));
    rule->set_deadline_ms(value == v1::SEVERITY_CRITICAL ? 180'000 : 0);
    rule->set_units(value == v1::SEVERITY_CRITICAL ? 2 : 1);
  }
  const auto turnout = [&policy](v1::PostKind kind, std::int64_t ms) {
    v1::TurnoutRule* rule = policy.add_turnouts();
    rule->set_post_kind(kind);
    rule->set_turnout_ms(ms);
  };
  turnout(v1::POST_KIND_STREET_STATION, 20'000);
  turnout(v1::POST_KIND_RAPID_RESPONSE_POINT, 10'000);
  turnout(v1::POST_KIND_OUTPOST, 15'000);
  policy.set_acknowledge_within_ms(30'000);
  policy.set_silent_after_ms(90'000);
  policy.set_stale_position_after_ms(120'000);
  policy.set_reoffer_after_ms(300'000);
  policy.set_place_radius_m(150);
  policy.set_explain_candidates(8);
  policy.mutable_alerts()->set_incident_at_or_above(v1::AlertInfo::ALERT_SEVERITY_SEVERE);
  policy.mutable_alerts()->set_incident_severity(v1::SEVERITY_HIGH);
  policy.mutable_alerts()->set_default_expiry_ms(7'200'000);
  return policy;
}

}  // namespace dispatch135::policy
