// How the policy's file writes what the contract has as enums and rings.
#pragma once

#include <google/protobuf/descriptor.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/limits.h"
#include "engine/base/time.h"
#include "services/common/yaml_config.h"

namespace dispatch135::policy {

inline constexpr DurationMs kLongestTime = {limits::kPolicyTimeMs};
inline constexpr std::int64_t kMostId = UINT32_MAX;

// The words that the file uses for an enum: its values' names in lower case, without their common prefix and without
// "unspecified".
struct Word {
  std::string text;
  int value;
};
std::vector<Word> words(const google::protobuf::EnumDescriptor* type);

// The values of a list of such words (one word alone is a list of one); what is not a word is a mistake of the file.
std::vector<int> values(common::YamlReader& reader, std::string_view key, const google::protobuf::EnumDescriptor* type);

// One such word; 0: absent, or a mistake of the file.
int value(common::YamlReader& reader, std::string_view key, const google::protobuf::EnumDescriptor* type);

// 1min, 3min or 5min; anything else is a mistake of the file. 0: absent.
DurationMs ring_edge(common::YamlReader& reader, std::string_view key);

}  // namespace dispatch135::policy
