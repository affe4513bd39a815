// policy check, explain-policy, diff: what a policy file says before it is in force; activate puts it in force.
#include <iostream>
#include <optional>

#include "services/common/city_files.h"
#include "services/dispatchctl/policy_words.h"
#include "services/dispatchctl/send_command.h"
#include "services/dispatchctl/subcommands.h"
#include "services/dispatchctl/words.h"
#include "services/policy/policy_file.h"

namespace dispatch135::dispatchctl {
namespace {

v1::Policy read_policy(const std::string& file) {
  const auto policy = policy::read_policy_file(file);
  if (!policy) throw CommandError(policy.error().message);
  return policy.value();
}

template <typename Enum, typename Parse>
Enum parsed(const std::string& text, const char* option, const char* prefix, Parse parse) {
  Enum value{};
  if (!parse_word(parse, prefix, text, value) || value == Enum{}) {
    throw CommandError(std::string(option) + ": '" + text + "' is not known");
  }
  return value;
}

struct CaseOptions {
  std::string file;
  std::string place = "other";
  std::string severity = "medium";
  std::string category = "other";
  std::uint32_t district = 0;
  std::string at = "12:00";
};

// A Wednesday at that time by the policy's clock.
TimeMs wednesday_at(const std::string& text, const v1::Policy& policy) {
  int hour = 0;
  int minute = 0;
  char end = 0;
  if (std::sscanf(text.c_str(), "%2d:%2d%c", &hour, &minute, &end) != 2 || hour < 0 || hour > 23 || minute < 0 ||
      minute > 59) {
    throw CommandError("--at: '" + text + "' is not a time of day, as 07:30");
  }
  return TimeMs{6LL * 86'400'000 + (hour * 60 + minute - policy.utc_offset_min()) * 60'000LL};
}

void explain(const CaseOptions& options) {
  const v1::Policy text = read_policy(options.file);
  const policy::Policy policy = policy::Policy::compile(text).value();
  const policy::Case matter = {parsed<v1::PlaceClass>(options.place, "--place", "PLACE_CLASS_", v1::PlaceClass_Parse),
                               parsed<v1::Severity>(options.severity, "--severity", "SEVERITY_", v1::Severity_Parse),
                               parsed<v1::Category>(options.category, "--category", "CATEGORY_", v1::Category_Parse),
                               DistrictId(options.district), wednesday_at(options.at, text)};
  std::vector<policy::RuleEffect> effects;
  const policy::Response response = policy.respond(matter, &effects);
  std::cout << describe(effects, options.file) << "so\n" << describe(response);
}

// What no city that has these units could keep.
std::optional<std::string> too_large(const policy::Policy& policy, const std::vector<std::string>& files) {
  const auto cities = common::CityFiles::open(files);
  if (!cities) throw CommandError(cities.error().message);
  std::optional<std::string> wrong;
  policy.each_entry([&](const policy::RuleReference& rule, const policy::PlanEntry& entry) {
    for (const city::City* city : cities.value()->all()) {
      if (wrong) return;
      std::uint32_t units = 0;
      for (std::uint32_t i = 0; i < city->unit_count(); ++i) {
        const city::UnitInfo unit = city->unit(UnitIndex(i));
        const bool kind = entry.unit_kinds == 0 || (entry.unit_kinds >> (unit.kind - 1) & 1U) != 0;
        if (kind && (entry.capabilities & ~unit.capabilities) == 0) ++units;
      }
      if (units >= entry.units) continue;
      wrong = ":" + std::to_string(rule.line) + ": rule '" + rule.name + "' asks for " + std::to_string(entry.units) +
              " units" + (entry.role.empty() ? "" : " as " + entry.role) + "; city '" + std::string(city->name()) +
              "' has " + std::to_string(units) + " that fit. Ask for fewer, or of other kinds";
    }
  });
  return wrong;
}

void add_check(CLI::App& policy) {
  struct Options {
    std::string file;
    std::vector<std::string> cities;
  };
  const auto options = std::make_shared<Options>();
  CLI::App* check = policy.add_subcommand("check", "Check a policy file whole; prints each mistake with its line");
  check->add_option("FILE", options->file, "Policy, YAML (docs/formats/policy.md)")->required();
  check->add_option("--city", options->cities, "City files: its plans must not ask for units that they do not have");
  check->callback([options] {
    const v1::Policy text = read_policy(options->file);
    const policy::Policy compiled = policy::Policy::compile(text).value();
    if (const auto wrong = too_large(compiled, options->cities)) throw CommandError(options->file + *wrong);
    std::cout << options->file << ": policy '" << text.name() << "' is good\n";
  });
}

void add_explain_policy(CLI::App& policy) {
  const auto options = std::make_shared<CaseOptions>();
  CLI::App* command = policy.add_subcommand(
      "explain-policy", "How soon and with whom the policy answers a matter, and which line of the file says so");
  command->add_option("FILE", options->file, "Policy, YAML")->required();
  command->add_option("--place", options->place, "Class of the place, as bank")->capture_default_str();
  command->add_option("--severity", options->severity, "critical, high, medium, low")->capture_default_str();
  command->add_option("--category", options->category, "As criminal, traffic, fire")->capture_default_str();
  command->add_option("--district", options->district, "GB/T 2260 code, as 320205; 0: none known");
  command->add_option("--at", options->at, "Time of day, on a Wednesday, by the policy's clock")->capture_default_str();
  command->callback([options] { explain(*options); });
}

void add_diff(CLI::App& policy) {
  struct Options {
    std::string before;
    std::string after;
  };
  const auto options = std::make_shared<Options>();
  CLI::App* command = policy.add_subcommand("diff", "Which matters a second policy answers otherwise, and how");
  command->add_option("FILE", options->before, "Policy, YAML")->required();
  command->add_option("OTHER", options->after, "Policy, YAML")->required();
  command->callback([options] {
    const std::string text = difference(read_policy(options->before), read_policy(options->after));
    std::cout << (text.empty() ? "they answer every matter alike\n" : text);
  });
}

void add_activate(CLI::App& policy) {
  struct Options : CommandOptions {
    std::string file;
    bool reapply = false;
  };
  const auto options = std::make_shared<Options>();
  CLI::App* command = policy.add_subcommand("activate", "From now on the region decides by this policy");
  add_command_options(*command, *options);
  command->add_option("FILE", options->file, "Policy, YAML")->required();
  command->add_flag("--reapply", options->reapply,
                    "Open incidents are judged anew by it; else each keeps the response it began under");
  command->callback([options] {
    v1::PolicyActivated& activated = *options->command.mutable_activate_policy();
    *activated.mutable_policy() = read_policy(options->file);
    activated.set_reapply(options->reapply);
    send_command(*options);
  });
}

}  // namespace

void add_policy(CLI::App& program) {
  CLI::App* policy = program.add_subcommand("policy", "Policies: as files, and in force");
  policy->require_subcommand(1);
  add_check(*policy);
  add_explain_policy(*policy);
  add_diff(*policy);
  add_activate(*policy);
}

}  // namespace dispatch135::dispatchctl
