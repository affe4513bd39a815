// The demo's view as lines of text for a terminal.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "services/demo/scoreboard.h"

namespace dispatch135::demo {

// Of fieldsim's statistics: from the hotline's send to the unit's receipt, for calls that did not have to wait for a
// unit.
struct Latency {
  double p50_ms = 0;
  double p99_ms = 0;
  double max_ms = 0;
  std::uint64_t count = 0;
};

struct Surroundings {
  std::string title;        // What runs: city, broker, speed.
  std::int64_t now_ms = 0;  // Wall clock.
  std::int64_t elapsed_s = 0;
  std::int64_t seconds = 0;  // The demo's length.
  Latency latency;
};

struct Line {
  enum class Look { kPlain, kTitle, kGood, kBad };
  std::string text;  // At most `columns` characters.
  Look look = Look::kPlain;
};

// At most `rows` lines. The counts always stand; calls and orders share the rows that are left.
std::vector<Line> draw(const Scoreboard& board, const Surroundings& around, std::size_t columns, std::size_t rows);

// One line for logs.
std::string headline(const Scoreboard& board, const Surroundings& around);

}  // namespace dispatch135::demo
