#include "services/dispatchd/appender.h"

#include <utility>

namespace dispatch135::dispatchd {

std::uint64_t Appender::append(std::int32_t partition, v1::LogRecord& record, OnFailed failed) {
  const std::uint64_t sequence = last_sequence_ + 1;
  record.mutable_origin()->set_process(process_);
  record.mutable_origin()->set_sequence(sequence);
  record.SerializeToString(&bytes_);
  const bool taken = writer_->append(log::Topic::kLog, partition, std::to_string(record.region()), bytes_,
                                     [sequence, failed = std::move(failed)](const log::Appended& result) {
                                       if (!result.ok) failed(sequence, result);
                                     });
  if (!taken) return 0;
  last_sequence_ = sequence;
  return sequence;
}

}  // namespace dispatch135::dispatchd
