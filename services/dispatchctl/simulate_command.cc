// simulate and calls: what another policy, other posts or another strength would have made of the same calls.
#include <fstream>
#include <iostream>
#include <utility>

#include "services/common/mapped_file.h"
#include "services/dispatchctl/subcommands.h"
#include "services/policy/policy_file.h"
#include "services/simulate/call_generator.h"
#include "services/simulate/calls_file.h"
#include "services/simulate/comparison.h"
#include "services/simulate/simulation.h"
#include "services/simulate/trial_forces.h"

namespace dispatch135::dispatchctl {
namespace {

struct SimulateOptions {
  std::string city;
  std::string calls;
  std::vector<std::string> policies;
  std::vector<std::string> posts;
  std::vector<std::string> more_posts;
  std::vector<std::uint32_t> strengths = {100};
  std::uint32_t region = 0;
  std::uint64_t seed = 1;
  std::uint32_t decline_permille = 0;
  std::uint32_t ignore_permille = 0;
  std::uint32_t position_every_s = 30;
  std::string json;
};

// A city as it is, or with other posts; `bytes` are the file's or made for it.
struct Forces {
  std::string name;  // Empty: as the city has them.
  std::vector<std::byte> made;
  std::optional<city::City> city;
};

city::City opened(std::span<const std::byte> bytes, const std::string& file) {
  auto city = city::City::open(bytes);
  if (!city) throw CommandError(file + ": " + city.error().message);
  return std::move(city.value());
}

common::MappedFile mapped(const std::string& file) {
  auto opened_file = common::MappedFile::open(file);
  if (!opened_file) throw CommandError(opened_file.error().message);
  return std::move(opened_file.value());
}

RegionId region_of(const city::City& city, std::uint32_t wanted) {
  return wanted != 0 ? RegionId(wanted) : city.region(0).id;
}

Forces with_posts(const common::MappedFile& file, const city::City& city, const std::string& posts, bool beside) {
  Forces forces;
  auto made = simulate::with_trial_posts(file.bytes(), city, posts, beside);
  if (!made) throw CommandError(made.error().message);
  forces.name = (beside ? "+" : "") + posts;
  forces.made = std::move(made.value());
  forces.city.emplace(opened(forces.made, posts));
  return forces;
}

// Calls outside the region, as intake would refuse them, are told and passed over.
std::vector<simulate::Call> calls_in(const city::City& city, RegionId region, const std::string& file) {
  auto read = simulate::read_calls(file);
  if (!read) throw CommandError(read.error().message);
  std::vector<simulate::Call> calls = std::move(read.value());
  const std::size_t all = calls.size();
  std::erase_if(calls, [&](const simulate::Call& call) { return city.region_at(call.place) != region; });
  if (calls.empty()) throw CommandError(file + ": none of its " + std::to_string(all) + " calls lies in the region");
  if (calls.size() < all) {
    std::cerr << "dispatchctl: " << file << ": " << all - calls.size() << " of " << all
              << " calls lie outside the region and are passed over\n";
  }
  return calls;
}

void run_simulate(const SimulateOptions& options) {
  const common::MappedFile file = mapped(options.city);
  std::vector<Forces> forces(1);
  forces[0].city.emplace(opened(file.bytes(), options.city));
  const city::City& as_built = *forces[0].city;
  const RegionId region = region_of(as_built, options.region);
  const std::vector<simulate::Call> calls = calls_in(as_built, region, options.calls);
  for (const std::string& posts : options.posts) forces.push_back(with_posts(file, as_built, posts, false));
  for (const std::string& posts : options.more_posts) forces.push_back(with_posts(file, as_built, posts, true));
  std::vector<v1::Policy> policies;
  for (const std::string& name : options.policies) {
    auto policy = policy::read_policy_file(name);
    if (!policy) throw CommandError(policy.error().message);
    policies.push_back(std::move(policy.value()));
  }

  std::vector<simulate::Outcome> outcomes;
  for (const Forces& force : forces) {
    for (const std::uint32_t strength : options.strengths) {
      for (const v1::Policy& policy : policies) {
        simulate::RunOptions run;
        run.region = region;
        run.policy = policy;
        run.strength_percent = strength;
        run.seed = options.seed;
        run.work_seed = options.seed;
        run.habits.decline_permille = options.decline_permille;
        run.habits.ignore_permille = options.ignore_permille;
        run.habits.heartbeat_every = simulate::heartbeat_under(policy);
        run.habits.position_every = {options.position_every_s * 1'000};
        auto result = simulate::run(*force.city, calls, run);
        if (!result) throw CommandError(result.error().message);
        simulate::Outcome& outcome = outcomes.emplace_back(std::move(result.value().outcome));
        outcome.name = policy.name() + (force.name.empty() ? "" : ", " + force.name) +
                       (strength == 100 ? "" : ", " + std::to_string(strength) + " %");
      }
    }
  }
  simulate::print_comparison(outcomes, std::cout);
  if (options.json.empty()) return;
  std::ofstream json(options.json);
  json << simulate::comparison_json(outcomes) << '\n';
  if (!json.flush()) throw CommandError(options.json + ": could not be written");
}

struct CallsOptions {
  std::string city;
  std::uint32_t region = 0;
  simulate::CallPattern pattern;
  std::int64_t begin_ms = simulate::CallPattern{}.begins_at.since_epoch;
  std::string out;
};

void run_calls(CallsOptions& options) {
  const common::MappedFile file = mapped(options.city);
  const city::City city = opened(file.bytes(), options.city);
  const RegionId region = region_of(city, options.region);
  options.pattern.begins_at = {options.begin_ms};
  std::ofstream out(options.out);
  const std::vector<simulate::Call> calls = simulate::generate_calls(city, region, options.pattern);
  simulate::write_calls(calls, out);
  if (!out.flush()) throw CommandError(options.out + ": could not be written");
  std::cout << options.out << " holds " << calls.size() << " calls\n";
}

}  // namespace

void add_simulate(CLI::App& program) {
  const auto options = std::make_shared<SimulateOptions>();
  CLI::App* command = program.add_subcommand(
      "simulate",
      "Run the same calls through the engine with simulated crews, once for each policy, set of posts and strength,\n"
      "and print what became of them side by side; no broker and no node is needed");
  command->add_option("--city", options->city, "City file")->required();
  command->add_option("--calls", options->calls, "Calls, CSV (docs/formats/calls.md)")->required();
  command->add_option("--policy", options->policies, "Policy, YAML; once for each to compare")->required();
  command->add_option("--posts", options->posts,
                      "Also with the posts of this file instead of the city's (docs/formats/city-inputs.md)");
  command->add_option("--more-posts", options->more_posts, "Also with the posts of this file beside the city's");
  command
      ->add_option("--strength", options->strengths, "Percent of the units that are on duty; once for each to compare")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  command->add_option("--region", options->region, "GB/T 2260 code; without it the city file's first");
  command->add_option("--seed", options->seed, "Of the crews' chance")->capture_default_str();
  command->add_option("--decline", options->decline_permille, "Of 1,000 orders so many are declined")
      ->check(CLI::Range(0, 1'000));
  command->add_option("--ignore", options->ignore_permille, "Of 1,000 orders so many are not signed for")
      ->check(CLI::Range(0, 1'000));
  command->add_option("--position-every", options->position_every_s, "Seconds between positions while moving")
      ->check(CLI::Range(1, 3'600))
      ->capture_default_str();
  command->add_option("--json", options->json, "Write the figures to this file too");
  command->callback([options] { run_simulate(*options); });
}

void add_calls(CLI::App& program) {
  const auto options = std::make_shared<CallsOptions>();
  CLI::App* command = program.add_subcommand(
      "calls", "Make up calls for simulate: a real day's curve, and bursts. The same options give the same calls");
  simulate::CallPattern& pattern = options->pattern;
  command->add_option("--city", options->city, "City file")->required();
  command->add_option("--out", options->out, "The file; replaced if it is there")->required();
  command->add_option("--region", options->region, "GB/T 2260 code; without it the city file's first");
  command->add_option("--begin-ms", options->begin_ms, "Midnight of the first day, milliseconds since 1970 UTC")
      ->capture_default_str();
  command->add_option("--days", pattern.days)->check(CLI::Range(1, 366))->capture_default_str();
  command->add_option("--per-day", pattern.calls_per_day, "Calls on a day, without bursts")
      ->check(CLI::Range(1, 400'000))
      ->capture_default_str();
  command->add_option("--bursts", pattern.bursts_per_day, "Bursts on a day")
      ->check(CLI::Range(0, 1'000))
      ->capture_default_str();
  command->add_option("--burst-calls", pattern.burst_calls, "At most so many calls of a burst, in one minute")
      ->check(CLI::Range(1, 1'000))
      ->capture_default_str();
  command->add_option("--seed", pattern.seed)->capture_default_str();
  command->callback([options] { run_calls(*options); });
}

}  // namespace dispatch135::dispatchctl
