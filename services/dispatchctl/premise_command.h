// command premise-register and command premise-remove.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>

#include "services/dispatchctl/send_command.h"

namespace dispatch135::dispatchctl {

// Adds both to `command`, whose own options are `options`.
void add_premise_commands(CLI::App& command, const std::shared_ptr<CommandOptions>& options);

}  // namespace dispatch135::dispatchctl
