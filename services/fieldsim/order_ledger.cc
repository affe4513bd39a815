#include "services/fieldsim/order_ledger.h"

namespace dispatch135::fieldsim {

OrderLedger::Verdict OrderLedger::take(const v1::UnitOrder& order) {
  const std::uint64_t sequence = order.sequence();
  const Decision decision{order.decision().partition(), order.decision().offset(), order.decision().index()};
  const auto known = by_sequence_.find(sequence);
  if (known != by_sequence_.end()) return known->second == decision ? Verdict::kRepeated : Verdict::kOtherOrder;
  if (by_decision_.contains(decision)) return Verdict::kOtherSequence;
  if (sequence <= last_) return Verdict::kRepeated;

  const bool gap = beginning_known_ && sequence != last_ + 1;
  beginning_known_ = true;
  last_ = sequence;
  by_sequence_.emplace(sequence, decision);
  by_decision_.emplace(decision, sequence);
  if (by_sequence_.size() > kKept) {
    by_decision_.erase(by_sequence_.begin()->second);
    by_sequence_.erase(by_sequence_.begin());
  }
  return gap ? Verdict::kGap : Verdict::kNew;
}

}  // namespace dispatch135::fieldsim
