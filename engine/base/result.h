// A value, or what went wrong. For reading files and data; the engine's own rules use core::Reject.
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "engine/base/check.h"

namespace dispatch135 {

// What was wrong, where, and what to do; one line, for people.
struct Error {
  std::string message;
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : value_(std::move(error)) {}  // NOLINT(google-explicit-constructor)
  bool ok() const { return std::holds_alternative<T>(value_); }
  explicit operator bool() const { return ok(); }
  // Only when ok(); else the process stops.
  T& value() {
    D135_CHECK(ok(), "value() of a failed Result");
    return std::get<T>(value_);
  }
  const T& value() const {
    D135_CHECK(ok(), "value() of a failed Result");
    return std::get<T>(value_);
  }
  // Only when !ok().
  const Error& error() const {
    D135_CHECK(!ok(), "error() of a good Result");
    return std::get<Error>(value_);
  }

 private:
  std::variant<T, Error> value_;
};

}  // namespace dispatch135
