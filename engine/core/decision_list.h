// The decisions of one record, in order. Keeps its messages from record to record, so that it allocates only while it
// grows.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "dispatch135/v1/decision.pb.h"
#include "engine/base/ids.h"
#include "engine/base/time.h"

namespace dispatch135::core {

class DecisionList {
 public:
  explicit DecisionList(std::uint32_t partition) : partition_(partition) {}

  void start(std::uint64_t offset, TimeMs now) {
    count_ = 0;
    offset_ = offset;
    now_ = now;
  }

  // The next decision, with its identity set and its change still to be filled in.
  v1::Decision& add(RegionId region) {
    if (count_ == decisions_.size()) decisions_.emplace_back();
    v1::Decision& decision = decisions_[count_];
    decision.Clear();
    decision.mutable_id()->set_partition(partition_);
    decision.mutable_id()->set_offset(offset_);
    decision.mutable_id()->set_index(static_cast<std::uint32_t>(count_));
    decision.set_decided_at_ms(now_.since_epoch);
    decision.set_region(region.value());
    ++count_;
    return decision;
  }

  // The one that was added last; there must be one.
  v1::Decision& last() { return decisions_[count_ - 1]; }
  std::uint32_t next_index() const { return static_cast<std::uint32_t>(count_); }
  std::span<const v1::Decision> decisions() const { return {decisions_.data(), count_}; }

 private:
  std::uint32_t partition_;
  std::uint64_t offset_ = 0;
  TimeMs now_;
  std::vector<v1::Decision> decisions_;
  std::size_t count_ = 0;
};

}  // namespace dispatch135::core
