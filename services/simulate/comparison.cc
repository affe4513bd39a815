#include "services/simulate/comparison.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace dispatch135::simulate {
namespace {

constexpr std::array<const char*, 5> kSeverityNames = {"all", "critical", "high", "medium", "low"};

// A row of the table: what it shows of a run, in thousandths of its unit, with so many digits behind the point.
struct Line {
  std::string name;
  int digits = 0;
  std::vector<std::int64_t> thousandths;
};

std::int64_t share(std::uint64_t part, std::uint64_t of) {
  return of == 0 ? 0 : static_cast<std::int64_t>((part * 200'000 + of) / (of * 2));
}

std::string number(std::int64_t thousandths, int digits, bool with_sign) {
  char text[48];
  std::snprintf(text, sizeof text, with_sign ? "%+.*f" : "%.*f", digits, static_cast<double>(thousandths) / 1'000);
  return text;
}

class Table {
 public:
  explicit Table(std::span<const Outcome> outcomes) : outcomes_(outcomes) {}

  template <typename Value>
  void add(const std::string& name, int digits, Value value) {
    Line& line = lines_.emplace_back();
    line.name = name;
    line.digits = digits;
    for (const Outcome& outcome : outcomes_) line.thousandths.push_back(value(outcome));
  }

  void print(std::ostream& out) const {
    std::size_t width = 22;
    for (const Outcome& outcome : outcomes_) width = std::max(width, outcome.name.size() + 2);
    const auto cell = [&](const std::string& text) {
      return std::string(width - std::min(width, text.size()), ' ') + text;
    };
    out << std::string(kNames, ' ');
    for (const Outcome& outcome : outcomes_) out << cell(outcome.name);
    out << '\n';
    for (const Line& line : lines_) {
      out << line.name << std::string(kNames - line.name.size(), ' ');
      for (std::size_t i = 0; i < line.thousandths.size(); ++i) {
        std::string text = number(line.thousandths[i], line.digits, false);
        if (i > 0) text += " (" + number(line.thousandths[i] - line.thousandths[0], line.digits, true) + ")";
        out << cell(text);
      }
      out << '\n';
    }
  }

 private:
  static constexpr std::size_t kNames = 34;
  std::span<const Outcome> outcomes_;
  std::vector<Line> lines_;
};

std::int64_t count(std::uint64_t value) { return static_cast<std::int64_t>(value) * 1'000; }

}  // namespace

void print_comparison(std::span<const Outcome> outcomes, std::ostream& out) {
  Table table(outcomes);
  table.add("units on duty", 0, [](const Outcome& o) { return count(o.units); });
  table.add("calls", 0, [](const Outcome& o) { return count(o.calls); });
  table.add("calls linked to another", 0, [](const Outcome& o) { return count(o.linked); });
  constexpr std::array<const char*, 3> kRings = {"1", "3", "5"};
  for (std::size_t ring = 0; ring < kRings.size(); ++ring) {
    table.add(std::string("on scene within ") + kRings[ring] + " min, %", 2,
              [ring](const Outcome& o) { return share(o.within[ring], o.calls); });
  }
  table.add("on scene within the deadline, %", 2, [](const Outcome& o) { return share(o.in_time, o.calls); });
  table.add("never reached", 0, [](const Outcome& o) { return count(o.calls - o.reached); });
  table.add("response mean, s", 1, [](const Outcome& o) { return o.mean_response.count; });
  table.add("response p50, s", 1, [](const Outcome& o) { return o.p50_response.count; });
  table.add("response p90, s", 1, [](const Outcome& o) { return o.p90_response.count; });
  for (std::size_t severity = 0; severity < kSeverityNames.size(); ++severity) {
    table.add(std::string("late calls, ") + kSeverityNames[severity], 0,
              [severity](const Outcome& o) { return count(o.by_severity[severity].late); });
  }
  for (std::size_t severity = 0; severity < kSeverityNames.size(); ++severity) {
    table.add(std::string("late minutes, ") + kSeverityNames[severity], 1,
              [severity](const Outcome& o) { return o.by_severity[severity].late_time.count / 60; });
  }
  table.add("deadlines breached", 0, [](const Outcome& o) { return count(o.breaches); });
  table.add("calls that waited for a unit", 0, [](const Outcome& o) { return count(o.queued); });
  table.add("assignments", 0, [](const Outcome& o) { return count(o.assignments); });
  table.add("assignments ended on the way", 0, [](const Outcome& o) { return count(o.offered_on); });
  table.add("free units moved", 0, [](const Outcome& o) { return count(o.moves); });
  table.add("records refused", 0, [](const Outcome& o) { return count(o.refused); });
  table.add("units busy, % of their time", 1,
            [](const Outcome& o) { return static_cast<std::int64_t>(o.utilisation_permille()) * 100; });
  table.print(out);
}

std::string comparison_json(std::span<const Outcome> outcomes) {
  nlohmann::ordered_json runs = nlohmann::ordered_json::array();
  for (const Outcome& o : outcomes) {
    nlohmann::ordered_json run = {{"name", o.name},
                                  {"units", o.units},
                                  {"calls", o.calls},
                                  {"linked", o.linked},
                                  {"reached", o.reached},
                                  {"within_1_min", o.within[0]},
                                  {"within_3_min", o.within[1]},
                                  {"within_5_min", o.within[2]},
                                  {"within_deadline", o.in_time},
                                  {"response_mean_ms", o.mean_response.count},
                                  {"response_p50_ms", o.p50_response.count},
                                  {"response_p90_ms", o.p90_response.count},
                                  {"breaches", o.breaches},
                                  {"queued", o.queued},
                                  {"assignments", o.assignments},
                                  {"offered_on", o.offered_on},
                                  {"moves", o.moves},
                                  {"records_refused", o.refused},
                                  {"busy_ms", o.busy.count},
                                  {"span_ms", o.span.count},
                                  {"records", o.records},
                                  {"decisions", o.decisions}};
    for (std::size_t severity = 0; severity < kSeverityNames.size(); ++severity) {
      const SeverityOutcome& of = o.by_severity[severity];
      run["by_severity"][kSeverityNames[severity]] = {
          {"calls", of.calls}, {"late", of.late}, {"late_ms", of.late_time.count}};
    }
    runs.push_back(std::move(run));
  }
  return runs.dump(2);
}

}  // namespace dispatch135::simulate
