// What the policy's choice of units is worth: simulated days under it, under the plain choice of the soonest (closest
// idle), and what somebody could do who knows all calls beforehand.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "benchmarks/figure.h"
#include "benchmarks/late_bound.h"
#include "benchmarks/late_problem.h"
#include "engine/base/check.h"
#include "engine/city/other_forces.h"
#include "services/citybuild/recipe.h"
#include "services/citybuild/synthetic.h"
#include "services/common/mapped_file.h"
#include "services/policy/policy_file.h"
#include "services/simulate/call_generator.h"
#include "services/simulate/simulation.h"

namespace dispatch135::benchmarks {
namespace {

// A call waits no longer for a crew that is not free yet; shorter than the work at any call, see late_problem().
constexpr DurationMs kPatience{120'000};
// Sections of a policy about the choice of units: closest idle goes without them. Of those that it has.
constexpr std::array<const char*, 3> kChoiceSections = {"choice", "coverage", "move_up"};
constexpr std::array<const char*, 5> kSeverityNames = {"all", "critical", "high", "medium", "low"};

struct Options {
  std::vector<std::string> cities;
  bool no_synthetic = false;
  std::string policy = "config/policies/covering.yaml";
  std::uint64_t seed = 1;
  std::uint64_t seeds = 3;
  std::uint32_t days = 1;
  std::uint32_t posts = 0;
  std::uint32_t strength = 100;
  std::uint32_t calls_per_unit = 20;
  std::uint32_t bursts = 3;
  std::size_t rounds = 1'000;
  std::int64_t grain_s = 60;
  bool quick = false;
  std::string json;
};

struct BenchCity {
  std::string name;
  std::vector<std::byte> bytes;
  std::optional<city::City> city;
};

// The city with one car with siren at each post: what counts is who is sent, not what they ride. With `posts` the cars
// stand at so many places where calls came from earlier, instead of at the city's posts.
BenchCity with_cars(const std::string& name, std::span<const std::byte> file, std::uint32_t posts) {
  const Result<city::City> as_built = city::City::open(file);
  D135_CHECK(as_built.ok(), "the city can be opened");
  const city::City& before = as_built.value();
  std::vector<city::DraftPost> drafts;
  for (std::uint32_t i = 0; posts == 0 && i < before.post_count(); ++i) {
    const city::PostInfo post = before.post(PostIndex(i));
    drafts.push_back({post.id, std::string(post.name), post.kind, post.position});
  }
  if (posts > 0) {
    simulate::CallPattern earlier;
    earlier.calls_per_day = posts * 2;
    earlier.bursts_per_day = 0;
    earlier.seed = 0;
    for (const simulate::Call& call : simulate::generate_calls(before, before.region(0).id, earlier)) {
      if (drafts.size() == posts) break;
      drafts.push_back({PostId(drafts.size() + 1), call.address, v1::POST_KIND_OUTPOST, call.place});
    }
  }
  std::vector<city::DraftUnit> units;
  for (const city::DraftPost& post : drafts) {
    const std::uint64_t number = units.size() + 1;
    units.push_back({UnitId(number), post.id, "car " + std::to_string(number), v1::UNIT_KIND_CAR_PATROL,
                     v1::TRAVEL_KIND_CAR_WITH_SIREN, 0});
  }
  BenchCity bench;
  bench.name = name;
  Result<std::vector<std::byte>> made = city::with_other_forces(file, before, drafts, units);
  D135_CHECK(made.ok(), "cars can be wherever a post is");
  bench.bytes = std::move(made.value());
  bench.city.emplace(std::move(city::City::open(bench.bytes).value()));
  return bench;
}

BenchCity synthetic_city() {
  citybuild::Recipe recipe = citybuild::preset_recipe("wuxi").value();
  recipe.junctions = 12'000;
  recipe.stations = 10;
  recipe.outposts = 50;
  return with_cars("synthetic", city::build_city(citybuild::generate_city(recipe, 1, 1).draft).value(), 0);
}

v1::Policy closest_idle(v1::Policy policy) {
  for (const char* section : kChoiceSections) {
    const auto* field = v1::Policy::descriptor()->FindFieldByName(section);
    if (field != nullptr) v1::Policy::GetReflection()->ClearField(&policy, field);
  }
  return policy;
}

// Runs by the common yardstick: the deadlines that the benchmarked policy set.
struct Judged {
  std::uint64_t calls = 0;
  double response_s = 0;  // Over all calls; of each run its mean for each.
  std::uint64_t moves = 0;
  double busy_permille = 0;                 // The same.
  std::array<std::uint64_t, 5> late = {};   // By Severity; [0]: all.
  std::array<double, 5> late_minutes = {};  // The same.
  std::size_t waited = 0;                   // Calls whose last unit was assigned later than the bound allows.
};

using Deadlines = std::map<std::string, const simulate::CallOutcome*>;  // By the call's event id.

Judged judge(simulate::RunResult&& run, const Deadlines& deadlines) {
  Judged judged;
  const TimeMs end = run.calls.empty() ? TimeMs{} : run.calls.front().opened_at + run.outcome.span;
  for (simulate::CallOutcome& call : run.calls) {
    const simulate::CallOutcome& yardstick = *deadlines.at(call.event_id);
    if (yardstick.linked) continue;
    call.deadline_at = yardstick.deadline_at;
    const DurationMs late = call.late(end);
    for (const std::size_t severity : {std::size_t{0}, static_cast<std::size_t>(yardstick.severity)}) {
      judged.late[severity] += late.count > 0 ? 1 : 0;
      judged.late_minutes[severity] += static_cast<double>(late.count) / 60'000;
    }
    judged.waited += call.last_assigned_at > call.opened_at + kPatience ? 1 : 0;
  }
  judged.calls = run.outcome.calls;
  const auto calls = static_cast<double>(run.outcome.calls);
  judged.response_s = static_cast<double>(run.outcome.mean_response.count) / 1'000 * calls;
  judged.busy_permille = static_cast<double>(run.outcome.utilisation_permille()) * calls;
  judged.moves = run.outcome.moves;
  return judged;
}

void add(const Judged& more, Judged& sum) {
  sum.calls += more.calls;
  sum.response_s += more.response_s;
  sum.moves += more.moves;
  sum.busy_permille += more.busy_permille;
  for (std::size_t i = 0; i < sum.late.size(); ++i) {
    sum.late[i] += more.late[i];
    sum.late_minutes[i] += more.late_minutes[i];
  }
  sum.waited += more.waited;
}

double mean_s(const Judged& judged) { return judged.response_s / static_cast<double>(judged.calls); }

struct Compared {
  std::size_t units = 0;
  Judged ours;
  Judged plain;
  std::uint64_t bound = 0;
};

double percent(double part, double of) { return of == 0 ? 0 : part / of * 100; }

Compared compare(const BenchCity& bench, const v1::Policy& policy, const Options& options, std::uint64_t seed) {
  const city::City& city = *bench.city;
  const RegionId region = city.region(0).id;
  const std::vector<bool> on_duty = simulate::on_duty(city, options.strength);
  const auto crews = static_cast<std::uint32_t>(std::count(on_duty.begin(), on_duty.end(), true));
  simulate::CallPattern pattern;
  pattern.seed = seed;
  pattern.days = options.days;
  pattern.bursts_per_day = options.bursts;
  pattern.calls_per_day = options.calls_per_unit * crews;
  const std::vector<simulate::Call> calls = simulate::generate_calls(city, region, pattern);

  simulate::RunOptions how;
  how.region = region;
  how.strength_percent = options.strength;
  how.seed = how.work_seed = seed;
  how.policy = policy;
  how.habits.heartbeat_every = simulate::heartbeat_under(policy);
  const auto play = [&] {
    Result<simulate::RunResult> result = simulate::run(city, calls, how);
    D135_CHECK(result.ok(), "the policy was checked when it was read");
    return std::move(result.value());
  };
  simulate::RunResult ours = play();
  how.policy = closest_idle(policy);
  simulate::RunResult plain = play();

  const std::vector<simulate::CallOutcome> yardstick = ours.calls;
  Deadlines deadlines;
  for (const simulate::CallOutcome& call : yardstick) deadlines[call.event_id] = &call;
  Compared compared;
  if (!options.quick) {
    std::vector<LateCall> late_calls;
    for (const simulate::Call& call : calls) {
      const auto found = deadlines.find(call.event_id);
      if (found == deadlines.end() || found->second->linked) continue;
      late_calls.push_back({call.at, found->second->deadline_at, call.place, simulate::work_of(call, how.work_seed),
                            std::max(found->second->units_needed, 1U)});
    }
    const LateProblem problem =
        late_problem(city, region, on_duty, how.habits, late_calls, kPatience, {options.grain_s * 1'000});
    compared.bound = least_late(problem, options.rounds);
  }
  compared.units = crews;
  compared.ours = judge(std::move(ours), deadlines);
  compared.plain = judge(std::move(plain), deadlines);
  return compared;
}

// One line, for whoever turns at the policy.
void print_line(const std::string& name, const Compared& c) {
  const auto late = static_cast<double>(c.ours.late[0]);
  const auto plain = static_cast<double>(c.plain.late[0]);
  std::printf(
      "%s: %llu calls, %zu units busy %.0f %%; late %.0f (closest idle %.0f, %+.1f %%), critical %llu (%llu); "
      "mean %.1f s (%.1f, %+.1f %%); late min %.0f (%.0f), critical %.1f (%.1f), high %.1f (%.1f); moves %llu; waited "
      "%zu (%zu)\n",
      name.c_str(), static_cast<unsigned long long>(c.ours.calls), c.units,
      c.ours.busy_permille / static_cast<double>(c.ours.calls) / 10, late, plain, percent(late - plain, plain),
      static_cast<unsigned long long>(c.ours.late[1]), static_cast<unsigned long long>(c.plain.late[1]), mean_s(c.ours),
      mean_s(c.plain), percent(mean_s(c.ours) - mean_s(c.plain), mean_s(c.plain)), c.ours.late_minutes[0],
      c.plain.late_minutes[0], c.ours.late_minutes[1], c.plain.late_minutes[1], c.ours.late_minutes[2],
      c.plain.late_minutes[2], static_cast<unsigned long long>(c.ours.moves), c.ours.waited, c.plain.waited);
}

void report_all(const std::string& city, const Compared& c, const std::string& json) {
  const std::string prefix = "policy/" + city + ", ";
  const auto calls = static_cast<double>(c.ours.calls);
  const auto share = [&](const std::string& name, const Judged& run) {
    report({.name = prefix + "in time, " + name,
            .unit = "%",
            .value = percent(calls - static_cast<double>(run.late[0]), calls),
            .p99 = {},
            .floor = {},
            .ratio = {},
            .aim = "",
            .met = {}},
           json);
  };
  share("closest idle", c.plain);
  share("ours", c.ours);
  // The bound is one for runs in which nobody waited longer than it allows; others are named so.
  const auto against_bound = [&](const std::string& name, const Judged& run, bool aimed) {
    const double late = static_cast<double>(run.late[0]);
    const auto bound = static_cast<double>(c.bound);
    const double ratio = late / std::max(bound, 1.0);
    const std::string beyond = run.waited == 0 ? "" : ", " + std::to_string(run.waited) + " waited beyond the bound";
    report({.name = prefix + "late calls, " + name + beyond,
            .unit = "calls",
            .value = late,
            .p99 = {},
            .floor = bound,
            .ratio = ratio,
            .aim = aimed ? "<= 1.5 x bound" : "",
            .met = aimed ? std::optional(ratio <= 1.5) : std::nullopt},
           json);
  };
  against_bound("closest idle", c.plain, false);
  against_bound("ours", c.ours, true);
  const double fewer = percent(static_cast<double>(c.plain.late[0]) - static_cast<double>(c.ours.late[0]),
                               static_cast<double>(c.plain.late[0]));
  report({.name = prefix + "fewer late calls than closest idle",
          .unit = "%",
          .value = fewer,
          .p99 = {},
          .floor = {},
          .ratio = {},
          .aim = ">= 18 %",
          .met = fewer >= 18},
         json);
  const double mean = mean_s(c.ours);
  const double plain_mean = mean_s(c.plain);
  report({.name = prefix + "mean response",
          .unit = "s",
          .value = mean,
          .p99 = {},
          .floor = plain_mean,
          .ratio = mean / plain_mean,
          .aim = "<= 1.03 x idle's",
          .met = mean <= plain_mean * 1.03},
         json);
  for (std::size_t severity = v1::SEVERITY_CRITICAL; severity <= v1::SEVERITY_LOW; ++severity) {
    const bool top = severity == v1::SEVERITY_CRITICAL;
    report({.name = prefix + "late minutes, " + kSeverityNames[severity],
            .unit = "min",
            .value = c.ours.late_minutes[severity],
            .p99 = {},
            .floor = c.plain.late_minutes[severity],
            .ratio = c.ours.late_minutes[severity] / std::max(c.plain.late_minutes[severity], 1e-9),
            .aim = top ? "<= closest idle's" : "",
            .met = top ? std::optional(c.ours.late_minutes[severity] <= c.plain.late_minutes[severity]) : std::nullopt},
           json);
  }
}

void run(const Options& options) {
  Result<v1::Policy> policy = policy::read_policy_file(options.policy);
  if (!policy) {
    std::fprintf(stderr, "bench_policy: %s\n", policy.error().message.c_str());
    std::exit(1);
  }
  std::vector<BenchCity> cities;
  for (const std::string& path : options.cities) {
    Result<common::MappedFile> file = common::MappedFile::open(path);
    if (!file) {
      std::fprintf(stderr, "bench_policy: %s\n", file.error().message.c_str());
      std::exit(1);
    }
    cities.push_back(with_cars(path.substr(path.rfind('/') + 1), file.value().bytes(), options.posts));
  }
  if (!options.no_synthetic) cities.push_back(synthetic_city());
  for (const BenchCity& city : cities) {
    Compared all;
    for (std::uint64_t seed = options.seed; seed < options.seed + options.seeds; ++seed) {
      const Compared one = compare(city, policy.value(), options, seed);
      print_line(city.name + ", seed " + std::to_string(seed), one);
      add(one.ours, all.ours);
      add(one.plain, all.plain);
      all.units = one.units;
      all.bound += one.bound;
    }
    if (options.seeds > 1) print_line(city.name + ", all", all);
    if (!options.quick) report_all(city.name, all, options.json);
  }
}

}  // namespace
}  // namespace dispatch135::benchmarks

int main(int argc, char** argv) {
  CLI::App app(
      "Simulated days under a policy and under the plain choice of the soonest unit (the same policy without its "
      "sections\n"
      "about choice), beside a bound: the fewest late calls that somebody could have who knows all of them "
      "beforehand.\n"
      "The bound is for choices alone: whoever diverts crews, or moves free ones to where calls are expected, may beat "
      "it.");
  dispatch135::benchmarks::Options options;
  app.add_option("--city", options.cities, "City files, beside the synthetic one");
  app.add_flag("--no-synthetic", options.no_synthetic, "Only the city files");
  app.add_option("--posts", options.posts, "In the city files so many, where calls come from; 0: the cities' own");
  app.add_option("--policy", options.policy, "YAML")->capture_default_str();
  app.add_option("--seed", options.seed, "Of calls and crews")->capture_default_str();
  app.add_option("--seeds", options.seeds, "So many, from that one on; their figures are added up")
      ->check(CLI::Range(1, 1'000))
      ->capture_default_str();
  app.add_option("--days", options.days)->check(CLI::Range(1, 30))->capture_default_str();
  app.add_option("--strength", options.strength, "Percent of the posts that are manned")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  app.add_option("--calls", options.calls_per_unit, "Calls for each unit on a day")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  app.add_option("--bursts", options.bursts, "Of up to 20 calls in a minute, on a day")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  app.add_option("--rounds", options.rounds, "For the bound; the more, the higher it gets")->capture_default_str();
  app.add_option("--grain", options.grain_s, "Seconds; the finer, the higher the bound")->capture_default_str();
  app.add_flag("--quick", options.quick, "Without the bound, one line for each city");
  app.add_option("--json-lines", options.json, "Add the figures to this file, one JSON object a line");
  CLI11_PARSE(app, argc, argv);
  dispatch135::benchmarks::run(options);
  return 0;
}
