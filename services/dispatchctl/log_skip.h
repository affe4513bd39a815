// Whether all nodes may be told to pass over a record of dispatch.log, and how they are told.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dispatch135/v1/snapshot.pb.h"
#include "engine/base/result.h"
#include "engine/base/time.h"

namespace dispatch135::dispatchctl {

struct SkipRequest {
  std::uint64_t offset = 0;  // Of the record.
  std::string operator_id;   // 1-64 bytes.
  std::string reason;        // 1-256 bytes.
  TimeMs now;                // The operator's clock.
  // Of the record that the last published decision of the partition came from; nothing: none was published.
  std::optional<std::uint64_t> published;
};

// Errors: the record's decisions, or those of a later one, are published already, so that it has stopped nobody and
// passing over it would change the past; a text is missing or too long.
Result<v1::Skip> make_skip(const SkipRequest& request, std::string_view record);

}  // namespace dispatch135::dispatchctl
