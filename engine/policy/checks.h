// What is wrong with a policy, for all parts of it in one way: the field by its proto path, and what it must be.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/limits.h"
#include "engine/base/result.h"

namespace dispatch135::policy {

// Collects the first thing that is wrong.
class Checks {
 public:
  void require(bool holds, const std::string& field, std::string_view must) {
    if (!holds && !error_) error_ = Error{"policy." + field + ": " + std::string(must)};
  }
  // A time of 1 ms to a day.
  void time(std::int64_t ms, const std::string& field) {
    require(ms >= 1 && ms <= limits::kPolicyTimeMs, field, "must be 1 to 86,400,000 ms, is " + std::to_string(ms));
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  std::optional<Error> error_;
};

// "rules[3].name".
inline std::string at(std::string_view list, int index, std::string_view field) {
  std::string path = std::string(list) + "[" + std::to_string(index) + "]";
  return field.empty() ? path : path + "." + std::string(field);
}

}  // namespace dispatch135::policy
