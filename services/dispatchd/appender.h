// Appends records to dispatch.log in this process's name, so that it knows its own when they are applied.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "dispatch135/v1/log.pb.h"
#include "services/log/log.h"

namespace dispatch135::dispatchd {

class Appender {
 public:
  // `process`: random at the start of the process.
  Appender(log::Writer& writer, std::uint64_t process) : writer_(&writer), process_(process) {}

  // Called once with the sequence when the append failed for good; the record may or may not stand in the log.
  using OnFailed = std::function<void(std::uint64_t sequence, const log::Appended& result)>;

  // Sets the record's origin and appends it. Gives its origin's sequence; 0: the writer's queue is full, nothing was
  // done.
  std::uint64_t append(std::int32_t partition, v1::LogRecord& record, OnFailed failed);

  std::uint64_t process() const { return process_; }
  bool is_ours(const v1::LogRecord& record) const { return record.origin().process() == process_; }

 private:
  log::Writer* writer_;
  std::uint64_t process_;
  std::uint64_t last_sequence_ = 0;
  std::string bytes_;
};

}  // namespace dispatch135::dispatchd
