// The refused input as it is kept in dispatch.rejects.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "dispatch135/v1/events.pb.h"
#include "engine/base/time.h"
#include "services/common/refused.h"
#include "services/log/log.h"

namespace dispatch135::intake {

// So much of the original is kept.
inline constexpr std::size_t kKeptBytes = 65'536;

// `node` names this process among the others.
v1::RejectedInput rejected_input(std::string_view original, const common::Refused& refused, TimeMs now,
                                 std::string_view node);
// The same for a record of a source topic.
v1::RejectedInput rejected_input(const log::Record& record, const common::Refused& refused, TimeMs now,
                                 std::string_view node);

}  // namespace dispatch135::intake
