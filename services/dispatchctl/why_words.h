// Why a unit was chosen, or nobody, in words: the rule with its line in the policy, the candidates, and who was passed
// over.
#pragma once

#include <cstdint>
#include <string>

#include "dispatch135/v1/decision.pb.h"

namespace dispatch135::dispatchctl {

enum class Language : std::uint8_t { kEnglish, kChinese };

// Indented lines, each with its newline. Empty for decisions without a choice.
std::string describe_why(const v1::Decision& decision, Language language = Language::kEnglish);

// The whole decision as proto3 JSON, in one line.
std::string as_json(const v1::Decision& decision);

}  // namespace dispatch135::dispatchctl
