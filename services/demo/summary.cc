#include "services/demo/summary.h"

#include <cstdio>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace dispatch135::demo {
namespace {

using nlohmann::ordered_json;

std::string row(const char* name, const std::string& value) {
  char text[96];
  std::snprintf(text, sizeof text, "  %-34s %10s\n", name, value.c_str());
  return text;
}

std::string row(const char* name, double value, const char* unit) {
  char text[96];
  std::snprintf(text, sizeof text, "  %-34s %10.2f %s\n", name, value, unit);
  return text;
}

}  // namespace

Summary summarise(const std::string& oracle_json, const Latency& latency) {
  try {
    const ordered_json found = ordered_json::parse(oracle_json);
    ordered_json line;
    for (const char* key : {"incidents", "assigned", "on_scene", "queued", "lost", "double_assigned"}) {
      line[key] = found.at(key);
    }
    line["compliance"] = found.at("compliance");
    line["report_to_order_ms"] = {{"p50", latency.p50_ms}, {"p99", latency.p99_ms}, {"max", latency.max_ms}};
    line["findings"] = found.at("findings");

    Summary summary;
    summary.table = "counted by the oracle from the topics and the units' diaries:\n";
    for (const auto& [key, name] :
         {std::pair("incidents", "incidents"), std::pair("assigned", "given to a unit"),
          std::pair("on_scene", "with a unit on scene"), std::pair("queued", "that had to wait"),
          std::pair("waiting", "that wait at the end"), std::pair("closed", "closed"),
          std::pair("cancelled", "cancelled"), std::pair("breaches", "deadlines breached"), std::pair("lost", "LOST"),
          std::pair("double_assigned", "ASSIGNED TWICE")}) {
      summary.table += row(name, found.at(key).dump());
    }
    for (const char* minutes : {"1", "3", "5"}) {
      const ordered_json& share = found.at("compliance").at(minutes);
      const std::string name = std::string("in time, ring of ") + minutes + " min";
      summary.table +=
          share.is_null() ? row(name.c_str(), "no case") : row(name.c_str(), 100 * share.get<double>(), "%");
    }
    summary.table +=
        "measured from the hotline's send to the unit's receipt (" + std::to_string(latency.count) +
        " calls that did not have to wait for a unit):\n" + row("report to order, p50", latency.p50_ms, "ms") +
        row("report to order, p99", latency.p99_ms, "ms") + row("report to order, max", latency.max_ms, "ms");
    summary.last_line = line.dump();
    summary.kept = found.at("lost") == 0 && found.at("double_assigned") == 0;
    return summary;
  } catch (const ordered_json::exception& error) {
    throw std::runtime_error(std::string("the oracle's line cannot be read: ") + error.what());
  }
}

Latency latest_latency(const std::string& statistics) {
  const std::size_t end = statistics.rfind('\n');
  if (end == std::string::npos) return {};
  const std::size_t before = end == 0 ? std::string::npos : statistics.rfind('\n', end - 1);
  const std::size_t begin = before == std::string::npos ? 0 : before + 1;
  const ordered_json line = ordered_json::parse(statistics.substr(begin, end - begin), nullptr, false);
  if (line.is_discarded() || !line.contains("report_to_order_ms")) return {};
  const ordered_json& times = line["report_to_order_ms"];
  return {times.value("p50", 0.0), times.value("p99", 0.0), times.value("max", 0.0),
          times.value("count", std::uint64_t{0})};
}

}  // namespace dispatch135::demo
