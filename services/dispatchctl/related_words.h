// Several calls about one event, in words for a terminal.
#pragma once

#include <string>

#include "dispatch135/v1/decision.pb.h"

namespace dispatch135::dispatchctl {

// "incident 43 is a further call of incident 42 (871 of 1000: ...)".
std::string describe(const v1::IncidentRelated& related);

// What an incident's own line says of other incidents, each part with "; " before it; empty: nothing.
std::string describe_relations(const v1::Incident& incident);

}  // namespace dispatch135::dispatchctl
