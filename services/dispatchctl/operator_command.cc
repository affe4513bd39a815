// command: a dispatcher overrules the engine.
#include "services/dispatchctl/merge_command.h"
#include "services/dispatchctl/premise_command.h"
#include "services/dispatchctl/send_command.h"
#include "services/dispatchctl/subcommands.h"
#include "services/dispatchctl/words.h"

namespace dispatch135::dispatchctl {
namespace {

struct OperatorOptions : CommandOptions {
  std::uint64_t incident = 0;
  std::uint64_t unit = 0;
  std::uint64_t post = 0;
  std::string word;
  std::uint32_t score = 0;
  std::uint32_t level = 0;
  bool force = false;
};

using OperatorOptionsPtr = std::shared_ptr<OperatorOptions>;

CLI::App* add(CLI::App* parent, const OperatorOptionsPtr& options, const char* name, const char* help,
              const std::function<void(v1::OperatorCommand&)>& fill) {
  CLI::App* command = parent->add_subcommand(name, help);
  command->callback([options, fill] {
    fill(options->command);
    send_command(*options);
  });
  return command;
}

constexpr const char* kHolds = "none, wait, by-hand";
constexpr const char* kSeverities = "critical, high, medium, low";

}  // namespace

void add_command(CLI::App& program) {
  const auto options = std::make_shared<OperatorOptions>();
  CLI::App* command = program.add_subcommand("command", "Overrule the engine; answered after the log has applied it");
  add_command_options(*command, *options);
  command->require_subcommand(1);

  const auto incident = [&](CLI::App* sub) {
    sub->add_option("--incident", options->incident, "Its id, as `watch` and `incident` show it")->required();
  };
  const auto unit = [&](CLI::App* sub) {
    sub->add_option("--unit", options->unit, "Its id, as `units` shows it")->required();
  };
  const auto post = [&](CLI::App* sub) {
    sub->add_option("--post", options->post, "Its id, as in the city's posts")->required();
  };
  CLI::App* sub = add(command, options, "assign", "Send this unit to this incident too", [options](auto& c) {
    c.mutable_assign()->set_incident_id(options->incident);
    c.mutable_assign()->set_unit_id(options->unit);
    c.mutable_assign()->set_force(options->force);
  });
  incident(sub);
  unit(sub);
  sub->add_flag("--force", options->force, "Also from other work, when silent, or when excluded from the incident");
  unit(add(command, options, "release", "End this unit's assignment; the incident is offered to another",
           [options](auto& c) { c.mutable_release()->set_unit_id(options->unit); }));
  incident(add(command, options, "cancel", "Call the incident off",
               [options](auto& c) { c.mutable_cancel()->set_incident_id(options->incident); }));
  sub = add(command, options, "close", "The incident is dealt with", [options](auto& c) {
    c.mutable_close()->set_incident_id(options->incident);
    c.mutable_close()->set_disposition(
        parsed(v1::Disposition_Parse, "DISPOSITION_", options->word, v1::DISPOSITION_UNSPECIFIED, kDispositions));
  });
  incident(sub);
  sub->add_option("--disposition", options->word, std::string("How it ended: ") + kDispositions)->required();
  sub = add(command, options, "verify", "The caller was called back after the incident was closed", [options](auto& c) {
    c.mutable_verify_incident()->set_incident_id(options->incident);
    c.mutable_verify_incident()->set_score(options->score);
  });
  incident(sub);
  sub->add_option("--score", options->score, "How satisfied the caller was: 1 to 5")
      ->required()
      ->check(CLI::Range(1, 5));
  incident(add(command, options, "reopen", "See to a closed incident once more; --reason says why",
               [options](auto& c) { c.mutable_reopen_incident()->set_incident_id(options->incident); }));
  sub = add(command, options, "severity", "Change how urgent it is", [options](auto& c) {
    c.mutable_change_severity()->set_incident_id(options->incident);
    c.mutable_change_severity()->set_severity(
        parsed(v1::Severity_Parse, "SEVERITY_", options->word, v1::SEVERITY_UNSPECIFIED, kSeverities));
  });
  incident(sub);
  sub->add_option("--to", options->word, std::string("The new severity: ") + kSeverities)->required();
  incident(add(command, options, "reinforce", "Send the next level of the incident's plan",
               [options](auto& c) { c.mutable_reinforce()->set_incident_id(options->incident); }));
  sub = add(command, options, "stand-down", "Units that are not needed any more stop, and are not replaced",
            [options](auto& c) {
              c.mutable_stand_down()->set_incident_id(options->incident);
              c.mutable_stand_down()->set_unit_id(options->unit);
            });
  incident(sub);
  sub->add_option("--unit", options->unit, "This one; without it all that are not on scene");
  sub = add(command, options, "hold", "Who decides about the incident from here on", [options](auto& c) {
    c.mutable_hold()->set_incident_id(options->incident);
    c.mutable_hold()->set_hold(
        parsed(v1::HoldIncident::Hold_Parse, "HOLD_", options->word, v1::HoldIncident::HOLD_UNSPECIFIED, kHolds));
  });
  incident(sub);
  sub->add_option("--as", options->word,
                  std::string("wait: send nobody further; by-hand: I decide, the engine advises; none: the engine "
                              "decides again"))
      ->required();
  for (const bool excluded : {true, false}) {
    sub = add(command, options, excluded ? "exclude" : "include",
              excluded ? "Do not send this unit to this incident; if it was, another goes"
                       : "The unit may be sent to the incident again",
              [options, excluded](auto& c) {
                c.mutable_exclude()->set_incident_id(options->incident);
                c.mutable_exclude()->set_unit_id(options->unit);
                c.mutable_exclude()->set_excluded(excluded);
              });
    incident(sub);
    unit(sub);
  }
  add_merge_commands(*command, options);
  sub = add(command, options, "behaviour",
            "Decide by a newer level of behaviour from here on, in the whole partition of the region; every node must "
            "know it, and it never goes back",
            [options](auto& c) { c.mutable_activate_behaviour()->set_level(options->level); });
  sub->add_option("--level", options->level, "As in docs/formats/behaviour.md")->required();
  unit(add(command, options, "settle-check", "The unit's officer was spoken to: its open check ends",
           [options](auto& c) { c.mutable_settle_unit_check()->set_unit_id(options->unit); }));
  add_premise_commands(*command, options);
  for (const bool in : {false, true}) {
    unit(add(command, options, in ? "unit-in" : "unit-out",
             in ? "Put the unit back into service" : "Take the unit out of service", [options, in](auto& c) {
               c.mutable_unit_service()->set_unit_id(options->unit);
               c.mutable_unit_service()->set_in_service(in);
             }));
    post(add(command, options, in ? "post-in" : "post-out",
             in ? "Put the post's units back into service" : "Take the post's units out of service",
             [options, in](auto& c) {
               c.mutable_post_service()->set_post_id(options->post);
               c.mutable_post_service()->set_in_service(in);
             }));
  }
}

}  // namespace dispatch135::dispatchctl
