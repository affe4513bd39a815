// A dispatcher's command on its way to a node, with the options that each one has.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "dispatch135/v1/console.pb.h"
#include "services/dispatchctl/options.h"
#include "services/dispatchctl/subcommands.h"
#include "services/dispatchctl/words.h"

namespace dispatch135::dispatchctl {

// An enumerator by its word; throws CommandError, with the words that are known.
template <typename Parse, typename Enum>
Enum parsed(Parse parse, const char* prefix, const std::string& text, Enum unspecified, const std::string& known) {
  Enum value = unspecified;
  if (!parse_word(parse, prefix, text, value) || value == unspecified) {
    throw CommandError("'" + text + "' is not one of: " + known);
  }
  return value;
}

// How a matter can end, for the help.
inline constexpr const char* kDispositions = "handled, gone-on-arrival, false-alarm, duplicate, transferred, void";

struct CommandOptions : NodeOptions {
  v1::OperatorCommand command;
};

// --node, --region, --operator (required), --reason, --id.
void add_command_options(CLI::App& command, CommandOptions& options);

// Gives the command an id if it has none, sends it, prints where it was applied. Throws CommandError; when it is not
// known whether the command acts, that tells how to send the same again.
v1::CommandResponse send_command(CommandOptions& options);

}  // namespace dispatch135::dispatchctl
