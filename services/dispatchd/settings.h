// The settings of a dispatchd: its YAML file and its flags (config/dispatchd.yaml shows all keys).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "services/common/settings.h"
#include "services/dispatchd/client_limits.h"
#include "services/dispatchd/snapshot_taker.h"

namespace dispatch135::dispatchd {

struct Settings {
  common::CommonSettings common;
  std::string node;                       // Empty: the host's name.
  std::string listen = "127.0.0.1:7135";  // gRPC; port 0: any free one.
  std::string advertise;                  // host:port that others are told; empty: as listened on.
  std::string group = "dispatch135.dispatchd";
  DurationMs session_timeout{6'000};
  std::string policy;                        // Policy file of every region that has none of its own.
  std::map<RegionId, std::string> policies;  // Of single regions.
  std::string state_dir = ".";               // Where this node's state is written down when a node's differs.
  SnapshotSettings snapshots;
  ClientLimits clients;
};

// Errors: every mistake, one a line, as "FILE:LINE: key: what is wrong and what is right".
Result<Settings> read_settings(const std::string& path);

// Whether a running node may go on with these: `limits` and log.level may change, nothing else. Nothing: it may.
// Errors: every other key that differs, one a line.
std::optional<Error> refuse_reload(const Settings& running, const Settings& wanted, const std::string& path);

}  // namespace dispatch135::dispatchd
