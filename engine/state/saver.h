// Writes what describes its fields as bytes (docs/formats/state.md), or hashes them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/hash.h"
#include "engine/state/shapes.h"

namespace dispatch135::state {

// Keeps its memory when it is cleared.
class Saver {
 public:
  static constexpr bool kLoading = false;
  static constexpr bool kSumming = false;
  enum class What : std::uint8_t {
    kAll,      // To be loaded.
    kDeciding  // To be hashed: without what follows from the rest.
  };
  explicit Saver(What what = What::kAll) : what_(what) {}
  std::uint32_t version() const { return kFormat; }
  // All that was saved since it was made or cleared; valid until the next call.
  std::string_view bytes() const { return {memory_.data(), size_}; }
  void clear() { size_ = 0; }

  template <typename T>
  void operator()(const char*, const T& value) {
    save(value);
  }
  // Follows from other fields, and is kept because it is dear to work out, or depends on the order of what happened.
  template <typename T>
  void derived(const char*, const T& value) {
    if (what_ == What::kAll) save(value);
  }

  // `count` things that do not stand in one list; visit(i) says what each has.
  template <typename Visit>
  void each(const char*, std::size_t count, Visit visit) {
    number(static_cast<std::uint64_t>(count));
    for (std::size_t i = 0; i < count; ++i) visit(i);
  }

  template <typename T>
  void save(const T& value) {
    if constexpr (std::same_as<T, bool>) {
      varint(value ? 1 : 0);
    } else if constexpr (Enumeration<T>) {
      number(static_cast<std::int64_t>(value));
    } else if constexpr (Number<T>) {
      number(value);
    } else if constexpr (Id<T>) {
      number(value.value());
    } else if constexpr (std::same_as<T, TimeMs>) {
      number(value.since_epoch);
    } else if constexpr (std::same_as<T, DurationMs>) {
      number(value.count);
    } else if constexpr (std::same_as<T, geo::Point>) {
      number(value.latitude_e7);
      number(value.longitude_e7);
    } else if constexpr (std::same_as<T, std::string>) {
      text(value);
    } else if constexpr (Message<T>) {
      message(value);
    } else if constexpr (Optional<T>) {
      save(value.has_value());
      if (value) save(*value);
    } else if constexpr (Array<T>) {
      for (const auto& element : value) save(element);
    } else if constexpr (Vector<T> || Set<T>) {
      number(static_cast<std::uint64_t>(value.size()));
      for (const auto& element : value) save(element);
    } else if constexpr (Map<T>) {
      number(static_cast<std::uint64_t>(value.size()));
      for (const auto& [key, element] : value) {
        save(key);
        save(element);
      }
    } else if constexpr (Tracked<T>) {
      save(value.plain());
    } else if constexpr (Tuple<T>) {
      std::apply([this](const auto&... element) { (this->save(element), ...); }, value);
    } else {
      T::fields(*this, value);
    }
  }

 private:
  template <Number T>
  void number(T value) {
    if constexpr (std::signed_integral<T>) {
      const auto wide = static_cast<std::int64_t>(value);
      varint(static_cast<std::uint64_t>(wide) << 1 ^ static_cast<std::uint64_t>(wide >> 63));
    } else {
      varint(value);
    }
  }
  void varint(std::uint64_t value) {
    char* at = room(kLongestVarint);
    const char* const begin = at;
    for (; value >= 0x80; value >>= 7) *at++ = static_cast<char>(value | 0x80);
    *at++ = static_cast<char>(value);
    size_ += static_cast<std::size_t>(at - begin);
  }
  void text(std::string_view value) {
    varint(value.size());
    std::copy(value.begin(), value.end(), room(value.size()));
    size_ += value.size();
  }
  void message(const google::protobuf::Message& value);

  // Where the next `count` bytes go.
  char* room(std::size_t count) {
    if (memory_.size() - size_ < count) memory_.resize(2 * memory_.size() + count);
    return memory_.data() + size_;
  }

  static constexpr std::size_t kLongestVarint = 10;
  std::vector<char> memory_;
  std::size_t size_ = 0;
  What what_;
};

// XXH3-64 of the bytes of what decides in a value, and of the key that tells it from equal ones. Keeps its memory.
class Hasher {
 public:
  template <typename Key, typename T>
  std::uint64_t operator()(const Key& key, const T& value) {
    saver_.clear();
    saver_.save(key);
    saver_.save(value);
    return hash_bytes(saver_.bytes().data(), saver_.bytes().size());
  }

 private:
  Saver saver_ = Saver(Saver::What::kDeciding);
};

}  // namespace dispatch135::state
