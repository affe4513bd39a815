// The section `neighbours` of a policy's file.
#pragma once

#include "dispatch135/v1/policy.pb.h"
#include "services/common/yaml_config.h"

namespace dispatch135::policy {

void read_neighbours(common::YamlReader& root, v1::Policy& policy);

}  // namespace dispatch135::policy
