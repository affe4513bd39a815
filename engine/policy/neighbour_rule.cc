#include "engine/policy/neighbour_rule.h"

#include <algorithm>
#include <set>
#include <string>

#include "engine/base/limits.h"
#include "engine/policy/checks.h"

namespace dispatch135::policy {
namespace {

std::pair<DistrictId, DistrictId> ordered(DistrictId one, DistrictId other) {
  return {std::min(one, other), std::max(one, other)};
}

void require_range(Checks& checks, const std::string& field, std::int64_t value, std::int64_t least,
                   std::int64_t most) {
  checks.require(value >= least && value <= most, field,
                 "must be " + std::to_string(least) + " to " + std::to_string(most) + ", is " + std::to_string(value));
}

// UNSPECIFIED: whatever the severity.
v1::Severity severity_of(Checks& checks, const std::string& field, v1::Severity from) {
  checks.require(v1::Severity_IsValid(from), field, "must be a known severity");
  return from == v1::SEVERITY_UNSPECIFIED ? v1::SEVERITY_LOW : from;
}

DistrictCrossing compile(const v1::DistrictCrossing& rule, Checks& checks) {
  const std::string path = "neighbours.districts.";
  DistrictCrossing out;
  checks.require(v1::DistrictCrossing::Crossing_IsValid(rule.crossing()) &&
                     rule.crossing() != v1::DistrictCrossing::CROSSING_UNSPECIFIED,
                 path + "crossing", "must be NEVER, BORDER or ALWAYS");
  if (rule.crossing() == v1::DistrictCrossing::CROSSING_BORDER) {
    require_range(checks, path + "border_m", rule.border_m(), 1, limits::kDistrictBorderM);
  } else {
    checks.require(rule.border_m() == 0, path + "border_m", "belongs to the crossing BORDER");
  }
  require_range(checks, path + "gain_ms", rule.gain_ms(), 0, limits::kNeighbourGainMs);
  checks.require(rule.pairs_size() <= static_cast<int>(limits::kDistrictPairs), path + "pairs",
                 "must be at most 256, are " + std::to_string(rule.pairs_size()));
  for (const v1::DistrictPair& pair : rule.pairs()) {
    checks.require(pair.one() != 0 && pair.other() != 0 && pair.one() != pair.other(), path + "pairs",
                   "each must name two districts by their codes");
    out.pairs.push_back(ordered(DistrictId(pair.one()), DistrictId(pair.other())));
  }
  std::sort(out.pairs.begin(), out.pairs.end());
  checks.require(std::adjacent_find(out.pairs.begin(), out.pairs.end()) == out.pairs.end(), path + "pairs",
                 "names two districts twice");
  out.crossing = rule.crossing();
  out.border_mm = std::int64_t{rule.border_m()} * 1'000;
  out.gain = {rule.gain_ms()};
  out.from_severity = severity_of(checks, path + "from_severity", rule.from_severity());
  return out;
}

CityNeighbour compile(const v1::CityNeighbour& rule, const std::string& path, Checks& checks) {
  CityNeighbour out;
  out.region = RegionId(rule.region());
  checks.require(rule.region() != 0, path + "region", "must be the code of a region");
  require_range(checks, path + "answer_within_ms", rule.answer_within_ms(), 1'000, limits::kNeighbourAnswerMs);
  out.answer_within = {rule.answer_within_ms()};
  if (rule.has_ask()) {
    const v1::AskRule& ask = rule.ask();
    require_range(checks, path + "ask.border_m", ask.border_m(), 0, limits::kRegionBorderM);
    require_range(checks, path + "ask.gain_ms", ask.gain_ms(), 0, limits::kNeighbourGainMs);
    out.ask = AskRule{.from_severity = severity_of(checks, path + "ask.from_severity", ask.from_severity()),
                      .border_mm = std::int64_t{ask.border_m()} * 1'000,
                      .gain = {ask.gain_ms()}};
  }
  if (rule.has_lend()) {
    const v1::LendRule& lend = rule.lend();
    require_range(checks, path + "lend.at_most", lend.at_most(), 1, limits::kLentAtOnce);
    require_range(checks, path + "lend.keep_free_permille", lend.keep_free_permille(), 0, 1'000);
    require_range(checks, path + "lend.within_ms", lend.within_ms(), 60'000, limits::kLentWithinMs);
    require_range(checks, path + "lend.beyond_km_h", lend.beyond_km_h(), 5, 150);
    out.lend = LendRule{.from_severity = severity_of(checks, path + "lend.from_severity", lend.from_severity()),
                        .at_most = lend.at_most(),
                        .keep_free_permille = lend.keep_free_permille(),
                        .within = {lend.within_ms()},
                        .beyond_km_h = lend.beyond_km_h()};
  }
  return out;
}

}  // namespace

bool DistrictCrossing::allows(DistrictId home, DistrictId there, v1::Severity severity) const {
  if (crossing == v1::DistrictCrossing::CROSSING_NEVER || severity > from_severity) return false;
  return pairs.empty() || std::binary_search(pairs.begin(), pairs.end(), ordered(home, there));
}

const CityNeighbour* NeighbourRule::city(RegionId region) const {
  const auto found =
      std::find_if(cities.begin(), cities.end(), [&](const CityNeighbour& city) { return city.region == region; });
  return found == cities.end() ? nullptr : &*found;
}

Result<std::optional<NeighbourRule>> NeighbourRule::compile(const v1::Policy& policy) {
  if (!policy.has_neighbours()) return std::optional<NeighbourRule>();
  const v1::NeighbourRule& rule = policy.neighbours();
  Checks checks;
  NeighbourRule out;
  if (rule.has_districts()) out.districts = policy::compile(rule.districts(), checks);
  checks.require(rule.cities_size() <= static_cast<int>(limits::kCityNeighbours), "neighbours.cities",
                 "must be at most 16, are " + std::to_string(rule.cities_size()));
  std::set<RegionId> named;
  for (int i = 0; i < rule.cities_size(); ++i) {
    const std::string path = at("neighbours.cities", i, "");
    out.cities.push_back(policy::compile(rule.cities(i), path + ".", checks));
    checks.require(named.insert(out.cities.back().region).second, path, "names a region twice");
  }
  if (checks.error()) return *checks.error();
  return std::optional<NeighbourRule>(std::move(out));
}

void NeighbourRule::hash(StateHasher& hasher) const {
  hasher.add(districts.has_value());
  if (districts) {
    hasher.add(static_cast<int>(districts->crossing));
    hasher.add(districts->border_mm);
    hasher.add(districts->gain.count);
    hasher.add(districts->pairs.size());
    for (const auto& [one, other] : districts->pairs) {
      hasher.add(one.value());
      hasher.add(other.value());
    }
    hasher.add(static_cast<int>(districts->from_severity));
  }
  for (const CityNeighbour& city : cities) {
    hasher.add(city.region.value());
    hasher.add(city.answer_within.count);
    hasher.add(city.ask.has_value());
    if (city.ask) {
      hasher.add(static_cast<int>(city.ask->from_severity));
      hasher.add(city.ask->border_mm);
      hasher.add(city.ask->gain.count);
    }
    hasher.add(city.lend.has_value());
    if (city.lend) {
      hasher.add(static_cast<int>(city.lend->from_severity));
      hasher.add(city.lend->at_most);
      hasher.add(city.lend->keep_free_permille);
      hasher.add(city.lend->within.count);
      hasher.add(city.lend->beyond_km_h);
    }
  }
}

}  // namespace dispatch135::policy
