// Reads what a Saver wrote, and survives whatever else it is given.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "engine/state/shapes.h"

namespace dispatch135::state {

// After the first error nothing more is read: values stay as they are, and lists end. Memory grows only with the bytes
// that were read.
class Loader {
 public:
  static constexpr bool kLoading = true;
  static constexpr bool kSumming = false;
  // `bytes` must outlive it.
  Loader(std::string_view bytes, std::uint32_t version) : rest_(bytes), size_(bytes.size()), version_(version) {}
  std::uint32_t version() const { return version_; }
  bool ok() const { return error_.empty(); }
  bool at_end() const { return rest_.empty(); }
  // What was wrong, and at which byte and field; empty: nothing.
  const std::string& error() const { return error_; }
  // The first error counts.
  void fail(const std::string& what);
  // From here on: positions in the city file's lists of units and posts are below these.
  void bound(std::size_t units, std::size_t posts) {
    units_ = units;
    posts_ = posts;
  }

  template <typename T>
  void operator()(const char* name, T& value) {
    if (!ok()) return;
    field_ = name;
    load(value);
  }
  template <typename T>
  void derived(const char* name, T& value) {
    (*this)(name, value);
  }

  template <typename Visit>
  void each(const char* name, std::size_t expected, Visit visit) {
    if (!ok()) return;
    field_ = name;
    if (const std::uint64_t found = varint(); found != expected) {
      return fail(std::to_string(found) + " entries instead of " + std::to_string(expected));
    }
    for (std::size_t i = 0; i < expected && ok(); ++i) visit(i);
  }

  template <typename T>
  void load(T& value) {
    if constexpr (std::same_as<T, bool>) {
      value = number<std::uint8_t>(1) != 0;
    } else if constexpr (ProtoEnumeration<T>) {
      const auto found = number<std::int32_t>();
      if (google::protobuf::GetEnumDescriptor<T>()->FindValueByNumber(found) == nullptr) {
        return fail("an unknown value " + std::to_string(found));
      }
      value = static_cast<T>(found);
    } else if constexpr (Enumeration<T>) {
      // last_of() stands beside those whose values nobody else checks.
      std::int64_t last = std::numeric_limits<std::int8_t>::max();
      if constexpr (requires { last_of(value); }) last = static_cast<std::int64_t>(last_of(value));
      const auto found = number<std::int64_t>();
      if (found < 0 || found > last) return fail("an unknown value " + std::to_string(found));
      value = static_cast<T>(found);
    } else if constexpr (Number<T>) {
      value = number<T>();
    } else if constexpr (Id<T>) {
      value = T(number<typename T::rep>());
      if constexpr (std::same_as<T, UnitIndex>) {
        if (value.value() >= units_) fail("a unit that the city file does not have");
      } else if constexpr (std::same_as<T, PostIndex>) {
        if (value.value() >= posts_) fail("a post that the city file does not have");
      }
    } else if constexpr (std::same_as<T, TimeMs>) {
      value.since_epoch = time();
    } else if constexpr (std::same_as<T, DurationMs>) {
      value.count = time();
    } else if constexpr (std::same_as<T, geo::Point>) {
      value.latitude_e7 = degrees_e7(90);
      value.longitude_e7 = degrees_e7(180);
    } else if constexpr (std::same_as<T, std::string>) {
      value = text();
    } else if constexpr (Message<T>) {
      message(value);
    } else if constexpr (Optional<T>) {
      bool has = false;
      load(has);
      value.reset();
      if (has && ok()) load(value.emplace());
    } else if constexpr (Array<T>) {
      for (auto& element : value) {
        if (!ok()) return;
        load(element);
      }
    } else if constexpr (Vector<T>) {
      value = T();
      for (std::uint64_t left = count(); left > 0 && ok(); --left) {
        typename T::value_type element = {};
        load(element);
        if constexpr (requires { value.push_back(std::move(element)); }) {
          value.push_back(std::move(element));
        } else {
          value.Add(std::move(element));
        }
      }
    } else if constexpr (Set<T>) {
      value.clear();
      for (std::uint64_t left = count(); left > 0 && ok(); --left) {
        typename T::value_type element = {};
        load(element);
        if (!ok()) return;
        if (!value.empty() && !value.key_comp()(*value.rbegin(), element)) return fail(kNotInOrder);
        value.insert(value.end(), std::move(element));
      }
    } else if constexpr (Map<T>) {
      value.clear();
      for (std::uint64_t left = count(); left > 0 && ok(); --left) {
        typename T::key_type key = {};
        load(key);
        if (!ok()) return;
        if (!value.empty() && !value.key_comp()(value.rbegin()->first, key)) return fail(kNotInOrder);
        load(value.try_emplace(value.end(), std::move(key))->second);
      }
    } else if constexpr (Tracked<T>) {
      typename T::Plain plain;
      load(plain);
      value = std::move(plain);
    } else if constexpr (Tuple<T>) {
      std::apply([this](auto&... element) { (this->load(element), ...); }, value);
    } else {
      T::fields(*this, value);
    }
  }

 private:
  template <Number T>
  T number(std::uint64_t most = std::numeric_limits<std::uint64_t>::max()) {
    const std::uint64_t raw = varint();
    if constexpr (std::signed_integral<T>) {
      const auto wide = static_cast<std::int64_t>(raw >> 1 ^ (~(raw & 1) + 1));
      if (wide >= std::numeric_limits<T>::min() && wide <= std::numeric_limits<T>::max()) return static_cast<T>(wide);
    } else if (raw <= std::numeric_limits<T>::max() && raw <= most) {
      return static_cast<T>(raw);
    }
    fail("a number that is too large");
    return 0;
  }
  static constexpr const char* kNotInOrder = "a key that is not beyond the one before it";
  std::int32_t degrees_e7(std::int32_t most);
  // Within some thousand years, so that sums of times stay numbers.
  std::int64_t time();
  // Of elements that follow, each of at least one byte.
  std::uint64_t count();
  std::uint64_t varint();
  std::string_view text();
  void message(google::protobuf::Message& value);

  std::string_view rest_;
  std::size_t size_;
  std::uint32_t version_;
  std::size_t units_ = std::numeric_limits<std::size_t>::max();
  std::size_t posts_ = std::numeric_limits<std::size_t>::max();
  const char* field_ = "";
  std::string error_;
};

}  // namespace dispatch135::state
