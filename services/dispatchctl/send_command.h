// A dispatcher's command on its way to a node, with the options that each one has.
#pragma once

#include <CLI/CLI.hpp>

#include "dispatch135/v1/console.pb.h"
#include "services/dispatchctl/options.h"

namespace dispatch135::dispatchctl {

struct CommandOptions : NodeOptions {
  v1::OperatorCommand command;
};

// --node, --region, --operator (required), --reason, --id.
void add_command_options(CLI::App& command, CommandOptions& options);

// Gives the command an id if it has none, sends it, prints where it was applied. Throws CommandError; when it is not
// known whether the command acts, that tells how to send the same again.
v1::CommandResponse send_command(CommandOptions& options);

}  // namespace dispatch135::dispatchctl
