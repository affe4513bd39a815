#include "services/dispatchctl/merge_command.h"

#include <cstdint>

namespace dispatch135::dispatchctl {

void add_merge_commands(CLI::App& command, const std::shared_ptr<CommandOptions>& options) {
  const auto child = std::make_shared<std::uint64_t>(0);
  const auto into = std::make_shared<std::uint64_t>(0);
  CLI::App* merge =
      command.add_subcommand("merge", "Make an incident a further call of another one; its units are told to stop");
  merge->add_option("--incident", *child, "The id of the one that becomes a further call")->required();
  merge->add_option("--into", *into, "The id of the one that goes on")->required();
  merge->callback([options, child, into] {
    options->command.mutable_merge()->set_child(*child);
    options->command.mutable_merge()->set_into(*into);
    send_command(*options);
  });
  CLI::App* unmerge =
      command.add_subcommand("unmerge", "Make a further call an incident of its own again, and dispatch it");
  unmerge->add_option("--incident", *child, "The id of the further call")->required();
  unmerge->callback([options, child] {
    options->command.mutable_unmerge()->set_child(*child);
    send_command(*options);
  });
}

}  // namespace dispatch135::dispatchctl
