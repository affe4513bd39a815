// Times of day, as policies and changes of streets say them, against log time.
#pragma once

#include <google/protobuf/repeated_ptr_field.h>

#include <cstdint>
#include <optional>
#include <string>

#include "dispatch135/v1/streets.pb.h"
#include "engine/base/time.h"

namespace dispatch135::policy {

using DailyWindows = google::protobuf::RepeatedPtrField<v1::DailyWindow>;

// "begin_min is 1500; 0 to 1,439 minutes after midnight are taken"; nothing: the window is good, as the functions below
// need it.
std::optional<std::string> malformed(const v1::DailyWindow& window);

// Within one of the windows. Each begins with its first millisecond and ends before its last. utc_offset_min: local
// time less UTC, in minutes.
bool within(const DailyWindows& windows, std::int32_t utc_offset_min, TimeMs now);

// The first moment after now at which a window begins or ends; nothing: there are none.
std::optional<TimeMs> next_edge(const DailyWindows& windows, std::int32_t utc_offset_min, TimeMs now);

}  // namespace dispatch135::policy
