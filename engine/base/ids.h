// Strong types for every identity: an id of one kind never passes for another.
#pragma once

#include <compare>
#include <cstdint>

namespace dispatch135 {

// A whole number that names something of the kind `Tag`. 0 names nothing unless the alias below says otherwise.
template <typename Tag, typename Rep>
class StrongId {
 public:
  using rep = Rep;
  constexpr StrongId() = default;
  constexpr explicit StrongId(Rep value) : value_(value) {}
  constexpr Rep value() const { return value_; }
  constexpr auto operator<=>(const StrongId&) const = default;

 private:
  Rep value_ = 0;
};

using RegionId = StrongId<struct RegionTag, std::uint32_t>;      // GB/T 2260 code of a city, e.g. 320200.
using DistrictId = StrongId<struct DistrictTag, std::uint32_t>;  // GB/T 2260 code of a district, e.g. 320205.
using PostId = StrongId<struct PostTag, std::uint64_t>;
using UnitId = StrongId<struct UnitTag, std::uint64_t>;
using IncidentId = StrongId<struct IncidentTag, std::uint64_t>;      // partition << 48 | offset of the opening record.
using AssignmentId = StrongId<struct AssignmentTag, std::uint64_t>;  // partition << 48 | count within the partition.
using CityFingerprint = StrongId<struct CityTag, std::uint64_t>;     // XXH3-64 of the city file's content.

// Positions in arrays. 0 is the first one.
using JunctionIndex = StrongId<struct JunctionTag, std::uint32_t>;
using EdgeIndex = StrongId<struct EdgeTag, std::uint32_t>;
using UnitIndex = StrongId<struct UnitIndexTag, std::uint32_t>;  // In the city file's list of units.
using PostIndex = StrongId<struct PostIndexTag, std::uint32_t>;  // In the city file's list of posts.

}  // namespace dispatch135
