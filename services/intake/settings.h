// The settings of intake; config/intake.yaml shows every key.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/base/result.h"
#include "engine/base/time.h"
#include "services/common/settings.h"

namespace dispatch135::intake {

struct Settings {
  common::CommonSettings common;
  std::string node;                       // Empty: the host's name.
  std::string listen = "127.0.0.1:7136";  // gRPC; port 0: any free one.
  std::string group = "dispatch135.intake";
  DurationMs session_timeout{6'000};
  DurationMs answer_within{5'000};     // A gRPC event that the broker has not acknowledged by then: UNAVAILABLE.
  DurationMs drain_within{10'000};     // After SIGTERM.
  std::int64_t reports_per_s = 2'000;  // By gRPC, of one address; see ReportGate.
};

// Errors: every mistake of the file, one a line.
Result<Settings> read_settings(const std::string& path);

// What a running process cannot take over from `wanted`, one mistake a line; `path` is the file's name in them.
std::optional<Error> refuse_reload(const Settings& running, const Settings& wanted, const std::string& path);

}  // namespace dispatch135::intake
