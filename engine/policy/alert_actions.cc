#include "engine/policy/alert_actions.h"

#include <algorithm>
#include <utility>

#include "engine/base/limits.h"

namespace dispatch135::policy {
namespace {

constexpr std::uint32_t kMildest = 4;  // Of severity, urgency and certainty; 5 is "unknown" in CAP.

std::string small_letters(const std::string& text) {
  std::string out = text;
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

bool at_or_above(std::uint32_t value, std::uint32_t limit) { return limit == 0 || (value >= 1 && value <= limit); }

}  // namespace

Result<AlertActions> AlertActions::compile(const v1::AlertRule& rule) {
  AlertActions out;
  const auto wrong = [](int line, const std::string& field, const std::string& must) {
    return Error{"policy.alerts.actions[" + std::to_string(line) + "]." + field + ": " + must};
  };
  if (static_cast<std::size_t>(rule.actions_size()) > limits::kAlertActions) {
    return Error{"policy.alerts.actions: has " + std::to_string(rule.actions_size()) + " lines; at most 64 are taken"};
  }
  for (int i = 0; i < rule.actions_size(); ++i) {
    const v1::AlertAction& action = rule.actions(i);
    Line line;
    if (static_cast<std::size_t>(action.events_size()) > limits::kAlertActionEvents) {
      return wrong(i, "events", "has " + std::to_string(action.events_size()) + " entries; at most 32 are taken");
    }
    for (const std::string& event : action.events()) {
      if (event.empty() || event.size() > limits::kAlertEventBytes) return wrong(i, "events", "must be 1 to 128 bytes");
      line.events.push_back(small_letters(event));
    }
    for (const int category : action.categories()) {
      if (!v1::Category_IsValid(category) || category == v1::CATEGORY_UNSPECIFIED) {
        return wrong(i, "categories", "must be known, specified categories");
      }
      line.categories |= 1U << category;
    }
    for (const auto& [field, limit] : {std::pair{"severity_at_or_above", action.severity_at_or_above()},
                                       {"urgency_at_or_above", action.urgency_at_or_above()},
                                       {"certainty_at_or_above", action.certainty_at_or_above()}}) {
      if (limit > kMildest) return wrong(i, field, "must be 0 (any) to 4, is " + std::to_string(limit));
    }
    if (!v1::Severity_IsValid(action.incident_severity())) {
      return wrong(i, "incident_severity", "must be a known severity");
    }
    line.severity = action.severity_at_or_above();
    line.urgency = action.urgency_at_or_above();
    line.certainty = action.certainty_at_or_above();
    if (action.incident_severity() != v1::SEVERITY_UNSPECIFIED) {
      line.action.incident_severity = action.incident_severity();
    }
    line.action.stand_by = action.stand_by();
    line.action.broadcast = action.broadcast();
    line.action.warn_posts = action.warn_posts();
    out.lines_.push_back(std::move(line));
  }
  return out;
}

std::optional<AlertAction> AlertActions::find(const v1::AlertInfo& info) const {
  const std::string event = small_letters(info.event());
  for (const Line& line : lines_) {
    const bool fits =
        (line.events.empty() || std::find(line.events.begin(), line.events.end(), event) != line.events.end()) &&
        (line.categories == 0 || (line.categories >> info.category() & 1U) != 0) &&
        at_or_above(static_cast<std::uint32_t>(info.severity()), line.severity) &&
        at_or_above(static_cast<std::uint32_t>(info.urgency()), line.urgency) &&
        at_or_above(static_cast<std::uint32_t>(info.certainty()), line.certainty);
    if (fits) return line.action;
  }
  return std::nullopt;
}

void AlertActions::hash(StateHasher& hasher) const {
  for (const Line& line : lines_) {
    hasher.add(line.events.size());
    for (const std::string& event : line.events) hasher.add(event);
    hasher.add(line.categories);
    hasher.add(line.severity);
    hasher.add(line.urgency);
    hasher.add(line.certainty);
    hasher.add(static_cast<int>(line.action.incident_severity.value_or(v1::SEVERITY_UNSPECIFIED)));
    hasher.add(line.action.stand_by);
    hasher.add(line.action.broadcast);
    hasher.add(line.action.warn_posts);
  }
}

}  // namespace dispatch135::policy
