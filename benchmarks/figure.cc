#include "benchmarks/figure.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/base/check.h"

namespace dispatch135::benchmarks {
namespace {

std::string machine() {
  std::ifstream info("/proc/cpuinfo");
  std::string line;
  int cores = 0;
  std::string model = "unknown";
  while (std::getline(info, line)) {
    if (line.rfind("model name", 0) != 0) continue;
    ++cores;
    model = line.substr(line.find(':') + 2);
  }
  return model + ", " + std::to_string(cores) + " cores";
}

std::string number(const std::optional<double>& value) {
  if (!value) return "-";
  char text[32];
  std::snprintf(text, sizeof text, *value >= 1'000 ? "%.0f" : "%.2f", *value);
  return text;
}

}  // namespace

void report(const Figure& figure, const std::string& json_lines_file) {
  std::printf("%-44s %-10s %12s %12s %12s %8s  %-18s %s\n", figure.name.c_str(), figure.unit.c_str(),
              number(figure.value).c_str(), number(figure.p99).c_str(), number(figure.floor).c_str(),
              number(figure.ratio).c_str(), figure.aim.c_str(),
              !figure.met   ? ""
              : *figure.met ? "met"
                            : "NOT MET");
  std::fflush(stdout);
  if (json_lines_file.empty()) return;
  const auto optional = [](const auto& value) { return value ? nlohmann::json(*value) : nlohmann::json(); };
  const char* commit = std::getenv("D135_COMMIT");
  const nlohmann::json line = {{"name", figure.name},
                               {"unit", figure.unit},
                               {"value", figure.value},
                               {"p99", optional(figure.p99)},
                               {"floor", optional(figure.floor)},
                               {"ratio", optional(figure.ratio)},
                               {"aim", figure.aim},
                               {"met", optional(figure.met)},
                               {"machine", machine()},
                               {"commit", commit == nullptr ? "" : commit}};
  std::ofstream(json_lines_file, std::ios::app) << line.dump() << "\n";
}

double percentile(std::vector<double>& samples, double share) {
  D135_CHECK(!samples.empty(), "a percentile of nothing");
  std::sort(samples.begin(), samples.end());
  const auto rank = static_cast<std::size_t>(share * static_cast<double>(samples.size() - 1) + 0.5);
  return samples[rank];
}

}  // namespace dispatch135::benchmarks
