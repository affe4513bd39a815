// Made-up calls: a real day's curve, and bursts.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/city/city.h"
#include "services/simulate/call.h"

namespace dispatch135::simulate {

struct CallPattern {
  TimeMs begins_at{1'750'003'200'000};  // Midnight where the calls are; the default is 2025-06-16 00:00 UTC+8.
  std::uint32_t days = 1;               // 1-366.
  std::uint32_t calls_per_day = 2'000;  // On average, without those of bursts; 1-400,000.
  // How busy each hour is, from midnight; only the relation between the numbers counts. 110 calls of a large city.
  std::array<std::uint32_t, 24> day_curve = {55,  40,  30,  25,  25,  35,  60,  100, 125, 125, 120, 115,
                                             105, 105, 115, 120, 125, 140, 140, 135, 135, 130, 110, 80};
  std::uint32_t bursts_per_day = 3;  // Times at which much happens at once in one part of the city.
  std::uint32_t burst_calls = 20;    // At most so many calls of a burst, within one minute; at least half as many.
  std::uint32_t burst_radius_m = 1'500;
  std::uint64_t seed = 1;
};

// By time. A quarter of them at known places, the others along the streets, all within the region, which must have
// streets. The same arguments give the same calls.
std::vector<Call> generate_calls(const city::City& city, RegionId region, const CallPattern& pattern);

}  // namespace dispatch135::simulate
