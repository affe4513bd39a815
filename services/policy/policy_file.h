// A policy as people write it: YAML (docs/formats/policy.md) to the message that enters the log.
#pragma once

#include <string>
#include <string_view>

#include "dispatch135/v1/policy.pb.h"
#include "engine/base/result.h"

namespace dispatch135::policy {

// The policy of the file, whole and checked: Policy::compile() takes it. Errors: all mistakes, one a line, each as
// "FILE:LINE: key: what is wrong and what is right".
Result<v1::Policy> read_policy_file(const std::string& path);

// The same from text; `file` is its name in errors.
Result<v1::Policy> parse_policy(std::string_view yaml, const std::string& file);

}  // namespace dispatch135::policy
