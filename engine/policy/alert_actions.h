// What is done for which alerts, as a city has set it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dispatch135/v1/events.pb.h"
#include "dispatch135/v1/policy.pb.h"
#include "engine/base/hash.h"
#include "engine/base/result.h"

namespace dispatch135::policy {

// What is done for one alert.
struct AlertAction {
  std::optional<v1::Severity> incident_severity;  // None: it does not become an incident.
  bool stand_by = false;
  bool broadcast = false;
  bool warn_posts = false;
};

class AlertActions {
 public:
  // Checks the lines as area_orders.proto says. Error: the field, by its proto path within the policy, and what it must
  // be.
  static Result<AlertActions> compile(const v1::AlertRule& rule);
  // Of the first line that fits; nothing: none does.
  std::optional<AlertAction> find(const v1::AlertInfo& info) const;
  void hash(StateHasher& hasher) const;

 private:
  struct Line {
    std::vector<std::string> events;  // In small letters; none: any.
    std::uint32_t categories = 0;     // Bit c: category c; 0: any.
    std::uint32_t severity = 0;       // At or above; 0: any. As the next two.
    std::uint32_t urgency = 0;
    std::uint32_t certainty = 0;
    AlertAction action;
  };
  std::vector<Line> lines_;
};

}  // namespace dispatch135::policy
