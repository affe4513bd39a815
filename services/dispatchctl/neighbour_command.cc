// neighbour: units of neighbouring cities.
#include "services/dispatchctl/send_command.h"
#include "services/dispatchctl/subcommands.h"

namespace dispatch135::dispatchctl {
namespace {

struct NeighbourOptions : CommandOptions {
  std::uint64_t incident = 0;
  std::uint64_t request = 0;
  std::uint32_t neighbour = 0;
};

}  // namespace

void add_neighbour(CLI::App& program) {
  const auto options = std::make_shared<NeighbourOptions>();
  CLI::App* neighbour =
      program.add_subcommand("neighbour", "Units of neighbouring cities: ask for them, give them back");
  neighbour->require_subcommand(1);

  CLI::App* ask = neighbour->add_subcommand("ask", "Ask a neighbouring city for one unit");
  add_command_options(*ask, *options);
  ask->add_option("--incident", options->incident, "Its id, as `watch` and `incident` show it")->required();
  ask->add_option("--from", options->neighbour, "The neighbour's code, e.g. 320500; the policy must name it")
      ->required();
  ask->callback([options] {
    v1::AskNeighbour& command = *options->command.mutable_ask_neighbour();
    command.set_incident_id(options->incident);
    command.set_region(options->neighbour);
    send_command(*options);
  });

  CLI::App* release = neighbour->add_subcommand("release", "Give a neighbour's unit back, or withdraw the request");
  add_command_options(*release, *options);
  release->add_option("--incident", options->incident, "Its id, as `watch` and `incident` show it")->required();
  release->add_option("--request", options->request,
                      "Its number, as `incident` shows it; without it all of the incident");
  release->callback([options] {
    v1::ReleaseNeighbour& command = *options->command.mutable_release_neighbour();
    command.set_incident_id(options->incident);
    command.set_request_id(options->request);
    send_command(*options);
  });
}

}  // namespace dispatch135::dispatchctl
