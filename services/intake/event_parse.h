// The bytes of a source event to its message: binary protobuf, or proto3 JSON when the first byte is '{' (no encoding
// of an event begins with that byte). Further formats, CAP XML say, are further functions here that give the same
// messages.
#pragma once

#include <string_view>

#include "dispatch135/v1/events.pb.h"
#include "services/common/refused.h"

namespace dispatch135::intake {

// Refused: TOO_LARGE (over limits::kSourceEventBytes), MALFORMED (neither format, an unknown JSON field or enum name,
// text that is not UTF-8, nested deeper than limits::kSourceEventDepth). Fields that this version does not know are
// ignored in binary, where a newer publisher may send them.
common::Checked<v1::IncidentEvent> parse_incident_event(std::string_view bytes);
common::Checked<v1::AlertReport> parse_alert_report(std::string_view bytes);

// Whether the bytes are UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view bytes);

}  // namespace dispatch135::intake
