// Holds the hashes of the state that this node works out against those that stand in dispatch.decisions: nodes that
// drift apart must notice. One partition.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dispatch135/v1/decision.pb.h"

namespace dispatch135::dispatchd {

class StateCheck {
 public:
  struct Difference {
    std::uint64_t offset = 0;  // Of the record.
    std::uint64_t own = 0;
    std::uint64_t published = 0;
    std::vector<std::string> parts;  // Names of those that differ.
  };

  // Either order. A difference is given once, with the later of the two.
  std::optional<Difference> own(std::uint64_t offset, const v1::StateHashed& hashed) {
    return meet(offset, hashed, own_, published_, true);
  }
  std::optional<Difference> published(std::uint64_t offset, const v1::StateHashed& hashed) {
    return meet(offset, hashed, published_, own_, false);
  }

 private:
  using Hashes = std::map<std::uint64_t, v1::StateHashed>;
  static constexpr std::size_t kKept = 1'024;  // A million records apart the two may be.
  static std::optional<Difference> meet(std::uint64_t offset, const v1::StateHashed& hashed, Hashes& mine,
                                        Hashes& theirs, bool mine_is_own);

  Hashes own_;  // That were not published yet.
  Hashes published_;
};

}  // namespace dispatch135::dispatchd
