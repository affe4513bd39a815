// The hash of what describes its fields, part by part. Tracked containers (tracked.h) give the sum that they keep; the
// rest is small and hashed each time.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "engine/state/saver.h"
#include "engine/state/shapes.h"
#include "engine/state/tracked.h"

namespace dispatch135::state {

class Summer {
 public:
  static constexpr bool kLoading = false;
  static constexpr bool kSumming = true;
  enum class How : std::uint8_t {
    kChanges,   // What was touched since the last time.
    kWholeWalk  // Everything anew: the same numbers.
  };
  explicit Summer(How how) : how_(how) {}
  std::uint32_t version() const { return kFormat; }
  // By name; a part that is empty is 0 or not there.
  const std::map<std::string, std::uint64_t>& parts() const { return parts_; }

  // Fields that are no containers of their own go into the part "rest".
  template <typename T>
  void operator()(std::string_view name, const T& value) {
    if constexpr (Tracked<T>) {
      add(part_.empty() ? name : part_, name, how_ == How::kWholeWalk ? value.walk() : value.sum());
    } else if constexpr (requires { T::fields(*this, value); }) {
      const bool outermost = part_.empty();
      if (outermost) part_ = name;
      T::fields(*this, value);
      if (outermost) part_.clear();
    } else {
      add(part_.empty() ? "rest" : part_, name, hasher_(std::uint64_t{1}, value));
    }
  }
  template <typename T>
  void derived(std::string_view, const T&) {}
  // All parts inside are called "prefix/...".
  template <typename T>
  void inside(const std::string& prefix, const T& value) {
    prefix_ = prefix + '/';
    T::fields(*this, value);
    prefix_.clear();
  }

 private:
  void add(std::string_view part, std::string_view name, std::uint64_t hash) {
    if (hash == 0) return;
    parts_[prefix_ + std::string(part)] += hasher_(hash, std::string(name));
  }

  How how_;
  Hasher hasher_;
  std::string prefix_;
  std::string part_;
  std::map<std::string, std::uint64_t> parts_;
};

}  // namespace dispatch135::state
