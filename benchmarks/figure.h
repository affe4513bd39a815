// One measured figure, printed as a row for people and kept as a JSON object for the dashboard.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace dispatch135::benchmarks {

// value, p99 and floor are in `unit`. `floor` is something unavoidable that was measured in the same run; `ratio` is
// value over floor; `aim` says what was aimed at, `met` whether it was reached (nothing: there is no aim).
struct Figure {
  std::string name;
  std::string unit;
  double value = 0;
  std::optional<double> p99;
  std::optional<double> floor;
  std::optional<double> ratio;
  std::string aim;
  std::optional<bool> met;
};

// Prints the row and, if the file's name is not empty, adds a line of JSON to it, with the machine and the commit
// (environment D135_COMMIT).
void report(const Figure& figure, const std::string& json_lines_file);

// The value below which the share (0-1) of the samples lies; sorts them. The samples must not be empty.
double percentile(std::vector<double>& samples, double share);

}  // namespace dispatch135::benchmarks
