// roster: who works when, published from a file and shown.
#include <fstream>
#include <iostream>
#include <iterator>

#include "services/dispatchctl/console_client.h"
#include "services/dispatchctl/roster_file.h"
#include "services/dispatchctl/send_command.h"
#include "services/dispatchctl/street_words.h"
#include "services/dispatchctl/subcommands.h"
#include "services/dispatchctl/unit_life_words.h"

namespace dispatch135::dispatchctl {
namespace {

struct PublishOptions : CommandOptions {
  std::string file;
  std::string utc_offset = "+00:00";
  std::vector<std::uint64_t> off;
};

void publish(PublishOptions& options) {
  std::ifstream in(options.file, std::ios::binary);
  if (!in) throw CommandError("cannot read " + options.file);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  v1::PublishRoster roster = parse_roster(options.file, text, parse_utc_offset(options.utc_offset));
  for (const std::uint64_t unit : options.off) roster.add_units(unit);
  const std::string id = options.command.command_id();
  const std::vector<v1::PublishRoster> parts = in_parts(roster);
  for (std::size_t part = 0; part < parts.size(); ++part) {
    // Each part is a command of its own; the same file under the same name acts once.
    options.command.set_command_id(id.empty() || part == 0 ? id : id + "-" + std::to_string(part + 1));
    *options.command.mutable_publish_roster() = parts[part];
    send_command(options);
  }
  std::cout << roster.shifts_size() << " shifts published\n";
}

void show(const NodeOptions& options, std::uint64_t unit) {
  ConsoleClient(options.nodes).watch(options.region, false, [unit](const v1::WatchEvent& event) {
    int shown = 0;
    for (const v1::RosterShift& shift : event.snapshot().roster()) {
      if (unit != 0 && shift.unit_id() != unit) continue;
      std::cout << "unit " << shift.unit_id() << " at post " << shift.post_id() << ": " << describe(shift) << "\n";
      ++shown;
    }
    for (const v1::DutyWarned& warned : event.snapshot().duty_warnings()) std::cout << describe(warned) << "\n";
    std::cout << shown << " shifts\n";
    return false;
  });
}

}  // namespace

void add_roster(CLI::App& program) {
  CLI::App* roster = program.add_subcommand("roster", "Who works when: publish, show");
  roster->require_subcommand(1);

  const auto published = std::make_shared<PublishOptions>();
  CLI::App* command = roster->add_subcommand(
      "publish", "From here on these are the shifts of their units on the days on which they begin");
  add_command_options(*command, *published);
  command->add_option("file", published->file, "CSV: unit,post,from,to,breaks,overtime_min,area")->required();
  command->add_option("--utc-offset", published->utc_offset, "Of the clock of all its times, +08:00")
      ->capture_default_str();
  command->add_option("--off", published->off, "Units that have no shift on these days")->delimiter(',');
  command->callback([published] { publish(*published); });

  struct ShowOptions : NodeOptions {
    std::uint64_t unit = 0;
  };
  const auto shown = std::make_shared<ShowOptions>();
  command = roster->add_subcommand("show", "The shifts that are not over");
  add_node_options(*command, *shown);
  command->add_option("--unit", shown->unit, "Only of this unit");
  command->callback([shown] { show(*shown, shown->unit); });
}

}  // namespace dispatch135::dispatchctl
