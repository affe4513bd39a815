// The contract in words for a terminal: one line for each thing that happened. Times are UTC.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "dispatch135/v1/console.pb.h"
#include "dispatch135/v1/decision.pb.h"

namespace dispatch135::dispatchctl {

// "14:03:07.125"; of 0 "-".
std::string clock_time(std::int64_t since_epoch_ms);

// "95.4 s".
std::string seconds(std::int64_t ms);

// "2025-06-15 14:03:07 UTC".
std::string date_time(std::int64_t since_epoch_ms);

// An enumerator without its prefix, in lower case: ("SEVERITY_", "SEVERITY_HIGH") is "high".
std::string word(std::string_view prefix, std::string_view enumerator);

// "31.57443, 120.30118": degrees north and east.
std::string describe(const v1::Position& position);

// "14:03:07.125 incident 42 (110/a17) opened: traffic, high; ring of 3 min, until 14:06:07.125".
std::string describe(const v1::Decision& decision);

// One line each.
std::string describe(const v1::Incident& incident);
std::string describe(const v1::Unit& unit);
std::string describe(const v1::StreetsChange& change);

std::string describe(const v1::StatisticsResponse& statistics);

// Reads an enumerator by its word ("high"), case and '-' as '_'. False: not known.
template <typename Parse, typename Enum>
bool parse_word(Parse parse, std::string_view prefix, std::string_view text, Enum& value) {
  std::string name(prefix);
  for (const char c : text) {
    if (c == '-') {
      name += '_';
    } else {
      name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
  }
  return parse(name, &value);
}

}  // namespace dispatch135::dispatchctl
