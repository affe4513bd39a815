// A source event to the body of a record of dispatch.log, or the reason why not. Everything that events.proto asks of
// an event is checked here, before anything is ordered.
#pragma once

#include <string_view>

#include "dispatch135/v1/events.pb.h"
#include "dispatch135/v1/log.pb.h"
#include "engine/base/time.h"
#include "services/common/refused.h"
#include "services/intake/regions.h"
#include "services/log/log.h"

namespace dispatch135::intake {

// The record has its region and body; origin and source are left to whoever appends it. `now`: what the event's own
// times are compared with. The reason of a refusal begins with the field's path, e.g. "report.location.datum".
common::Checked<v1::LogRecord> check_incident_event(const v1::IncidentEvent& event, const Regions& regions, TimeMs now);
common::Checked<v1::LogRecord> check_alert_report(const v1::AlertReport& alert, const Regions& regions, TimeMs now);

// The same from the bytes of a record of kIncidents or kAlerts.
common::Checked<v1::LogRecord> check_source_event(log::Topic topic, std::string_view bytes, const Regions& regions,
                                                  TimeMs now);

}  // namespace dispatch135::intake
