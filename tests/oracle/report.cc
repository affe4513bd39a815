#include "tests/oracle/report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace dispatch135::oracle {
namespace {

constexpr std::size_t kShownFindings = 1'000;

const char* name_of(Fault fault) {
  switch (fault) {
    case Fault::kLost:
      return "lost";
    case Fault::kDoubleAssigned:
      return "double_assigned";
    case Fault::kNotDeterministic:
      return "not_deterministic";
    case Fault::kClock:
      return "clock";
    case Fault::kSequence:
      return "sequence";
    case Fault::kInput:
      return "input";
  }
  return "";
}

// The smallest value that at least this share of the sorted values does not exceed.
double percentile(const std::vector<double>& sorted, double share) {
  if (sorted.empty()) return 0;
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
  return sorted[std::min(sorted.size(), std::max<std::size_t>(rank, 1)) - 1];
}

nlohmann::ordered_json compliance_of(const Ring& ring) {
  const std::uint64_t decided = ring.in_time + ring.late;
  if (decided == 0) return nullptr;
  return std::round(1e4 * static_cast<double>(ring.in_time) / static_cast<double>(decided)) / 1e4;
}

std::string line(const char* name, std::uint64_t value) {
  char text[96];
  std::snprintf(text, sizeof text, "%-28s %10llu\n", name, static_cast<unsigned long long>(value));
  return text;
}

}  // namespace

std::string as_text(const Verdict& verdict) {
  std::string text;
  for (std::size_t i = 0; i < std::min(verdict.findings.size(), kShownFindings); ++i) {
    text += std::string("FOUND ") + name_of(verdict.findings[i].fault) + ": " + verdict.findings[i].text + "\n";
  }
  if (verdict.findings.size() > kShownFindings) {
    text += "and " + std::to_string(verdict.findings.size() - kShownFindings) + " more\n";
  }
  text += line("log records", verdict.log_records) + line("decisions", verdict.decisions) +
          line("incidents", verdict.incidents) + line("assigned", verdict.assigned) +
          line("on scene", verdict.on_scene) + line("closed", verdict.closed) + line("cancelled", verdict.cancelled) +
          line("queued at some time", verdict.queued) + line("waiting at the end", verdict.waiting) +
          line("deadlines breached", verdict.breaches) + line("lost", verdict.lost) +
          line("double assigned", verdict.double_assigned) + line("findings", verdict.findings.size());
  for (const auto& [minutes, ring] : verdict.rings) {
    char row[128];
    std::snprintf(row, sizeof row, "ring of %u min: in time %llu, late %llu, pending %llu, ended before %llu\n",
                  minutes, static_cast<unsigned long long>(ring.in_time), static_cast<unsigned long long>(ring.late),
                  static_cast<unsigned long long>(ring.pending), static_cast<unsigned long long>(ring.ended_before));
    text += row;
  }
  for (const auto& [code, count] : verdict.rejected) text += "rejected " + code + ": " + std::to_string(count) + "\n";
  return text;
}

std::string as_json(const Verdict& verdict) {
  nlohmann::ordered_json json = {{"incidents", verdict.incidents},
                                 {"assigned", verdict.assigned},
                                 {"on_scene", verdict.on_scene},
                                 {"queued", verdict.queued},
                                 {"waiting", verdict.waiting},
                                 {"closed", verdict.closed},
                                 {"cancelled", verdict.cancelled},
                                 {"lost", verdict.lost},
                                 {"double_assigned", verdict.double_assigned},
                                 {"breaches", verdict.breaches},
                                 {"log_records", verdict.log_records},
                                 {"decisions", verdict.decisions},
                                 {"repeated_decisions", verdict.repeated_decisions},
                                 {"alerts", verdict.alerts},
                                 {"latest_timer_ms", verdict.latest_timer_ms}};
  for (const auto& [minutes, ring] : verdict.rings) {
    const std::string key = std::to_string(minutes);
    json["compliance"][key] = compliance_of(ring);
    json["rings"][key] = {
        {"in_time", ring.in_time}, {"late", ring.late}, {"pending", ring.pending}, {"ended_before", ring.ended_before}};
  }
  const std::vector<double>& times = verdict.report_to_order_ms;
  json["report_to_order_ms"] = {{"p50", percentile(times, 0.5)},
                                {"p99", percentile(times, 0.99)},
                                {"max", times.empty() ? 0 : times.back()},
                                {"count", times.size()}};
  json["rejected"] = verdict.rejected;
  std::map<std::string, std::uint64_t> by_fault;
  for (const Finding& finding : verdict.findings) ++by_fault[name_of(finding.fault)];
  json["findings"] = by_fault;
  return json.dump();
}

}  // namespace dispatch135::oracle
