// The section `matters` of a policy file (docs/formats/policy.md).
#pragma once

#include "dispatch135/v1/policy.pb.h"
#include "services/common/yaml_config.h"

namespace dispatch135::policy {

// Leaves the policy without the rule when the file has no such section.
void read_matters(common::YamlReader& root, v1::Policy& policy);

}  // namespace dispatch135::policy
