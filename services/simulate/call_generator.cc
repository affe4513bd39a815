#include "services/simulate/call_generator.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "services/fieldsim/places.h"
#include "services/fieldsim/random.h"

namespace dispatch135::simulate {
namespace {

using fieldsim::CallPlace;
using fieldsim::Random;
using fieldsim::Weighted;

// At most one call begins in each: short enough for the busiest city.
constexpr std::int64_t kSlotMs = 20;
constexpr std::int64_t kDayMs = 86'400'000;
constexpr int kAttempts = 10'000;

constexpr std::array<Weighted<v1::Category>, 10> kCategories{{{v1::CATEGORY_CRIMINAL, 8},
                                                              {v1::CATEGORY_PUBLIC_ORDER, 20},
                                                              {v1::CATEGORY_TRAFFIC, 25},
                                                              {v1::CATEGORY_FIRE, 2},
                                                              {v1::CATEGORY_DISASTER, 1},
                                                              {v1::CATEGORY_CROWD, 1},
                                                              {v1::CATEGORY_HELP, 25},
                                                              {v1::CATEGORY_DISPUTE, 12},
                                                              {v1::CATEGORY_COMPLAINT, 4},
                                                              {v1::CATEGORY_OTHER, 2}}};
constexpr std::array<Weighted<v1::Severity>, 4> kSeverities{
    {{v1::SEVERITY_CRITICAL, 4}, {v1::SEVERITY_HIGH, 16}, {v1::SEVERITY_MEDIUM, 50}, {v1::SEVERITY_LOW, 30}}};

class Generator {
 public:
  Generator(const city::City& city, RegionId region, const CallPattern& pattern)
      : city_(city), region_(region), pattern_(pattern), places_(city), random_(pattern.seed, "calls") {}

  std::vector<Call> generate() {
    const std::uint64_t sum = std::accumulate(pattern_.day_curve.begin(), pattern_.day_curve.end(), std::uint64_t{0});
    D135_CHECK(sum > 0, "a day has busy hours");
    for (std::uint32_t day = 0; day < pattern_.days; ++day) {
      for (std::size_t hour = 0; hour < 24; ++hour) {
        // The chance of a slot, of 2^64; never above one half, so that a burst does not fill the hour.
        const double wanted = static_cast<double>(pattern_.calls_per_day) * pattern_.day_curve[hour] /
                              (static_cast<double>(sum) * (3'600'000.0 / kSlotMs));
        const auto chance = static_cast<std::uint64_t>(std::min(wanted, 0.5) * 0x1.0p63) * 2;
        for (std::int64_t slot = 0; slot < 3'600'000 / kSlotMs; ++slot) {
          if (random_.next() >= chance) continue;
          add(anywhere(), start_of(day) + static_cast<std::int64_t>(hour) * 3'600'000 + slot * kSlotMs);
        }
      }
      for (std::uint32_t i = 0; i < pattern_.bursts_per_day; ++i)
        burst(start_of(day) + random_.between(0, kDayMs - 60'000));
    }
    std::stable_sort(calls_.begin(), calls_.end(), [](const Call& a, const Call& b) { return a.at < b.at; });
    for (std::size_t i = 0; i < calls_.size(); ++i) calls_[i].event_id = "call-" + std::to_string(i + 1);
    return std::move(calls_);
  }

 private:
  std::int64_t start_of(std::uint32_t day) const { return pattern_.begins_at.since_epoch + day * kDayMs; }

  CallPlace anywhere() {
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      CallPlace place = places_.any(random_);
      if (place.region == region_) return place;
    }
    D135_CHECK(false, "the region has streets");
  }

  void burst(std::int64_t at_ms) {
    const CallPlace centre = anywhere();
    const std::int64_t calls = random_.between((pattern_.burst_calls + 1) / 2, pattern_.burst_calls);
    for (std::int64_t i = 0; i < calls; ++i) {
      const CallPlace place = places_.near(centre.point, pattern_.burst_radius_m, random_);
      const bool on_road = city_.roads().snap(place.point, road::TravelKind::kCar, limits::kSnapLimitMm).has_value();
      add(place.region == region_ && on_road ? place : centre, at_ms + random_.between(0, 59'999));
    }
  }

  void add(const CallPlace& place, std::int64_t at_ms) {
    Call& call = calls_.emplace_back();
    call.at = {at_ms};
    call.place = place.point;
    call.address = place.address;
    call.category = pick(random_, kCategories);
    call.severity = pick(random_, kSeverities);
  }

  const city::City& city_;
  RegionId region_;
  const CallPattern& pattern_;
  fieldsim::Places places_;
  Random random_;
  std::vector<Call> calls_;
};

}  // namespace

std::vector<Call> generate_calls(const city::City& city, RegionId region, const CallPattern& pattern) {
  return Generator(city, region, pattern).generate();
}

}  // namespace dispatch135::simulate
