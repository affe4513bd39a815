// The order in which the decisions of a partition are made and published.
#pragma once

#include <cstdint>
#include <utility>

#include "dispatch135/v1/decision.pb.h"

namespace dispatch135::dispatchd {

using DecisionKey = std::pair<std::uint64_t, std::uint32_t>;  // (offset, index)

inline DecisionKey key_of(const v1::DecisionId& id) { return {id.offset(), id.index()}; }

}  // namespace dispatch135::dispatchd
