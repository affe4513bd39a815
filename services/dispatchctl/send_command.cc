#include "services/dispatchctl/send_command.h"

#include <iostream>
#include <random>

#include "services/dispatchctl/console_client.h"
#include "services/dispatchctl/subcommands.h"

namespace dispatch135::dispatchctl {
namespace {

std::string fresh_id() {
  std::random_device random;
  char text[40];
  std::snprintf(text, sizeof text, "ctl-%08x%08x", random(), random());
  return text;
}

}  // namespace

void add_command_options(CLI::App& command, CommandOptions& options) {
  add_node_options(command, options);
  v1::OperatorCommand& asked = options.command;
  command.add_option("--operator", *asked.mutable_operator_id(), "Who commands; the log keeps it")->required();
  command.add_option("--reason", *asked.mutable_reason(), "Why; the log keeps it");
  command.add_option("--id", *asked.mutable_command_id(),
                     "Name of the command: the same name acts once. Default: a fresh one");
}

v1::CommandResponse send_command(CommandOptions& options) {
  if (options.command.command_id().empty()) options.command.set_command_id(fresh_id());
  v1::CommandRequest request;
  request.set_region(options.region);
  *request.mutable_command() = options.command;
  try {
    const v1::CommandResponse response = ConsoleClient(options.nodes).ask(&v1::Console::Stub::Command, request);
    std::cout << "applied, at revision " << response.revision() << " (command " << options.command.command_id()
              << ")\n";
    return response;
  } catch (const CommandError& error) {
    if (error.exit_code() != kUnreachable) throw;
    throw CommandError(
        std::string(error.what()) + "\nTo send the same command again: --id " + options.command.command_id(),
        error.exit_code());
  }
}

}  // namespace dispatch135::dispatchctl
