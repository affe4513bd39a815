// A unit's memory of its orders: drops what it has seen, and notices when the system breaks its promise of a gapless
// sequence.
#pragma once

#include <compare>
#include <cstdint>
#include <map>

#include "dispatch135/v1/field_units.pb.h"

namespace dispatch135::fieldsim {

class OrderLedger {
 public:
  enum class Verdict : std::uint8_t {
    kNew,
    kRepeated,       // Seen before; drop it.
    kGap,            // New, but orders before it are missing.
    kOtherOrder,     // Another order has this sequence; drop it.
    kOtherSequence,  // The same decision came with another sequence; drop it.
  };
  // The device remembers nothing of an earlier run: the first order may have any sequence.
  void forget_beginning() { beginning_known_ = false; }
  // For orders whose sequence is not 0.
  Verdict take(const v1::UnitOrder& order);
  // The highest sequence taken; 0: none.
  std::uint64_t last() const { return last_; }

 private:
  struct Decision {
    std::uint32_t partition = 0;
    std::uint64_t offset = 0;
    std::uint32_t index = 0;
    auto operator<=>(const Decision&) const = default;
  };
  // Older orders than this many are recognised by their sequence alone.
  static constexpr std::size_t kKept = 256;
  std::map<std::uint64_t, Decision> by_sequence_;
  std::map<Decision, std::uint64_t> by_decision_;
  std::uint64_t last_ = 0;
  bool beginning_known_ = true;
};

}  // namespace dispatch135::fieldsim
