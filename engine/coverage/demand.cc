#include "engine/coverage/demand.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace dispatch135::coverage {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kMinuteMs = 60'000;

}  // namespace

ExpectedCalls::ExpectedCalls(const policy::CoverageRule& rule, std::size_t zones, TimeMs now)
    : zones_(zones),
      parts_of_day_(rule.parts_of_day),
      offset_ms_(rule.utc_offset_min * kMinuteMs),
      keep_permille_(rule.keep_permille),
      part_(part_at(now)),
      part_of_day_(static_cast<std::size_t>(part_ % parts_of_day_)),
      calls_(zones * kRings * static_cast<std::size_t>(parts_of_day_)) {}

std::int64_t ExpectedCalls::part_at(TimeMs now) const {
  return std::max<std::int64_t>(now.since_epoch + offset_ms_, 0) / (kDayMs / parts_of_day_);
}

TimeMs ExpectedCalls::next_part() const { return {(part_ + 1) * (kDayMs / parts_of_day_) - offset_ms_}; }

bool ExpectedCalls::advance(TimeMs now) {
  const std::int64_t until = part_at(now);
  if (until <= part_) return false;
  for (std::int64_t p = 0; p < parts_of_day_; ++p) {
    // How often this part of the day has begun since: each time a day of it is over.
    const std::int64_t begun =
        (until - p + parts_of_day_) / parts_of_day_ - (part_ - p + parts_of_day_) / parts_of_day_;
    const std::size_t first = index(static_cast<std::size_t>(p), ZoneIndex(0), 0);
    for (std::size_t i = first; i < first + zones_ * kRings; ++i) {
      for (std::int64_t day = 0; day < begun && std::as_const(calls_)[i] != 0; ++day) calls_[i] = calls_[i] * keep_permille_ / 1'000;
    }
  }
  part_ = until;
  part_of_day_ = static_cast<std::size_t>(part_ % parts_of_day_);
  return true;
}

void ExpectedCalls::opened(ZoneIndex zone, std::size_t ring) {
  calls_[index(part_of_day_, zone, ring)] += kOne * (1'000 - keep_permille_) / 1'000;
}

bool ExpectedCalls::adopt(std::vector<std::int64_t> calls) {
  constexpr std::int64_t kMostParts = std::int64_t{1} << 40;
  constexpr std::int64_t kMostCalls = 1'000'000 * kOne;
  if (part_ < 0 || part_ > kMostParts || calls.size() != calls_.size()) return false;
  const bool possible =
      std::all_of(calls.begin(), calls.end(), [](std::int64_t of) { return of >= 0 && of <= kMostCalls; });
  if (!possible) return false;
  part_of_day_ = static_cast<std::size_t>(part_ % parts_of_day_);
  calls_ = std::move(calls);
  return true;
}

Demand::Demand(const policy::CoverageRule& rule, const Zones& zones, const city::City& city, const ExpectedCalls& calls)
    : rule_(&rule), calls_(&calls), lasting_(zones.size()) {
  for (std::uint32_t zone = 0; zone < zones.size(); ++zone) {
    lasting_[zone][kRings - 1] += rule.street_weight * (zones.street_mm(ZoneIndex(zone)) / 1'000);
  }
  for (std::size_t i = 0; i < city.place_count(); ++i) {
    const city::PlaceInfo place = city.place(i);
    const std::uint32_t weight = rule.place_weight[place.place_class];
    if (weight == 0) continue;
    const std::optional<ZoneIndex> zone = zones.at(place.position);
    if (!zone) continue;
    lasting_[zone->value()][rule.place_ring[place.place_class]] += std::int64_t{weight} * 1'000;
  }
}

std::int64_t Demand::at(ZoneIndex zone, std::size_t ring) const {
  const std::int64_t calls = rule_->call_weight * (calls_->expected(zone, ring) / 1'000);
  return std::min(lasting_[zone.value()][ring] + calls, kMostMilli);
}

}  // namespace dispatch135::coverage
