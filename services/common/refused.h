// An input that was refused at the edge: which rule it broke, and what was wrong, where, and what to do.
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "dispatch135/v1/types.pb.h"
#include "engine/base/check.h"

namespace dispatch135::common {

struct Refused {
  v1::RejectCode code = v1::REJECT_CODE_UNSPECIFIED;
  std::string reason;  // For people; names the field, and quotes no more than a few bytes of the input.
};

// What was made of an input, or why it was refused.
template <typename T>
class [[nodiscard]] Checked {
 public:
  Checked(T value) : value_(std::move(value)) {}            // NOLINT(google-explicit-constructor)
  Checked(Refused refused) : value_(std::move(refused)) {}  // NOLINT(google-explicit-constructor)
  bool ok() const { return std::holds_alternative<T>(value_); }
  explicit operator bool() const { return ok(); }
  // Only when ok(); else the process stops.
  T& value() {
    D135_CHECK(ok(), "value() of a refused input");
    return std::get<T>(value_);
  }
  const T& value() const {
    D135_CHECK(ok(), "value() of a refused input");
    return std::get<T>(value_);
  }
  // Only when !ok().
  const Refused& refused() const {
    D135_CHECK(!ok(), "refused() of a good input");
    return std::get<Refused>(value_);
  }

 private:
  std::variant<T, Refused> value_;
};

}  // namespace dispatch135::common
