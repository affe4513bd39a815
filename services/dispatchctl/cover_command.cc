// cover: how well the region is covered, and the moves of units to where the cover went.
#include <iostream>

#include "services/dispatchctl/console_client.h"
#include "services/dispatchctl/cover_words.h"
#include "services/dispatchctl/send_command.h"
#include "services/dispatchctl/subcommands.h"

namespace dispatch135::dispatchctl {
namespace {

struct CoverOptions : CommandOptions {
  std::uint64_t move = 0;
  std::uint64_t unit = 0;
  std::uint64_t post = 0;
};
using CoverOptionsPtr = std::shared_ptr<CoverOptions>;

// The watch ends at its first event, which is a snapshot.
bool print_cover(const v1::WatchEvent& event) {
  const v1::RegionSnapshot& snapshot = event.snapshot();
  if (snapshot.has_coverage()) {
    std::cout << describe(snapshot.coverage());
  } else {
    std::cout << "the policy '" << snapshot.policy() << "' has no section `coverage`: cover is not reckoned\n";
  }
  for (const v1::CoverMove& move : snapshot.cover_moves()) std::cout << describe(move) << "\n";
  return false;
}

CLI::App* add(CLI::App* parent, const CoverOptionsPtr& options, const char* name, const char* help,
              const std::function<void(v1::OperatorCommand&)>& fill) {
  CLI::App* command = parent->add_subcommand(name, help);
  add_command_options(*command, *options);
  command->callback([options, fill] {
    fill(options->command);
    send_command(*options);
  });
  return command;
}

}  // namespace

void add_cover(CLI::App& program) {
  const auto options = std::make_shared<CoverOptions>();
  CLI::App* cover =
      program.add_subcommand("cover", "How well the region is covered by its free units, and their moves");
  cover->require_subcommand(1);
  CLI::App* show = cover->add_subcommand("show", "Cover by ring, and the moves that are proposed or ordered");
  add_node_options(*show, *options);
  show->callback([options] { ConsoleClient(options->nodes).watch(options->region, false, print_cover); });

  const auto move = [&](CLI::App* sub) {
    sub->add_option("--move", options->move, "Its number, as `cover show` and `watch` show it")->required();
  };
  const auto unit = [&](CLI::App* sub) {
    sub->add_option("--unit", options->unit, "Its id, as `units` shows it")->required();
  };
  move(add(cover, options, "confirm", "The proposed move is good: the unit is ordered",
           [options](auto& c) { c.mutable_confirm_move()->set_move_id(options->move); }));
  move(add(cover, options, "decline", "The proposed move is not wanted",
           [options](auto& c) { c.mutable_decline_move()->set_move_id(options->move); }));
  CLI::App* sub = add(cover, options, "move", "Have this unit cover this post", [options](auto& c) {
    c.mutable_move_unit()->set_unit_id(options->unit);
    c.mutable_move_unit()->set_post_id(options->post);
  });
  unit(sub);
  sub->add_option("--post", options->post, "Its id, as in the city's posts")->required();
  unit(add(cover, options, "back", "Send the unit back to its own post",
           [options](auto& c) { c.mutable_send_back()->set_unit_id(options->unit); }));
}

}  // namespace dispatch135::dispatchctl
