// What the program is told: config/fieldsim.yaml, and flags over it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "services/common/settings.h"
#include "services/fieldsim/fleet.h"
#include "services/fieldsim/hotline.h"

namespace dispatch135::fieldsim {

struct Config {
  common::CommonSettings common;
  HotlineOptions hotline;
  FleetOptions fleet;
  std::optional<double> seconds;         // The hotlines publish for so long; nothing: until told to stop.
  std::optional<double> settle_seconds;  // The units then go on for so long; nothing: until told to stop.
  bool wait_for_units = false;           // The hotlines begin when all units are signed on.
  std::string diary;                     // Empty: none is kept.
  std::string stats;                     // "-": standard output; empty: none.
  bool answered = false;                 // Help or version was printed; nothing else is to be done.
};

// The file's settings, or all its mistakes, one a line.
Result<Config> read_config_file(const std::string& path);
// The same from text; `file` is its name in errors.
Result<Config> parse_config(std::string_view yaml, const std::string& file);
// Flags win over the file that --config names. Errors are for people, one a line.
Result<Config> read_command_line(int argc, char** argv);

}  // namespace dispatch135::fieldsim
