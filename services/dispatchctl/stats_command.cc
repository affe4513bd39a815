// stats: how the rule was kept, in all or by group.
#include <iostream>

#include "services/dispatchctl/console_client.h"
#include "services/dispatchctl/options.h"
#include "services/dispatchctl/stats_words.h"
#include "services/dispatchctl/subcommands.h"
#include "services/dispatchctl/words.h"

namespace dispatch135::dispatchctl {
namespace {

struct StatsOptions : NodeOptions {
  std::string by;
  std::vector<std::uint64_t> keys;
  std::int32_t utc_offset_min = 480;
  bool csv = false;
};

void run_stats(const StatsOptions& options) {
  v1::StatisticsRequest request;
  request.set_region(options.region);
  v1::StatisticsGrouping grouping = v1::STATISTICS_GROUPING_UNSPECIFIED;
  if (!options.by.empty() && (!parse_word(v1::StatisticsGrouping_Parse, "STATISTICS_GROUPING_", options.by, grouping) ||
                              grouping == v1::STATISTICS_GROUPING_UNSPECIFIED)) {
    throw CommandError("--by: '" + options.by + "' is not unit, post, district, category or hour");
  }
  if (options.by.empty() && (options.csv || !options.keys.empty())) {
    throw CommandError("--csv and --key are about groups: say --by unit, post, district, category or hour");
  }
  request.set_group_by(grouping);
  request.set_utc_offset_min(options.utc_offset_min);
  for (const std::uint64_t key : options.keys) request.add_keys(key);
  const v1::StatisticsResponse response = ConsoleClient(options.nodes).ask(&v1::Console::Stub::Statistics, request);
  if (options.by.empty()) {
    std::cout << describe(response);
  } else {
    std::cout << (options.csv ? csv_of(grouping, response.groups()) : table_of(grouping, response.groups()));
  }
}

}  // namespace

void add_stats(CLI::App& program) {
  const auto options = std::make_shared<StatsOptions>();
  CLI::App* command = program.add_subcommand("stats", "How the rule was kept, since the beginning of the kept log");
  add_node_options(*command, *options);
  command->add_option("--by", options->by, "A line for each: unit, post, district, category or hour");
  command->add_option("--key", options->keys, "With --by: only these, by their ids, codes, numbers or hours");
  command
      ->add_option("--utc-offset", options->utc_offset_min,
                   "With --by hour: local time less UTC, minutes; a multiple of 15")
      ->capture_default_str();
  command->add_flag("--csv", options->csv, "With --by: every figure, comma-separated; times in milliseconds");
  command->callback([options] { run_stats(*options); });
}

}  // namespace dispatch135::dispatchctl
