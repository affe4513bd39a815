#include "services/citybuild/report.h"

#include <sys/resource.h>

#include <iomanip>

namespace dispatch135::citybuild {
namespace {

double peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

}  // namespace

void Report::progress(std::string_view stage, int percent) {
  if (!progress_ || percent == shown_percent_) {
    return;
  }
  shown_percent_ = percent;
  out_ << '\r' << stage << ' ' << percent << " %" << std::flush;
}

void Report::done(std::string_view stage, const std::string& outcome) {
  if (shown_percent_ >= 0) {
    out_ << '\r';
    shown_percent_ = -1;
  }
  const std::chrono::duration<double> taken = Clock::now() - stage_begin_;
  out_ << std::left << std::setw(12) << stage << std::right << std::fixed << std::setprecision(2) << std::setw(8)
       << taken.count() << " s" << std::setprecision(0) << std::setw(8) << peak_megabytes() << " MB  " << outcome
       << '\n';
  stage_begin_ = Clock::now();
}

void Report::note(const std::string& line) { out_ << line << '\n'; }

}  // namespace dispatch135::citybuild
