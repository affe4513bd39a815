// The section `duty` of a policy file (docs/formats/policy.md).
#pragma once

#include "dispatch135/v1/policy.pb.h"
#include "services/common/yaml_config.h"

namespace dispatch135::policy {

// Absent: the policy has none. Mistakes are gathered in the reader.
void read_duty(common::YamlReader& root, v1::Policy& policy);

}  // namespace dispatch135::policy
