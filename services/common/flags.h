// The flags that the processes around the log have in common; each wins over its key of the settings' file.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "services/common/settings.h"

namespace dispatch135::common {

struct CommonFlags {
  std::string config;
  std::string node;
  std::string listen;
  std::string kafka;
  bool embedded = false;
  std::string group;
  std::vector<std::string> cities;
  std::string metrics;
  std::string log_level;
  std::string log_format;
};

// What a process says about those whose meaning is its own.
struct CommonFlagHelp {
  std::string example_config;  // The file that shows every key.
  std::string node;
  std::string listen;
  std::string group;
};
void declare(CLI::App& app, CommonFlags& flags, const CommonFlagHelp& help);

// Empty: was not given.
void override_with(const std::string& flag, std::string& setting);
void override_with(const CommonFlags& flags, CommonSettings& settings);
std::string host_name();

// For the settings of a process, which have `common`, `node`, `listen` and `group`.
template <typename Settings>
void override_all(const CommonFlags& flags, Settings& settings) {
  override_with(flags, settings.common);
  override_with(flags.node, settings.node);
  override_with(flags.listen, settings.listen);
  override_with(flags.group, settings.group);
  if (settings.node.empty()) settings.node = host_name();
}

// The settings of the file that --config names, by `read`, or those without one; and the flags over them.
template <typename Settings>
Result<Settings> settings_with(const CommonFlags& flags, Result<Settings> (*read)(const std::string& path)) {
  Result<Settings> settings = flags.config.empty() ? Result<Settings>(Settings()) : read(flags.config);
  if (settings) override_all(flags, settings.value());
  return settings;
}

}  // namespace dispatch135::common
