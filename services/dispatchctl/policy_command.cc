// policy check: would this file do?
#include <iostream>

#include "services/dispatchctl/subcommands.h"
#include "services/policy/policy_file.h"

namespace dispatch135::dispatchctl {

void add_policy(CLI::App& program) {
  CLI::App* policy = program.add_subcommand("policy", "Policies as files");
  policy->require_subcommand(1);
  CLI::App* check = policy->add_subcommand("check", "Check a policy file whole; prints each mistake with its line");
  const auto file = std::make_shared<std::string>();
  check->add_option("FILE", *file, "Policy, YAML (docs/formats/policy.md)")->required();
  check->callback([file] {
    const auto read = policy::read_policy_file(*file);
    if (!read) throw CommandError(read.error().message);
    std::cout << *file << ": policy '" << read.value().name() << "' is good\n";
  });
}

}  // namespace dispatch135::dispatchctl
