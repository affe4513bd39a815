#include "services/dispatchctl/premise_command.h"

#include <cmath>
#include <string>
#include <vector>

#include "services/dispatchctl/subcommands.h"
#include "services/dispatchctl/words.h"

namespace dispatch135::dispatchctl {
namespace {

constexpr double kE7PerDegree = 1e7;

struct PremiseOptions {
  v1::Premise premise;
  std::uint64_t id = 0;
  double latitude_deg = 0;
  double longitude_deg = 0;
  std::string place_class;
  std::vector<std::uint64_t> alarm_points;
  std::vector<std::string> hazards;
  std::vector<std::string> contacts;
};

v1::Premise premise_of(const PremiseOptions& options) {
  v1::Premise premise = options.premise;
  premise.set_premise_id(options.id);
  v1::PlaceClass place_class = v1::PLACE_CLASS_UNSPECIFIED;
  if (!parse_word(v1::PlaceClass_Parse, "PLACE_CLASS_", options.place_class, place_class)) {
    throw CommandError("--place: '" + options.place_class + "' is not known");
  }
  premise.set_place_class(place_class);
  premise.mutable_position()->set_latitude_e7(
      static_cast<std::int32_t>(std::lround(options.latitude_deg * kE7PerDegree)));
  premise.mutable_position()->set_longitude_e7(
      static_cast<std::int32_t>(std::lround(options.longitude_deg * kE7PerDegree)));
  for (const std::uint64_t point : options.alarm_points) premise.add_alarm_points(point);
  for (const std::string& hazard : options.hazards) premise.add_hazards(hazard);
  for (const std::string& contact : options.contacts) premise.add_contacts(contact);
  return premise;
}

}  // namespace

void add_premise_commands(CLI::App& command, const std::shared_ptr<CommandOptions>& options) {
  const auto asked = std::make_shared<PremiseOptions>();
  CLI::App* add = command.add_subcommand("premise-register",
                                         "Make a place with one-key alarms known, or replace what is known of it");
  add->add_option("--premise", asked->id, "Its id")->required();
  add->add_option("--name", *asked->premise.mutable_name(), "For people")->required();
  add->add_option("--lat", asked->latitude_deg, "Degrees north, WGS-84")->required()->check(CLI::Range(-90.0, 90.0));
  add->add_option("--lon", asked->longitude_deg, "Degrees east, WGS-84")->required()->check(CLI::Range(-180.0, 180.0));
  add->add_option("--place", asked->place_class, "Its place class, e.g. bank")->required();
  add->add_option("--alarm-point", asked->alarm_points, "A button of it; repeat for more");
  add->add_option("--hazard", asked->hazards, "What to beware of; repeat for more");
  add->add_option("--contact", asked->contacts, "Whom to call; repeat for more");
  add->add_option("--keys", *asked->premise.mutable_keys(), "How to get in");
  add->add_option("--notes", *asked->premise.mutable_notes(), "What else the crew must know");
  add->callback([options, asked] {
    *options->command.mutable_register_premise()->mutable_premise() = premise_of(*asked);
    send_command(*options);
  });
  CLI::App* remove = command.add_subcommand("premise-remove", "Forget a premise and its alarm points");
  remove->add_option("--premise", asked->id, "Its id")->required();
  remove->callback([options, asked] {
    options->command.mutable_remove_premise()->set_premise_id(asked->id);
    send_command(*options);
  });
}

}  // namespace dispatch135::dispatchctl
