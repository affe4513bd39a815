#include "services/dispatchctl/matter_words.h"

#include "services/dispatchctl/words.h"

namespace dispatch135::dispatchctl {
namespace {

std::string name_of(const v1::Matter& matter) {
  return "matter " + std::to_string(matter.matter_id()) + " (" + matter.source() + "/" + matter.event_id() + ")";
}

std::string after(const char* words, const std::string& text) { return text.empty() ? "" : words + text; }

}  // namespace

std::string describe(const v1::Matter& matter) {
  std::string text = name_of(matter) + " of " + word("CHANNEL_", v1::Channel_Name(matter.channel())) + ", " +
                     word("SEVERITY_", v1::Severity_Name(matter.severity())) + ", " +
                     word("STATUS_", v1::Matter::Status_Name(matter.status())) + " at centre " +
                     std::to_string(matter.centre_id()) + ", due " + clock_time(matter.due_at_ms());
  if (matter.worker_unit_id() != 0) text += ", grid worker " + std::to_string(matter.worker_unit_id());
  if (matter.overdue() != 0) text += ", OVERDUE " + std::to_string(matter.overdue()) + " times";
  if (matter.reopened() != 0) text += ", opened again " + std::to_string(matter.reopened()) + " times";
  return text + after(": ", matter.description());
}

std::string describe(const v1::MatterChanged& changed) {
  const v1::Matter& matter = changed.matter();
  std::string text = name_of(matter);
  for (const v1::MatterStep& step : matter.steps()) {
    text += " " + word("KIND_", v1::MatterStep::Kind_Name(step.kind())) + ", at centre " +
            std::to_string(step.centre_id()) + after(", by ", step.by()) + after(": ", step.reason());
  }
  if (changed.order_sequence() != 0) {
    text += "; order " + std::to_string(changed.order_sequence()) + " to unit " + std::to_string(changed.unit_id());
  }
  return text;
}

std::string describe(const v1::HotlineFeedback& told) {
  return "hotline " + told.source() + " is to tell of " + told.event_id() + ": " +
         word("WHAT_", v1::HotlineFeedback::What_Name(told.what())) + ", " +
         word("CHANNEL_", v1::Channel_Name(told.channel())) + after(", ", told.centre()) +
         (told.due_at_ms() == 0 ? "" : ", due " + clock_time(told.due_at_ms())) + after(": ", told.reason());
}

}  // namespace dispatch135::dispatchctl
