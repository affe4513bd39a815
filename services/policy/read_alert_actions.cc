#include "services/policy/read_alert_actions.h"

#include <string>
#include <utility>

#include "dispatch135/v1/events.pb.h"
#include "services/policy/policy_words.h"

namespace dispatch135::policy {

void read_alert_actions(common::YamlReader& alerts, v1::AlertRule& rule) {
  for (common::YamlReader& action : alerts.maps("actions")) {
    v1::AlertAction& out = *rule.add_actions();
    for (std::string& event : action.texts("events")) out.add_events(std::move(event));
    for (const int category : values(action, "categories", v1::Category_descriptor())) {
      out.add_categories(static_cast<v1::Category>(category));
    }
    const auto rank = [&](const char* key, const google::protobuf::EnumDescriptor* type) {
      return static_cast<std::uint32_t>(value(action, key, type));
    };
    out.set_severity_at_or_above(rank("severity", v1::AlertInfo::AlertSeverity_descriptor()));
    out.set_urgency_at_or_above(rank("urgency", v1::AlertInfo::Urgency_descriptor()));
    out.set_certainty_at_or_above(rank("certainty", v1::AlertInfo::Certainty_descriptor()));
    out.set_incident_severity(static_cast<v1::Severity>(value(action, "incident", v1::Severity_descriptor())));
    out.set_stand_by(action.boolean("stand_by", false));
    out.set_broadcast(action.boolean("broadcast", false));
    out.set_warn_posts(action.boolean("warn_posts", false));
  }
}

}  // namespace dispatch135::policy
