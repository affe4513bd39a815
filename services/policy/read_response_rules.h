// The policy file's `rules`: what holds for some matters only.
#pragma once

#include "dispatch135/v1/policy.pb.h"
#include "services/common/yaml_config.h"

namespace dispatch135::policy {

// Appends them to the policy, in the file's order; mistakes go to the reader.
void read_response_rules(common::YamlReader& root, v1::Policy& policy);

}  // namespace dispatch135::policy
