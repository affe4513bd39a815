// The policy file's section `related` (docs/formats/policy.md).
#pragma once

#include "dispatch135/v1/policy.pb.h"
#include "services/common/yaml_config.h"

namespace dispatch135::policy {

// Absent: the policy has no such section. Mistakes go to the reader.
void read_related(common::YamlReader& root, v1::Policy& policy);

}  // namespace dispatch135::policy
