// topics: are they as they must be, and make them so.
#include <iostream>

#include "services/dispatchctl/options.h"
#include "services/dispatchctl/subcommands.h"
#include "services/log/topics.h"

namespace dispatch135::dispatchctl {
namespace {

constexpr DurationMs kTopicsPatience{15'000};

struct TopicsOptions {
  common::KafkaSettings kafka;
  log::TopicPartitions partitions;
  bool apply = false;
};

void run(const TopicsOptions& options) {
  if (options.apply) {
    const auto done = log::apply_topics(options.kafka, options.partitions, kTopicsPatience);
    if (!done) throw CommandError(done.error().message, kUnreachable);
    for (const std::string& line : done.value()) std::cout << line << "\n";
  }
  const auto wrong = log::check_topics(options.kafka, kTopicsPatience);
  if (!wrong) throw CommandError(wrong.error().message, kUnreachable);
  for (const std::string& line : wrong.value()) std::cout << line << "\n";
  if (!wrong.value().empty())
    throw CommandError("the topics are not as they must be; `dispatchctl topics --apply` mends them");
  std::cout << "the topics are as they must be\n";
}

}  // namespace

void add_topics(CLI::App& program) {
  const auto options = std::make_shared<TopicsOptions>();
  CLI::App* command = program.add_subcommand(
      "topics", "Check the broker's topics; with --apply make those that are missing and mend their settings");
  add_kafka_options(*command, options->kafka);
  command->add_flag("--apply", options->apply, "Make and mend, then check");
  command
      ->add_option("--partitions", options->partitions.log,
                   "Of dispatch.log when it is made. Never changed afterwards: regions would move")
      ->check(CLI::Range(1, 1'000))
      ->capture_default_str();
  command->add_option("--source-partitions", options->partitions.sources, "Of incidents and alerts when they are made")
      ->check(CLI::Range(1, 1'000))
      ->capture_default_str();
  command->callback([options] { run(*options); });
}

}  // namespace dispatch135::dispatchctl
