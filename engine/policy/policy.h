// The 1/3/5-minute rule as a city has set it, ready for quick look-up. Immutable.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "dispatch135/v1/events.pb.h"
#include "dispatch135/v1/policy.pb.h"
#include "dispatch135/v1/types.pb.h"
#include "engine/base/result.h"
#include "engine/base/time.h"

namespace dispatch135::policy {

// The deadlines that a rule may set; each is the outer edge of a ring.
inline constexpr DurationMs kOneMinute = {60'000};
inline constexpr DurationMs kThreeMinutes = {180'000};
inline constexpr DurationMs kFiveMinutes = {300'000};

// The ring that a time of arrival falls in: 1, 3 or 5 minutes, edges included; 0: beyond five minutes.
std::uint32_t ring_of(DurationMs eta);

class Policy {
 public:
  // Checks the whole policy as policy.proto says. Error: the field, by its proto path, and what it must be.
  static Result<Policy> compile(const v1::Policy& policy);

  const std::string& name() const { return name_; }
  // Of everything below, field by field; the order of the rules in the message does not matter, every value and the
  // name do.
  std::uint64_t fingerprint() const { return fingerprint_; }

  // From the opening of an incident to the first unit on scene: the smaller of the place's and the severity's. Always
  // one of the three above. Neither argument may be unspecified.
  DurationMs deadline(v1::PlaceClass place_class, v1::Severity severity) const;
  // Units to send, 1-8.
  std::uint32_t units(v1::Severity severity) const;
  // From the order to wheels rolling.
  DurationMs turnout(v1::PostKind post_kind) const;
  // The smallest of all turnouts.
  DurationMs least_turnout() const;

  DurationMs acknowledge_within() const { return acknowledge_within_; }
  DurationMs silent_after() const { return silent_after_; }
  DurationMs stale_position_after() const { return stale_position_after_; }
  DurationMs reoffer_after() const { return reoffer_after_; }
  std::int64_t place_radius_mm() const { return place_radius_mm_; }
  std::uint32_t explain_candidates() const { return explain_candidates_; }

  // The severity of the incident that the alert opens; nothing: it opens none.
  std::optional<v1::Severity> incident_for(const v1::AlertInfo& info) const;
  // How long an alert without `expires` stays active.
  DurationMs default_expiry() const { return default_expiry_; }

 private:
  Policy() = default;
  std::uint64_t compute_fingerprint() const;

  // By enum value; entry 0 (unspecified) is unused.
  std::array<DurationMs, v1::PlaceClass_MAX + 1> place_deadline_ = {};
  std::array<DurationMs, v1::Severity_MAX + 1> severity_deadline_ = {};  // 0: the place's alone counts.
  std::array<std::uint32_t, v1::Severity_MAX + 1> units_ = {};
  std::array<DurationMs, v1::PostKind_MAX + 1> turnout_ = {};
  DurationMs acknowledge_within_;
  DurationMs silent_after_;
  DurationMs stale_position_after_;
  DurationMs reoffer_after_;
  DurationMs default_expiry_;
  std::int64_t place_radius_mm_ = 0;
  std::uint32_t explain_candidates_ = 0;
  std::uint32_t incident_at_or_above_ = 0;  // A CAP severity, 1 the gravest; 0: no alert opens an incident.
  v1::Severity incident_severity_ = v1::SEVERITY_UNSPECIFIED;
  std::uint64_t fingerprint_ = 0;
  std::string name_;
};

}  // namespace dispatch135::policy
