// matter: city services and grid matters, as centres and supervisors deal with them.
#include <iostream>

#include "services/dispatchctl/console_client.h"
#include "services/dispatchctl/matter_words.h"
#include "services/dispatchctl/send_command.h"
#include "services/dispatchctl/subcommands.h"
#include "services/dispatchctl/words.h"

namespace dispatch135::dispatchctl {
namespace {

struct MatterOptions : CommandOptions {
  std::uint64_t matter = 0;
  std::uint64_t incident = 0;
  std::uint64_t unit = 0;
  std::uint32_t centre = 0;
  std::uint32_t score = 0;
  std::string word;
};
using MatterOptionsPtr = std::shared_ptr<MatterOptions>;

constexpr const char* kChannels = "police, city-service, grid, emergency";

// The watch ends at its first event, which is a snapshot.
bool print_matters(const v1::WatchEvent& event) {
  for (const v1::Matter& matter : event.snapshot().matters()) std::cout << describe(matter) << "\n";
  std::cout << event.snapshot().matters_size() << " open matters\n";
  return false;
}

CLI::App* add(CLI::App* parent, const MatterOptionsPtr& options, const char* name, const char* help, bool named,
              const std::function<void(v1::OperatorCommand&)>& fill) {
  CLI::App* command = parent->add_subcommand(name, help);
  add_command_options(*command, *options);
  CLI::Option* matter =
      command->add_option("--matter", options->matter, "Its id, as `matter list` and `watch` show it");
  if (named) matter->required();
  command->callback([options, fill] {
    fill(options->command);
    send_command(*options);
  });
  return command;
}

}  // namespace

void add_matter(CLI::App& program) {
  const auto options = std::make_shared<MatterOptions>();
  CLI::App* matter =
      program.add_subcommand("matter", "City services and grid matters; `explain --incident ID` tells their history");
  matter->require_subcommand(1);
  CLI::App* list = matter->add_subcommand("list", "The open ones");
  add_node_options(*list, *options);
  list->callback([options] { ConsoleClient(options->nodes).watch(options->region, false, print_matters); });

  add(matter, options, "assign", "Give it to another centre", true,
      [options](auto& c) {
        c.mutable_assign_matter()->set_matter_id(options->matter);
        c.mutable_assign_matter()->set_centre_id(options->centre);
      })
      ->add_option("--centre", options->centre, "Its id, as in the policy")
      ->required();
  add(matter, options, "accept", "The centre signs for it", true,
      [options](auto& c) { c.mutable_accept_matter()->set_matter_id(options->matter); });
  add(matter, options, "return", "The centre gives it back; --reason says why", true,
      [options](auto& c) { c.mutable_return_matter()->set_matter_id(options->matter); });
  add(matter, options, "escalate", "Up a level; --reason says why", true,
      [options](auto& c) { c.mutable_escalate_matter()->set_matter_id(options->matter); });
  CLI::App* transfer = add(matter, options, "transfer", "To another channel, 110 to 12345 and back; --reason says why",
                           false, [options](auto& c) {
                             if ((options->matter == 0) == (options->incident == 0))
                               throw CommandError("give --matter or --incident");
                             c.mutable_transfer_matter()->set_matter_id(options->matter);
                             c.mutable_transfer_matter()->set_incident_id(options->incident);
                             c.mutable_transfer_matter()->set_channel(parsed(
                                 v1::Channel_Parse, "CHANNEL_", options->word, v1::CHANNEL_UNSPECIFIED, kChannels));
                           });
  transfer->add_option("--incident", options->incident, "An open incident that is not for the police");
  transfer->add_option("--to", options->word, std::string("The channel: ") + kChannels)->required();
  add(matter, options, "worker", "Order a grid worker to see to it", true,
      [options](auto& c) {
        c.mutable_order_worker()->set_matter_id(options->matter);
        c.mutable_order_worker()->set_unit_id(options->unit);
      })
      ->add_option("--unit", options->unit, "Its id, as `units` shows it")
      ->required();
  add(matter, options, "handled", "It is dealt with; --reason is the feedback", true,
      [options](auto& c) {
        c.mutable_handle_matter()->set_matter_id(options->matter);
        c.mutable_handle_matter()->set_disposition(
            parsed(v1::Disposition_Parse, "DISPOSITION_", options->word, v1::DISPOSITION_UNSPECIFIED, kDispositions));
      })
      ->add_option("--disposition", options->word, std::string("How it ended: ") + kDispositions)
      ->required();
  add(matter, options, "verify", "The caller was called back", true,
      [options](auto& c) {
        c.mutable_verify_matter()->set_matter_id(options->matter);
        c.mutable_verify_matter()->set_score(options->score);
      })
      ->add_option("--score", options->score, "The caller's, 1-5")
      ->required();
  add(matter, options, "reopen", "See to it once more; --reason says why", true,
      [options](auto& c) { c.mutable_reopen_matter()->set_matter_id(options->matter); });
  add(matter, options, "close", "Done, without more ado; --reason says why", true,
      [options](auto& c) { c.mutable_close_matter()->set_matter_id(options->matter); });
  add(matter, options, "score", "How well it was handled", true,
      [options](auto& c) {
        c.mutable_score_matter()->set_matter_id(options->matter);
        c.mutable_score_matter()->set_score(options->score);
      })
      ->add_option("--score", options->score, "The supervisor's, 1-100")
      ->required();
}

}  // namespace dispatch135::dispatchctl
