// A Writer of MemoryLog. Each partition is a lane: what was appended and is not yet acknowledged, in order, sent again
// from the front whenever an answer may have been lost. Only memory_log.cc uses it.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>

#include "services/log/memory_log_impl.h"

namespace dispatch135::log {

class MemoryWriter final : public Writer {
 public:
  MemoryWriter(MemoryLog::Impl& log, const std::string& node);
  ~MemoryWriter() override;

  bool append(Topic topic, std::int32_t partition, std::string_view key, std::string_view value,
              OnAppended done) override;
  std::size_t in_flight() const override;
  std::int32_t partitions(Topic topic) const override { return log_.partitions(topic); }

  struct State;

 private:
  MemoryLog::Impl& log_;
  const std::shared_ptr<State> state_;
};

}  // namespace dispatch135::log
