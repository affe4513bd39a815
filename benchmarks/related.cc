// What comparing one report costs with 5,000 incidents open: its words, the search, and its place in the index. Each
// answer is checked against a list that is compared whole before it is timed.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "benchmarks/figure.h"
#include "engine/base/check.h"
#include "engine/core/call_words.h"
#include "engine/core/related_index.h"
#include "tests/engine/core/mixed_log.h"

namespace dispatch135::benchmarks {
namespace {

using core::Call;
using core::RelatedIndex;
using core::testing::Random;
using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kOpen = 5'000;
constexpr std::size_t kReports = 2'000;

policy::RelatedRule rule() {
  v1::RelatedRule rule;
  rule.set_radius_m(300);
  rule.set_within_ms(1'800'000);
  rule.set_suggest_at(650);
  rule.set_link_at(900);
  return policy::RelatedRule::compile(rule).value();
}

struct Report {
  Call call;
  std::string text;
};

// Thirty words of a thousand; the last half hour of a city that is `side_m` wide.
Report random_report(Random& random, std::uint64_t id, std::int64_t side_m) {
  Report report;
  for (int i = 0; i < 30; ++i) report.text += "word" + std::to_string(random.below(1'000)) + " ";
  const auto place = [&] {
    return static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(side_m) * 1'000));
  };
  report.call = {.id = IncidentId(id),
                 .opened_at = TimeMs{1'700'000'000'000 + static_cast<std::int64_t>(id) * 300},
                 .place = {place(), place()},
                 .category = static_cast<v1::Category>(1 + random.below(10)),
                 .words = core::words_of(report.text, "")};
  return report;
}

void measure(const std::string& name, std::int64_t side_m, double aim_us, const std::string& json) {
  Random random(135);
  const policy::RelatedRule by = rule();
  RelatedIndex index(by);
  std::vector<Call> open;
  for (std::uint64_t id = 1; id <= kOpen; ++id) {
    open.push_back(random_report(random, id, side_m).call);
    index.put(open.back());
  }
  std::vector<double> took_us;
  for (std::uint64_t id = kOpen + 1; id <= kOpen + kReports; ++id) {
    Report report = random_report(random, id, side_m);
    const auto start = SteadyClock::now();
    report.call.words = core::words_of(report.text, "");
    index.put(report.call);
    const auto found = index.most_alike(report.call, [](IncidentId) { return true; });
    took_us.push_back(std::chrono::duration<double, std::micro>(SteadyClock::now() - start).count());
    std::uint32_t best = 0;
    for (const Call& other : open) {
      const auto alike = likeness(by, other, report.call);
      if (alike && alike->confidence() >= by.suggest_at) best = std::max(best, alike->confidence());
    }
    D135_CHECK((found ? found->likeness.confidence() : 0) == best, "the index finds what the list finds");
    index.remove(open.front().id);
    open.erase(open.begin());
    open.push_back(report.call);
  }
  const double p50 = percentile(took_us, 0.5);
  report({.name = "related/" + name,
          .unit = "us",
          .value = p50,
          .p99 = percentile(took_us, 0.99),
          .floor = {},
          .ratio = {},
          .aim = "<= " + std::to_string(static_cast<int>(aim_us)),
          .met = p50 <= aim_us},
         json);
}

}  // namespace
}  // namespace dispatch135::benchmarks

int main(int argc, char** argv) {
  CLI::App program("What comparing a report with 5,000 open incidents costs", "bench_related");
  std::string json;
  program.add_option("--json", json, "Adds the figures to this file, a JSON object a line");
  CLI11_PARSE(program, argc, argv);
  using dispatch135::benchmarks::measure;
  measure("5,000 open in a city of 20 km", 20'000, 20, json);
  measure("5,000 open within 300 m", 300, 1'000, json);
}
