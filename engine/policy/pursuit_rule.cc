#include "engine/policy/pursuit_rule.h"

#include <set>
#include <utility>

#include "engine/base/limits.h"
#include "engine/policy/checks.h"

namespace dispatch135::policy {
namespace {

constexpr std::int64_t kShortestRingMs = 30'000;
constexpr std::int64_t kLongestRingMs = 3'600'000;

std::string is(std::int64_t value) { return ", is " + std::to_string(value); }

void compile_rings(const v1::PursuitRule& rule, Checks& checks, PursuitRule& out) {
  checks.require(rule.rings_ms_size() >= 1 && rule.rings_ms_size() <= static_cast<int>(limits::kPursuitRings),
                 "pursuit.rings_ms", "must be 1 to 8" + is(rule.rings_ms_size()));
  for (int i = 0; i < rule.rings_ms_size(); ++i) {
    const std::int64_t ring = rule.rings_ms(i);
    checks.require(ring >= kShortestRingMs && ring <= kLongestRingMs, at("pursuit.rings_ms", i, ""),
                   "must be 30,000 to 3,600,000 ms" + is(ring));
    checks.require(i == 0 || ring > rule.rings_ms(i - 1), at("pursuit.rings_ms", i, ""),
                   "must be longer than the one before" + is(ring));
    out.rings.push_back({ring});
  }
}

void compile_units(const v1::PursuitRule& rule, Checks& checks, PursuitRule& out) {
  for (int i = 0; i < rule.unit_kinds_size(); ++i) {
    const int kind = rule.unit_kinds(i);
    const bool known = v1::UnitKind_IsValid(kind) && kind != 0;
    checks.require(known, at("pursuit.unit_kinds", i, ""), "must be a known kind" + is(kind));
    if (known) out.unit_kinds |= 1U << (kind - 1);
  }
  if (rule.unit_kinds().empty()) {
    for (int kind = 1; kind <= v1::UnitKind_MAX; ++kind) {
      if (kind != v1::UNIT_KIND_RESCUE_TEAM && kind != v1::UNIT_KIND_GRID_WORKER) out.unit_kinds |= 1U << (kind - 1);
    }
  }
  for (int i = 0; i < rule.capabilities_size(); ++i) {
    const int capability = rule.capabilities(i);
    const bool known = v1::Capability_IsValid(capability) && capability != 0;
    checks.require(known, at("pursuit.capabilities", i, ""), "must be a known capability" + is(capability));
    if (known) out.capabilities |= 1U << (capability - 1);
  }
  checks.require(rule.most_units() >= 1 && rule.most_units() <= limits::kPursuitUnits, "pursuit.most_units",
                 "must be 1 to 32" + is(rule.most_units()));
  out.most_units = rule.most_units();
}

void compile_choke_points(const v1::PursuitRule& rule, Checks& checks, PursuitRule& out) {
  checks.require(rule.choke_points_size() <= static_cast<int>(limits::kChokePoints), "pursuit.choke_points",
                 "must be at most 1,000" + is(rule.choke_points_size()));
  std::set<std::uint32_t> ids;
  for (int i = 0; i < rule.choke_points_size(); ++i) {
    const v1::ChokePoint& point = rule.choke_points(i);
    const auto field = [&](const char* name) { return at("pursuit.choke_points", i, name); };
    checks.require(point.id() != 0 && ids.insert(point.id()).second, field("id"),
                   "must not be 0, and stand once" + is(point.id()));
    checks.require(!point.name().empty() && point.name().size() <= limits::kChokePointNameBytes, field("name"),
                   "must be 1 to 64 bytes");
    checks.require(v1::ChokePoint::Kind_IsValid(point.kind()) && point.kind() != v1::ChokePoint::KIND_UNSPECIFIED,
                   field("kind"), "must be BRIDGE, TUNNEL, RAMP or GATE" + is(point.kind()));
    const v1::Position& place = point.position();
    checks.require(point.has_position() && place.latitude_e7() >= -900'000'000 && place.latitude_e7() <= 900'000'000 &&
                       place.longitude_e7() >= -1'800'000'000 && place.longitude_e7() <= 1'800'000'000,
                   field("position"), "must be a place on the earth");
    out.choke_points.push_back({point.id(), point.name(), point.kind(), {place.latitude_e7(), place.longitude_e7()}});
  }
}

}  // namespace

Result<std::optional<PursuitRule>> PursuitRule::compile(const v1::Policy& policy) {
  if (!policy.has_pursuit()) return std::optional<PursuitRule>();
  const v1::PursuitRule& rule = policy.pursuit();
  PursuitRule out;
  Checks checks;
  for (int i = 0; i < rule.categories_size(); ++i) {
    const int category = rule.categories(i);
    const bool known = v1::Category_IsValid(category) && category != 0;
    checks.require(known, at("pursuit.categories", i, ""), "must be a known category" + is(category));
    if (known) out.categories |= 1U << (category - 1);
  }
  const auto range = [&](const char* field, std::int64_t value, std::int64_t least, std::int64_t most) {
    checks.require(value >= least && value <= most, std::string("pursuit.") + field,
                   "must be " + std::to_string(least) + " to " + std::to_string(most) + is(value));
  };
  checks.require(v1::Severity_IsValid(rule.from_severity()) && rule.from_severity() != v1::SEVERITY_UNSPECIFIED,
                 "pursuit.from_severity", "must be a known severity" + is(rule.from_severity()));
  checks.require(v1::TravelKind_IsValid(rule.target_travel()), "pursuit.target_travel",
                 "must be a known kind of travel" + is(rule.target_travel()));
  range("target_speed_pct", rule.target_speed_pct(), 50, 400);
  range("max_speed_kmh", rule.max_speed_kmh(), 20, 400);
  range("place_error_m", rule.place_error_m(), 0, 2'000);
  range("stale_after_ms", rule.stale_after_ms(), 10'000, 3'600'000);
  range("margin_ms", rule.margin_ms(), 0, 600'000);
  compile_rings(rule, checks, out);
  compile_units(rule, checks, out);
  compile_choke_points(rule, checks, out);
  if (checks.error()) return *checks.error();
  out.from_severity = rule.from_severity();
  if (rule.target_travel() != v1::TRAVEL_KIND_UNSPECIFIED) out.target_travel = rule.target_travel();
  out.target_speed_pct = rule.target_speed_pct();
  out.against_one_way = rule.against_one_way();
  out.max_speed_kmh = rule.max_speed_kmh();
  out.place_error_mm = std::int64_t{rule.place_error_m()} * 1'000;
  out.stale_after = {rule.stale_after_ms()};
  out.margin = {rule.margin_ms()};
  return std::optional<PursuitRule>(std::move(out));
}

bool PursuitRule::allows(v1::Category category, v1::Severity severity) const {
  return severity <= from_severity && (categories == 0 || (categories >> (category - 1) & 1U) != 0);
}

void PursuitRule::hash(StateHasher& hasher) const {
  hasher.add(categories);
  hasher.add(static_cast<int>(from_severity));
  hasher.add(static_cast<int>(target_travel));
  hasher.add(target_speed_pct);
  hasher.add(against_one_way);
  hasher.add(max_speed_kmh);
  hasher.add(place_error_mm);
  hasher.add(stale_after.count);
  hasher.add(margin.count);
  for (const DurationMs ring : rings) hasher.add(ring.count);
  hasher.add(unit_kinds);
  hasher.add(capabilities);
  hasher.add(most_units);
  for (const ChokePoint& point : choke_points) {
    hasher.add(point.id);
    hasher.add(point.name);
    hasher.add(static_cast<int>(point.kind));
    hasher.add(point.position.latitude_e7);
    hasher.add(point.position.longitude_e7);
  }
}

}  // namespace dispatch135::policy
