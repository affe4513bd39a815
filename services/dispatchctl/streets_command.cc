// streets: closures and speeds, made, ended and listed.
#include <fstream>
#include <iostream>
#include <iterator>

#include "services/dispatchctl/console_client.h"
#include "services/dispatchctl/send_command.h"
#include "services/dispatchctl/street_words.h"
#include "services/dispatchctl/subcommands.h"
#include "services/dispatchctl/words.h"

namespace dispatch135::dispatchctl {
namespace {

struct StreetsOptions : CommandOptions {
  std::string at;
  std::string direction;
  bool street = false;
  std::string name;
  std::string polygon;
  std::string edges;
  std::string fingerprint;
  bool whole_city = false;
  std::vector<std::string> kinds;
  std::vector<std::string> classes;
  std::string from;
  std::string until;
  std::vector<std::string> daily;
  std::string days;
  std::string utc_offset = "+00:00";
  double speed_percent = 0;
  std::uint64_t change_id = 0;
};

std::string read_text(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw CommandError("--polygon: cannot read " + file);
  return {std::istreambuf_iterator<char>(in), {}};
}

template <typename Parse, typename Enum>
Enum parsed_option(Parse parse, const char* option, const char* prefix, const std::string& text, Enum unspecified) {
  Enum value = unspecified;
  if (!parse_word(parse, prefix, text, value) || value == unspecified) {
    throw CommandError(std::string(option) + ": '" + text + "' is not known");
  }
  return value;
}

void fill_where(const StreetsOptions& options, v1::ChangeStreets& change) {
  const int said = (options.at.empty() ? 0 : 1) + (options.polygon.empty() ? 0 : 1) + (options.edges.empty() ? 0 : 1) +
                   (options.whole_city ? 1 : 0);
  if (said != 1) throw CommandError("say which streets by one of --at, --polygon, --edges, --whole-city");
  if (!options.polygon.empty()) {
    *change.mutable_area() = parse_polygon(options.polygon, read_text(options.polygon));
  } else if (!options.edges.empty()) {
    parse_edges(options.edges, *change.mutable_edges());
    try {
      change.mutable_edges()->set_fingerprint(std::stoull(options.fingerprint, nullptr, 16));
    } catch (const std::exception&) {
      throw CommandError("--fingerprint: '" + options.fingerprint +
                         "' is not that of the city file that the edges' numbers are from, 16 digits");
    }
  } else if (options.whole_city) {
    change.mutable_whole_city();
  } else if (options.street || !options.name.empty()) {
    change.mutable_street()->set_name(options.name);
    *change.mutable_street()->mutable_near() = parse_position("--at", options.at);
  } else {
    *change.mutable_piece()->mutable_at() = parse_position("--at", options.at);
    if (options.direction.empty()) return;
    change.mutable_piece()->set_direction(
        parsed_option(v1::Direction_Parse, "--direction", "DIRECTION_", options.direction, v1::DIRECTION_UNSPECIFIED));
  }
}

void fill(const StreetsOptions& options, v1::ChangeStreets& change) {
  fill_where(options, change);
  for (const std::string& text : options.kinds) {
    change.add_travel_kinds(
        parsed_option(v1::TravelKind_Parse, "--kinds", "TRAVEL_KIND_", text, v1::TRAVEL_KIND_UNSPECIFIED));
  }
  for (const std::string& text : options.classes) {
    change.add_classes(
        parsed_option(v1::RoadClass_Parse, "--classes", "ROAD_CLASS_", text, v1::ROAD_CLASS_UNSPECIFIED));
  }
  const std::int32_t utc_offset_min = parse_utc_offset(options.utc_offset);
  if (!options.from.empty()) change.set_from_ms(parse_date_time("--from", options.from, utc_offset_min));
  if (!options.until.empty()) change.set_until_ms(parse_date_time("--until", options.until, utc_offset_min));
  if (!options.days.empty() && options.daily.empty()) throw CommandError("--days goes with --daily");
  for (const std::string& text : options.daily) {
    v1::DailyWindow& window = *change.add_windows();
    window = parse_window(text);
    if (!options.days.empty()) window.set_weekdays(parse_days(options.days));
  }
  if (!change.windows().empty()) change.set_utc_offset_min(utc_offset_min);
}

void send(StreetsOptions& options) {
  const v1::CommandResponse response = send_command(options);
  std::cout << "change of streets " << response.applied().change_id() << "\n";
}

void list(const StreetsOptions& options) {
  ConsoleClient(options.nodes).watch(options.region, false, [](const v1::WatchEvent& event) {
    for (const v1::StreetsChange& change : event.snapshot().streets()) std::cout << describe(change) << "\n";
    std::cout << event.snapshot().streets_size() << " changes of streets\n";
    return false;
  });
}

void add_change_options(CLI::App& command, StreetsOptions& options) {
  const auto text = [&command](const char* name, std::string& into, const char* help) {
    return command.add_option(name, into, help);
  };
  CLI::Option* at = text("--at", options.at, "The piece of street nearest to LAT,LON (WGS-84)");
  text("--direction", options.direction, "Of that piece: forward or backward, as the city file draws it")->needs(at);
  command.add_flag("--street", options.street, "All of the street at that place")->needs(at);
  text("--name", options.name, "All of the street of this name near that place")->needs(at);
  text("--polygon", options.polygon, "Every piece with a part inside the first Polygon of a GeoJSON file");
  CLI::Option* edges = text("--edges", options.edges, "Pieces by number: 12,13f,14b (f: as drawn, b: against it)");
  CLI::Option* fingerprint =
      text("--fingerprint", options.fingerprint, "Of the city file that the numbers are from, hexadecimal");
  edges->needs(fingerprint);
  fingerprint->needs(edges);
  command.add_flag("--whole-city", options.whole_city, "Every street");
  command
      .add_option("--kinds", options.kinds,
                  "Only for these: car, motorcycle, foot, car_with_siren, bicycle; default: for all")
      ->delimiter(',');
  command.add_option("--classes", options.classes, "Only streets of these classes: motorway, primary, residential ...")
      ->delimiter(',');
  text("--from", options.from, "Begins at 2026-11-23T07:00; default: at once");
  text("--until", options.until, "Ends by itself at 2026-11-23T19:00; default: when it is restored");
  command.add_option("--daily", options.daily, "Only at this time of day, 07:00-09:00; repeat for more");
  text("--days", options.days, "On these days: mon-fri, or sat,sun; default: every day");
  text("--utc-offset", options.utc_offset, "Of the clock of all these times, +08:00")->capture_default_str();
}

}  // namespace

void add_streets(CLI::App& program) {
  CLI::App* streets = program.add_subcommand("streets", "Streets as they are now: close, slow, restore, list");
  streets->require_subcommand(1);

  const auto close = std::make_shared<StreetsOptions>();
  CLI::App* command = streets->add_subcommand("close", "Nobody gets through; prints the change's id");
  add_command_options(*command, *close);
  add_change_options(*command, *close);
  command->callback([close] {
    v1::ChangeStreets& change = *close->command.mutable_change_streets();
    fill(*close, change);
    change.set_closed(true);
    send(*close);
  });

  const auto slow = std::make_shared<StreetsOptions>();
  command = streets->add_subcommand("slow", "Another speed than as built; prints the change's id");
  add_command_options(*command, *slow);
  add_change_options(*command, *slow);
  command->add_option("--speed", slow->speed_percent, "Per cent of the speed as built; 50: takes twice as long")
      ->required()
      ->check(CLI::Range(0.1, 1'000.0));
  command->callback([slow] {
    v1::ChangeStreets& change = *slow->command.mutable_change_streets();
    fill(*slow, change);
    change.set_speed_permille(static_cast<std::uint32_t>(slow->speed_percent * 10 + 0.5));
    send(*slow);
  });

  const auto restore = std::make_shared<StreetsOptions>();
  command = streets->add_subcommand("restore", "End a change");
  add_command_options(*command, *restore);
  command->add_option("change", restore->change_id, "Its id, as `streets list` shows it")->required();
  command->callback([restore] {
    restore->command.mutable_restore_streets()->set_change_id(restore->change_id);
    send_command(*restore);
  });

  const auto listed = std::make_shared<StreetsOptions>();
  command = streets->add_subcommand("list", "The changes that have not ended");
  add_node_options(*command, *listed);
  command->callback([listed] { list(*listed); });
}

}  // namespace dispatch135::dispatchctl
