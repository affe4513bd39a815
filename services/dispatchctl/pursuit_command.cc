// pursuit: targets on the move: where they were seen, and the dispatcher's word on what is proposed.
#include <cmath>
#include <iostream>
#include <vector>

#include "services/common/datum.h"
#include "services/dispatchctl/console_client.h"
#include "services/dispatchctl/pursuit_words.h"
#include "services/dispatchctl/send_command.h"
#include "services/dispatchctl/subcommands.h"
#include "services/dispatchctl/words.h"

namespace dispatch135::dispatchctl {
namespace {

struct PursuitOptions : CommandOptions {
  std::uint64_t incident = 0;
  std::uint32_t plan = 0;
  std::vector<std::uint32_t> points;
  v1::Location location;
  double latitude_deg = 0;
  double longitude_deg = 0;
  std::string datum = "wgs84";
  std::int64_t seen_at_ms = 0;
  bool force = false;
};
using PursuitOptionsPtr = std::shared_ptr<PursuitOptions>;

// The watch ends at its first event, which is a snapshot.
bool print_pursuits(const v1::WatchEvent& event) {
  for (const v1::Pursuit& pursuit : event.snapshot().pursuits()) std::cout << describe(pursuit) << "\n";
  std::cout << event.snapshot().pursuits_size() << " pursuits\n";
  return false;
}

v1::ReportSighting sighting_of(const PursuitOptions& options) {
  v1::Location location;
  location.set_latitude_deg(options.latitude_deg);
  location.set_longitude_deg(options.longitude_deg);
  v1::Datum datum = v1::DATUM_UNSPECIFIED;
  if (!parse_word(v1::Datum_Parse, "DATUM_", options.datum, datum)) {
    throw CommandError("--datum: '" + options.datum + "' is not one of: wgs84, cgcs2000, gcj02, bd09");
  }
  location.set_datum(datum);
  const auto place = common::to_wgs84(location);
  if (!place) throw CommandError("--lat, --lon: " + place.refused().reason);
  v1::ReportSighting sighting;
  sighting.set_incident_id(options.incident);
  sighting.mutable_position()->set_latitude_e7(place.value().latitude_e7);
  sighting.mutable_position()->set_longitude_e7(place.value().longitude_e7);
  sighting.set_seen_at_ms(options.seen_at_ms);
  sighting.set_force(options.force);
  return sighting;
}

CLI::App* add(CLI::App* parent, const PursuitOptionsPtr& options, const char* name, const char* help,
              const std::function<void(v1::OperatorCommand&)>& fill) {
  CLI::App* command = parent->add_subcommand(name, help);
  add_command_options(*command, *options);
  command->add_option("--incident", options->incident, "Its id, as `watch` shows it")->required();
  command->callback([options, fill] {
    fill(options->command);
    send_command(*options);
  });
  return command;
}

}  // namespace

void add_pursuit(CLI::App& program) {
  const auto options = std::make_shared<PursuitOptions>();
  CLI::App* pursuit = program.add_subcommand(
      "pursuit", "Targets on the move: sightings, cordons and interception points; --reason is required");
  pursuit->require_subcommand(1);
  CLI::App* show = pursuit->add_subcommand("show", "What is proposed and ordered");
  add_node_options(*show, *options);
  show->callback([options] { ConsoleClient(options->nodes).watch(options->region, false, print_pursuits); });

  CLI::App* sighting = add(pursuit, options, "sighting", "The target was seen there",
                           [options](auto& c) { *c.mutable_report_sighting() = sighting_of(*options); });
  sighting->add_option("--lat", options->latitude_deg, "Degrees north")->required()->check(CLI::Range(-90.0, 90.0));
  sighting->add_option("--lon", options->longitude_deg, "Degrees east")->required()->check(CLI::Range(-180.0, 180.0));
  sighting->add_option("--datum", options->datum, "wgs84, cgcs2000, gcj02 or bd09")->capture_default_str();
  sighting->add_option("--seen-at-ms", options->seen_at_ms, "When, milliseconds since 1970 UTC; now if left out");
  sighting->add_flag("--force", options->force,
                     "Take it although it lies farther away than the target could have come");
  CLI::App* confirm = add(pursuit, options, "confirm", "The plan is good: its units are ordered", [options](auto& c) {
    c.mutable_confirm_pursuit()->set_incident_id(options->incident);
    c.mutable_confirm_pursuit()->set_plan(options->plan);
    for (const std::uint32_t point : options->points) c.mutable_confirm_pursuit()->add_points(point);
  });
  confirm->add_option("--plan", options->plan, "Its number, as `pursuit show` and `watch` show it")->required();
  confirm->add_option("--point", options->points, "Only this point, by its number; repeat for more");
  add(pursuit, options, "end", "Nobody is to block a way any more: its units are stood down",
      [options](auto& c) { c.mutable_end_pursuit()->set_incident_id(options->incident); });
}

}  // namespace dispatch135::dispatchctl
