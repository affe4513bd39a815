// What the archives of this folder know of the types that a state is made of.
//
// A struct describes its fields once, for saving, loading, hashing and showing:
//
//   template <typename Archive, typename Self>
//   static void fields(Archive& a, Self& x) {
//     a("status", x.status);
//     if (a.version() >= 2) a("score", x.score);
//   }
//
// Beside structs: whole numbers, enumerations, strong ids, times, points, texts, messages of protobuf, and pairs,
// tuples, optionals, arrays, vectors, sets and maps of all these.
#pragma once

#include <google/protobuf/generated_enum_reflection.h>
#include <google/protobuf/message.h>

#include <array>
#include <concepts>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/geo/point.h"

namespace dispatch135::state {

// In the first bytes of what is saved; a loader reads this and all older ones.
inline constexpr std::uint32_t kFormat = 1;

template <typename T>
concept Message = std::derived_from<T, google::protobuf::Message>;
template <typename T>
concept Enumeration = std::is_enum_v<T>;
template <typename T>
concept ProtoEnumeration = std::is_enum_v<T> && google::protobuf::is_proto_enum<T>::value;
template <typename T>
concept Number = std::integral<T> && !std::same_as<T, bool>;

template <typename T>
inline constexpr bool kIsId = false;
template <typename Tag, typename Rep>
inline constexpr bool kIsId<StrongId<Tag, Rep>> = true;
template <typename T>
concept Id = kIsId<T>;

template <typename T>
inline constexpr bool kIsOptional = false;
template <typename T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
template <typename T>
concept Optional = kIsOptional<T>;

template <typename T>
inline constexpr bool kIsArray = false;
template <typename T, std::size_t N>
inline constexpr bool kIsArray<std::array<T, N>> = true;
template <typename T>
concept Array = kIsArray<T>;

template <typename T>
inline constexpr bool kIsVector = false;
template <typename T>
inline constexpr bool kIsVector<std::vector<T>> = true;
template <typename T>
inline constexpr bool kIsVector<google::protobuf::RepeatedPtrField<T>> = true;
template <typename T>
concept Vector = kIsVector<T>;

template <typename T>
inline constexpr bool kIsSet = false;
template <typename... Of>
inline constexpr bool kIsSet<std::set<Of...>> = true;
template <typename T>
concept Set = kIsSet<T>;

template <typename T>
inline constexpr bool kIsMap = false;
template <typename... Of>
inline constexpr bool kIsMap<std::map<Of...>> = true;
template <typename T>
concept Map = kIsMap<T>;

// A container of tracked.h.
template <typename T>
concept Tracked = requires(const T& tracked) {
  typename T::Plain;
  { tracked.plain() } -> std::same_as<const typename T::Plain&>;
  tracked.sum();
};

template <typename T>
inline constexpr bool kIsTuple = false;
template <typename... Of>
inline constexpr bool kIsTuple<std::pair<Of...>> = true;
template <typename... Of>
inline constexpr bool kIsTuple<std::tuple<Of...>> = true;
template <typename T>
concept Tuple = kIsTuple<T>;

}  // namespace dispatch135::state
