// watch, incident, explain, units: what a dispatcher's console shows.
#include <iostream>

#include "services/dispatchctl/alert_words.h"
#include "services/dispatchctl/console_client.h"
#include "services/dispatchctl/options.h"
#include "services/dispatchctl/subcommands.h"
#include "services/dispatchctl/unit_life_words.h"
#include "services/dispatchctl/why_words.h"
#include "services/dispatchctl/words.h"

namespace dispatch135::dispatchctl {
namespace {

struct IncidentOptions : NodeOptions {
  std::uint64_t incident = 0;
  std::string source;
  std::string event_id;
};

void print_snapshot(const v1::RegionSnapshot& snapshot) {
  std::cout << clock_time(snapshot.now_ms()) << " " << snapshot.incidents_size() << " open incidents, "
            << snapshot.units_size() << " units, policy '" << snapshot.policy() << "', led by "
            << (snapshot.has_leader() ? snapshot.leader().node() : "nobody") << "\n";
  for (const v1::Incident& incident : snapshot.incidents()) std::cout << "  " << describe(incident) << "\n";
  for (const v1::AssignmentWarned& warned : snapshot.warnings()) std::cout << "  " << describe(warned) << "\n";
  for (const v1::UnitChecked& checked : snapshot.checks()) std::cout << "  " << describe(checked) << "\n";
  for (const v1::DutyWarned& warned : snapshot.duty_warnings()) std::cout << "  " << describe(warned) << "\n";
  for (const v1::AlertChanged& alert : snapshot.alerts()) {
    std::cout << "  alert " << alert.alert().identifier() << ": " << alert.alert().info().headline() << "\n";
  }
  for (const v1::AreaOrderState& order : snapshot.area_orders()) std::cout << "  " << describe(order) << "\n";
}

bool print_event(const v1::WatchEvent& event) {
  if (event.has_snapshot()) print_snapshot(event.snapshot());
  for (const v1::Decision& decision : event.decisions().decisions()) std::cout << describe(decision) << "\n";
  for (const v1::UnitPosition& unit : event.positions().units()) {
    std::cout << "unit " << unit.unit_id() << " is at " << describe(unit.position()) << "\n";
  }
  std::cout.flush();
  return true;
}

}  // namespace

void add_watch(CLI::App& program) {
  struct Options : NodeOptions {
    bool positions = false;
  };
  const auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand(
      "watch", "Print what happens in a region as it happens, one line a decision; goes on after a lost connection");
  add_node_options(*command, *options);
  command->add_flag("--positions", options->positions, "Also where the units are");
  command->callback(
      [options] { ConsoleClient(options->nodes).watch(options->region, options->positions, print_event); });
}

void add_incident(CLI::App& program) {
  const auto options = std::make_shared<IncidentOptions>();
  CLI::App* command = program.add_subcommand("incident", "Show one incident as it is now");
  add_node_options(*command, *options);
  CLI::Option* by_id = command->add_option("--incident", options->incident, "Its id");
  command->add_option("--source", options->source, "With --event: the system that reported it")->excludes(by_id);
  command->add_option("--event", options->event_id, "With --source: that system's id of it")->excludes(by_id);
  command->callback([options] {
    if (options->incident == 0 && (options->source.empty() || options->event_id.empty())) {
      throw CommandError("which incident? Give --incident, or --source and --event");
    }
    v1::GetIncidentRequest request;
    request.set_region(options->region);
    request.set_incident_id(options->incident);
    request.set_source(options->source);
    request.set_event_id(options->event_id);
    std::cout << describe(ConsoleClient(options->nodes).ask(&v1::Console::Stub::GetIncident, request)) << "\n";
  });
}

void add_explain(CLI::App& program) {
  struct Options : IncidentOptions {
    std::string language = "en";
    bool json = false;
  };
  const auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand(
      "explain", "Every decision about an incident, with who was considered and which rule chose");
  add_node_options(*command, *options);
  command->add_option("--incident", options->incident, "Its id")->required();
  command->add_option("--language", options->language, "Of the reasons: en, zh")
      ->check(CLI::IsMember({"en", "zh"}))
      ->capture_default_str();
  command->add_flag("--json", options->json, "As data: one decision of the contract as JSON in each line");
  command->callback([options] {
    v1::ExplainRequest request;
    request.set_region(options->region);
    request.set_incident_id(options->incident);
    const v1::ExplainResponse response = ConsoleClient(options->nodes).ask(&v1::Console::Stub::Explain, request);
    for (const v1::Decision& decision : response.decisions()) {
      if (options->json) {
        std::cout << as_json(decision) << "\n";
        continue;
      }
      std::cout << describe(decision) << "\n"
                << describe_why(decision, options->language == "zh" ? Language::kChinese : Language::kEnglish);
    }
  });
}

void add_units(CLI::App& program) {
  struct Options : NodeOptions {
    std::string primary;
    std::uint64_t post = 0;
  };
  const auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand("units", "List a region's units");
  add_node_options(*command, *options);
  command->add_option("--status", options->primary, "Only these: available, conditionally-available, not-available");
  command->add_option("--post", options->post, "Only those of this post");
  command->callback([options] {
    v1::ListUnitsRequest request;
    request.set_region(options->region);
    request.set_post_id(options->post);
    v1::UnitPrimaryStatus primary = v1::UNIT_PRIMARY_STATUS_UNSPECIFIED;
    if (!options->primary.empty() &&
        !parse_word(v1::UnitPrimaryStatus_Parse, "UNIT_PRIMARY_STATUS_", options->primary, primary)) {
      throw CommandError("--status: '" + options->primary +
                         "' is not available, conditionally-available or not-available");
    }
    request.set_primary(primary);
    const v1::ListUnitsResponse response = ConsoleClient(options->nodes).ask(&v1::Console::Stub::ListUnits, request);
    for (const v1::Unit& unit : response.units()) std::cout << describe(unit) << "\n";
    std::cout << response.units_size() << " units\n";
  });
}

}  // namespace dispatch135::dispatchctl
