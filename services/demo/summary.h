// The demo's end: what the oracle found, and the times that the hotline and the units measured.
#pragma once

#include <string>

#include "services/demo/screen.h"

namespace dispatch135::demo {

struct Summary {
  std::string table;      // For people.
  std::string last_line;  // JSON, as the README describes it.
  bool kept = false;      // Nothing lost, nothing assigned twice.
};

// `oracle_json`: the oracle's line of JSON. `latency`: the simulator's. Throws std::runtime_error when the line is not
// one.
Summary summarise(const std::string& oracle_json, const Latency& latency);

// The newest line of fieldsim's statistics (the text of its file so far); zeros while there is none.
Latency latest_latency(const std::string& statistics);

}  // namespace dispatch135::demo
