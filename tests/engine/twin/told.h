// What is compared: who was sent where and why, who was taken away, who is waited for, and who waits.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <ostream>
#include <vector>

#include "dispatch135/v1/decision.pb.h"

namespace dispatch135::core::twin {

struct Shown {
  std::uint64_t unit = 0;
  std::int64_t eta_ms = 0;
  std::int64_t turnout_ms = 0;
  std::int64_t cover_loss_ppm = 0;
  bool operator==(const Shown&) const = default;
};

// The numbers of units in v1::Why.
struct Counts {
  std::uint32_t considered = 0;
  std::uint32_t not_available = 0;
  std::uint32_t not_capable = 0;
  std::uint32_t tried = 0;
  std::uint32_t excluded = 0;
  bool operator==(const Counts&) const = default;
};

struct Told {
  enum class What { kAssigned, kProposed, kAwaited, kQueued, kEnded, kBreached, kOver };
  What what = What::kOver;
  std::uint64_t incident = 0;
  std::uint64_t unit = 0;
  std::int64_t eta_ms = 0;
  std::uint32_t entry = 0;  // Of the plan, from 1; 0: none.
  int rule = 0;             // v1::Why::Rule; of an end its reason; of what is over its status.
  bool in_time = false;
  std::vector<std::uint32_t> missing = {};  // By entry of the plan; of kQueued.
  std::int64_t left_ms = 0;
  Counts counts = {};
  std::vector<Shown> candidates = {};
  bool operator==(const Told&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Told& told);
// Nothing: it is not compared.
std::optional<Told> told(const v1::Decision& decision);

}  // namespace dispatch135::core::twin
