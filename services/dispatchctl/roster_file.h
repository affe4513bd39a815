// Rosters as people write them: CSV (docs/formats/roster.md) to the messages that publish them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dispatch135/v1/duty.pb.h"

namespace dispatch135::dispatchctl {

// The shifts of a CSV text, whose times are by a clock that is so many minutes ahead of UTC. The span is all of the
// local days on which they begin. `name` is the file's in errors. Throws CommandError "FILE:LINE: column: what is
// wrong".
v1::PublishRoster parse_roster(const std::string& name, const std::string& text, std::int32_t utc_offset_min);

// The same in parts that the engine takes: at most 500 shifts and 2,000 corners each, a unit's shifts in one of them.
std::vector<v1::PublishRoster> in_parts(const v1::PublishRoster& roster);

}  // namespace dispatch135::dispatchctl
