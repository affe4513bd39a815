// What a policy asks for a matter, read from the policy's message by docs/formats/policy.md. Knows nothing of
// engine/policy. Hours of the day are left out: the cases have none.
#pragma once

#include <cstdint>
#include <vector>

#include "dispatch135/v1/policy.pb.h"

namespace dispatch135::core::twin {

struct Entry {
  std::int64_t within_ms = 0;
  std::uint32_t units = 0;
  std::uint32_t kinds = 0;
  std::uint32_t capabilities = 0;
};

struct Answer {
  std::int64_t deadline_ms = 0;
  std::vector<std::vector<Entry>> levels;
  v1::ClockStart clock = v1::CLOCK_START_RECEIVED;
  std::int64_t acknowledge_within_ms = 0;
  bool recommend = false;
};

struct Matter {
  v1::PlaceClass place_class = v1::PLACE_CLASS_UNSPECIFIED;
  v1::Severity severity = v1::SEVERITY_UNSPECIFIED;
  v1::Category category = v1::CATEGORY_UNSPECIFIED;
  std::uint32_t district = 0;
};

Answer answer(const v1::Policy& policy, const Matter& matter);

}  // namespace dispatch135::core::twin
