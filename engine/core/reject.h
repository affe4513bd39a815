// Why a record changes nothing.
#pragma once

#include <optional>
#include <string>

#include "dispatch135/v1/types.pb.h"

namespace dispatch135::core {

// A typed refusal; the reason says what was wrong and where, for people.
struct Reject {
  v1::RejectCode code = v1::REJECT_CODE_UNSPECIFIED;
  std::string reason;
};

// What a handler of a record gives back: nothing when it was applied.
using Outcome = std::optional<Reject>;

}  // namespace dispatch135::core
