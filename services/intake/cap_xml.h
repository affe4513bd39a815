// Warnings as CAP 1.2 XML (OASIS Common Alerting Protocol, docs.oasis-open.org/emergency/cap/v1.2).
#pragma once

#include <string_view>

#include "dispatch135/v1/events.pb.h"
#include "services/common/refused.h"

namespace dispatch135::intake {

// The alert of the document, UTF-8. Of several <info>, which are languages of the same, the first. Refused as MALFORMED, or
// as what the element breaks, with the element and what it must be: what is not XML, not CAP 1.2, not status Actual, or has an
// element missing or wrong. What the values mean for the region is checked afterwards, as for every alert.
common::Checked<v1::AlertReport> parse_cap(std::string_view xml);

}  // namespace dispatch135::intake
