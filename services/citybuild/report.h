// What the tool tells people while it works: a line per stage with its time and the memory so far.
#pragma once

#include <chrono>
#include <ostream>
#include <string>
#include <string_view>

namespace dispatch135::citybuild {

class Report {
 public:
  // `progress` lines are overwritten in place; only for a terminal.
  Report(std::ostream& out, bool progress) : out_(out), progress_(progress), stage_begin_(Clock::now()) {}

  // How far the running stage is, 0-100. Nothing when the output is no terminal.
  void progress(std::string_view stage, int percent);
  // Ends the running stage and begins the next: "stage  seconds  peak memory  what came of it".
  void done(std::string_view stage, const std::string& outcome);
  // A line beside the stages.
  void note(const std::string& line);

 private:
  using Clock = std::chrono::steady_clock;
  std::ostream& out_;
  bool progress_;
  int shown_percent_ = -1;
  Clock::time_point stage_begin_;
};

}  // namespace dispatch135::citybuild
