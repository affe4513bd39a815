// Shows what describes its fields to people, and to who compares two states: a line for each field.
#pragma once

#include <ostream>
#include <string>
#include <string_view>

#include "engine/state/shapes.h"

namespace dispatch135::state {

// "units[1001].status = 3". Both must outlive it.
class Dumper {
 public:
  static constexpr bool kLoading = false;
  static constexpr bool kSumming = false;
  explicit Dumper(std::ostream& out) : out_(&out) {}
  std::uint32_t version() const { return kFormat; }

  template <typename T>
  void operator()(std::string_view name, const T& value) {
    const std::size_t before = path_.size();
    if (!path_.empty()) path_ += '.';
    path_ += name;
    dump(value);
    path_.resize(before);
  }
  template <typename T>
  void derived(std::string_view name, const T& value) {
    (*this)(name, value);
  }

  template <typename Visit>
  void each(std::string_view name, std::size_t count, Visit visit) {
    const std::size_t before = path_.size();
    for (std::size_t i = 0; i < count; ++i) {
      if (!path_.empty()) path_ += '.';
      ((path_ += name) += '[' + std::to_string(i)) += ']';
      visit(i);
      path_.resize(before);
    }
  }

 private:
  template <typename T>
  static constexpr bool kIsPlain =
      std::integral<T> || Enumeration<T> || Id<T> || std::same_as<T, TimeMs> || std::same_as<T, DurationMs> ||
      std::same_as<T, geo::Point> || std::same_as<T, std::string> || Message<T>;

  template <typename T>
  static std::string plain(const T& value) {
    if constexpr (std::same_as<T, std::string>) {
      return quoted(value);
    } else if constexpr (Message<T>) {
      return '{' + value.ShortDebugString() + '}';
    } else if constexpr (Enumeration<T>) {
      return std::to_string(static_cast<std::int64_t>(value));
    } else if constexpr (std::integral<T>) {
      return std::to_string(value);
    } else if constexpr (Id<T>) {
      return std::to_string(value.value());
    } else if constexpr (std::same_as<T, TimeMs>) {
      return std::to_string(value.since_epoch);
    } else if constexpr (std::same_as<T, DurationMs>) {
      return std::to_string(value.count);
    } else if constexpr (std::same_as<T, geo::Point>) {
      return std::to_string(value.latitude_e7) + ' ' + std::to_string(value.longitude_e7);
    } else {
      std::string all;
      std::apply([&all](const auto&... part) { ((all += (all.empty() ? "" : " ") + plain(part)), ...); }, value);
      return all;
    }
  }
  static std::string quoted(const std::string& text);
  void line(const std::string& value);

  template <typename T>
  void at(const std::string& key, const T& value) {
    const std::size_t before = path_.size();
    path_ += '[' + key + ']';
    dump(value);
    path_.resize(before);
  }
  template <typename T>
  void dump(const T& value) {
    if constexpr (kIsPlain<T> || Tuple<T>) {
      line(plain(value));
    } else if constexpr (Optional<T>) {
      if (value) dump(*value);
    } else if constexpr (Array<T> || Vector<T> || Set<T>) {
      std::size_t index = 0;
      for (const auto& element : value) at(std::to_string(index++), element);
    } else if constexpr (Tracked<T>) {
      dump(value.plain());
    } else if constexpr (Map<T>) {
      for (const auto& [key, element] : value) at(plain(key), element);
    } else {
      T::fields(*this, value);
    }
  }

  std::ostream* out_;
  std::string path_;
};

}  // namespace dispatch135::state
