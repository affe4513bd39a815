// A recorded log: records of dispatch.log and dispatch.decisions in one file. Format: docs/formats/recorded-log.md.
#pragma once

#include <cstdint>
#include <fstream>
#include <functional>
#include <optional>
#include <string>

#include "engine/base/result.h"
#include "engine/base/time.h"

namespace dispatch135::dispatchctl {

struct RecordedRecord {
  enum class Kind : std::uint8_t { kLog = 1, kDecision = 2 };
  Kind kind = Kind::kLog;
  std::uint32_t partition = 0;
  std::uint64_t offset = 0;  // In its topic.
  TimeMs timestamp;          // The broker's.
  std::string value;
  bool operator==(const RecordedRecord&) const = default;
};

class RecordedLogWriter {
 public:
  // Replaces the file. Errors name it.
  static Result<RecordedLogWriter> create(const std::string& path);
  void add(const RecordedRecord& record);
  // False: not everything could be written.
  bool finish();

 private:
  explicit RecordedLogWriter(std::ofstream out) : out_(std::move(out)) {}
  std::ofstream out_;
};

// Hands on each record in the order of the file; how many there were. Errors name the file and the byte: not such a
// file, another version, a checksum that does not match, a record cut short.
Result<std::uint64_t> read_recorded_log(const std::string& path,
                                        const std::function<void(const RecordedRecord&)>& on_record);

}  // namespace dispatch135::dispatchctl
