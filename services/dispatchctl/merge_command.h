// command merge and command unmerge.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>

#include "services/dispatchctl/send_command.h"

namespace dispatch135::dispatchctl {

// Adds both to `command`, whose own options are `options`.
void add_merge_commands(CLI::App& command, const std::shared_ptr<CommandOptions>& options);

}  // namespace dispatch135::dispatchctl
