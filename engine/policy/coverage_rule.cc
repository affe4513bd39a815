#include "engine/policy/coverage_rule.h"

#include <string>

namespace dispatch135::policy {
namespace {

constexpr std::uint32_t kMostWeight = 1'000;
constexpr std::uint32_t kLeastZoneM = 200;
constexpr std::uint32_t kMostZoneM = 5'000;

constexpr std::uint32_t bit(v1::UnitKind kind) { return 1U << (kind - 1); }

Error wrong_coverage(const std::string& field, const std::string& what) {
  return {"policy.coverage." + field + ": " + what};
}

bool outside(std::int64_t value, std::int64_t least, std::int64_t most) { return value < least || value > most; }

}  // namespace

std::size_t ring_index(std::int64_t deadline_ms) { return deadline_ms <= 60'000 ? 0 : deadline_ms <= 180'000 ? 1 : 2; }

Result<std::optional<CoverageRule>> CoverageRule::compile(const v1::Policy& policy) {
  if (!policy.has_coverage()) return std::optional<CoverageRule>();
  const v1::CoverageRule& rule = policy.coverage();
  CoverageRule out;
  if (outside(rule.zone_m(), kLeastZoneM, kMostZoneM)) {
    return wrong_coverage("zone_m", "must be 200 to 5,000 m, is " + std::to_string(rule.zone_m()));
  }
  if (outside(rule.busy_permille(), 1, 999)) {
    return wrong_coverage("busy_permille", "must be 1 to 999, is " + std::to_string(rule.busy_permille()));
  }
  if (rule.street_weight() > kMostWeight) {
    return wrong_coverage("street_weight", "must be 0 to 1,000, is " + std::to_string(rule.street_weight()));
  }
  if (rule.call_weight() > kMostWeight) {
    return wrong_coverage("call_weight", "must be 0 to 1,000, is " + std::to_string(rule.call_weight()));
  }
  if (rule.parts_of_day() == 0 || 24 % rule.parts_of_day() != 0) {
    return wrong_coverage("parts_of_day", "must divide 24, is " + std::to_string(rule.parts_of_day()));
  }
  if (rule.keep_permille() > 999) {
    return wrong_coverage("keep_permille", "must be 0 to 999, is " + std::to_string(rule.keep_permille()));
  }
  std::uint32_t named = 0;
  for (int i = 0; i < rule.places_size(); ++i) {
    const v1::PlaceWeight& place = rule.places(i);
    const std::string field = "places[" + std::to_string(i) + "]";
    if (!v1::PlaceClass_IsValid(place.place_class()) || place.place_class() == v1::PLACE_CLASS_UNSPECIFIED) {
      return wrong_coverage(field, "must be a known, specified class, is " + std::to_string(place.place_class()));
    }
    if ((named >> place.place_class() & 1U) != 0) {
      return wrong_coverage(field, v1::PlaceClass_Name(place.place_class()) + " stands twice");
    }
    named |= 1U << place.place_class();
    if (place.weight() > kMostWeight) {
      return wrong_coverage(field, "weight must be 0 to 1,000, is " + std::to_string(place.weight()));
    }
    out.place_weight[place.place_class()] = place.weight();
  }
  for (int i = 0; i < rule.unit_kinds_size(); ++i) {
    const v1::UnitKind kind = rule.unit_kinds(i);
    if (!v1::UnitKind_IsValid(kind) || kind == v1::UNIT_KIND_UNSPECIFIED) {
      return wrong_coverage("unit_kinds[" + std::to_string(i) + "]",
                            "must be a known kind, is " + std::to_string(kind));
    }
    out.unit_kinds |= bit(kind);
  }
  if (rule.unit_kinds_size() == 0) {
    for (int kind = 1; kind <= v1::UnitKind_MAX; ++kind) out.unit_kinds |= bit(static_cast<v1::UnitKind>(kind));
    out.unit_kinds &= ~(bit(v1::UNIT_KIND_RESCUE_TEAM) | bit(v1::UNIT_KIND_GRID_WORKER));
  }
  out.place_ring.fill(kRings - 1);
  for (const v1::PlaceClassRule& place : policy.place_classes()) {
    out.place_ring[place.place_class()] = ring_index(place.deadline_ms());
  }
  out.zone_mm = std::int64_t{rule.zone_m()} * 1'000;
  out.busy_permille = rule.busy_permille();
  out.street_weight = rule.street_weight();
  out.call_weight = rule.call_weight();
  out.parts_of_day = rule.parts_of_day();
  out.keep_permille = rule.keep_permille();
  out.utc_offset_min = policy.utc_offset_min();  // Checked with the rules.
  return std::optional<CoverageRule>(out);
}

void CoverageRule::hash(StateHasher& hasher) const {
  hasher.add(zone_mm);
  hasher.add(busy_permille);
  for (const std::uint32_t weight : place_weight) hasher.add(weight);
  hasher.add(street_weight);
  hasher.add(call_weight);
  hasher.add(parts_of_day);
  hasher.add(keep_permille);
  hasher.add(utc_offset_min);
  hasher.add(unit_kinds);
}

}  // namespace dispatch135::policy
