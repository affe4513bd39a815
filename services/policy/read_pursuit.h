// The section `pursuit` of a policy file (docs/formats/policy.md).
#pragma once

#include <string>

#include "dispatch135/v1/policy.pb.h"
#include "services/common/yaml_config.h"

namespace dispatch135::policy {

// Leaves the policy without the rule when the file has no such section. A file of choke points that it names lies
// beside `file`, unless its path is absolute.
void read_pursuit(common::YamlReader& root, const std::string& file, v1::Policy& policy);

}  // namespace dispatch135::policy
