// The policy file's list `alerts.actions` (docs/formats/policy.md).
#pragma once

#include "dispatch135/v1/policy.pb.h"
#include "services/common/yaml_config.h"

namespace dispatch135::policy {

// Absent: no actions. Mistakes go to the reader.
void read_alert_actions(common::YamlReader& alerts, v1::AlertRule& rule);

}  // namespace dispatch135::policy
