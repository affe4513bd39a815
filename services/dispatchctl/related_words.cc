#include "services/dispatchctl/related_words.h"

#include "services/dispatchctl/words.h"

namespace dispatch135::dispatchctl {
namespace {

std::string numbered(std::uint64_t incident) { return "incident " + std::to_string(incident); }

std::string confidence(const v1::Likeness& likeness) { return std::to_string(likeness.confidence()) + " of 1000"; }

std::string parts(const v1::Likeness& likeness) {
  return confidence(likeness) + ": " + std::to_string(likeness.distance_mm() / 1'000) + " m apart " +
         std::to_string(likeness.distance()) + ", " + std::to_string(likeness.apart_ms() / 1'000) + " s later " +
         std::to_string(likeness.time()) + ", category " + std::to_string(likeness.category()) + ", " +
         std::to_string(likeness.common_words()) + " common words " + std::to_string(likeness.words());
}

}  // namespace

std::string describe(const v1::IncidentRelated& related) {
  const std::string one = numbered(related.incident_id());
  const std::string other = numbered(related.related_to());
  const std::string why = related.has_likeness() ? " (" + parts(related.likeness()) + ")" : "";
  const std::string by = related.by().empty() ? "" : " by " + related.by();
  switch (related.what()) {
    case v1::IncidentRelated::WHAT_LINKED:
      return one + " is a further call of " + other + why;
    case v1::IncidentRelated::WHAT_SUGGESTED:
      return one + " may be about " + other + why;
    case v1::IncidentRelated::WHAT_MERGED:
      return one + " was merged into " + other + by + why;
    case v1::IncidentRelated::WHAT_UNMERGED:
      return one + " was taken apart from " + other + by;
    case v1::IncidentRelated::WHAT_CALL_WITHDRAWN:
      return one + " goes on for its further calls; its own call was called off";
    default:
      return one + " and " + other + " are related in a way that has no word here";
  }
}

std::string describe_relations(const v1::Incident& incident) {
  std::string text;
  if (incident.linked_to() != 0) text += "; a further call of " + numbered(incident.linked_to());
  for (int i = 0; i < incident.further_calls_size(); ++i) {
    const v1::FurtherCall& call = incident.further_calls(i);
    text += (i == 0 ? "; further calls: " : ", ") + std::to_string(call.incident_id());
    if (!call.by().empty()) text += " by " + call.by();
  }
  if (incident.own_severity() != v1::SEVERITY_UNSPECIFIED) {
    text += "; without them " + word("SEVERITY_", v1::Severity_Name(incident.own_severity()));
  }
  if (incident.call_withdrawn()) text += "; its own call was called off";
  if (incident.has_suggestion()) {
    text += "; may be about " + numbered(incident.suggestion().incident_id()) + " (" +
            confidence(incident.suggestion().likeness()) + ")";
  }
  return text;
}

}  // namespace dispatch135::dispatchctl
