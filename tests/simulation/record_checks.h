// What must hold of each record and what it brings about, seen while the log is replayed.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "dispatch135/v1/decision.pb.h"
#include "dispatch135/v1/log.pb.h"
#include "engine/core/engine.h"

namespace dispatch135::simulation {

class RecordChecks {
 public:
  // After the engine applied it.
  void on_record(const v1::LogRecord& record, std::span<const v1::Decision> decisions, const core::Engine& engine);
  const std::vector<std::string>& findings() const { return findings_; }

 private:
  using UnitKey = std::pair<std::uint32_t, std::uint64_t>;  // (region, unit)
  struct Seen {
    std::int64_t measured_at_ms = 0;  // The newest of this sign-on.
    v1::Position position;
  };
  void on_source(const v1::LogRecord& record, std::span<const v1::Decision> decisions, std::uint64_t offset);
  void on_unit(const v1::LogRecord& record, const core::Engine& engine, std::uint64_t offset);

  std::map<std::pair<int, std::int32_t>, std::int64_t> carried_;  // Source partition -> the highest offset so far.
  std::set<std::string> commands_;                                // That were applied.
  std::map<UnitKey, Seen> units_;
  std::vector<std::string> findings_;
};

}  // namespace dispatch135::simulation
