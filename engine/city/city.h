// A city: roads, posts, units, places, regions and districts, read in place from the bytes of a city file
// (docs/formats/city.md). Immutable, shared by all threads; the bytes must outlive it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "dispatch135/v1/types.pb.h"
#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/city/format.h"
#include "engine/geo/point.h"
#include "engine/road/network.h"

namespace dispatch135::city {

struct RegionInfo {
  RegionId id;
  std::string_view name;
};

struct DistrictInfo {
  DistrictId id;
  RegionId region;
  std::string_view name;
};

struct PostInfo {
  PostId id;
  std::string_view name;
  v1::PostKind kind;
  geo::Point position;
  RegionId region;
  DistrictId district;  // 0: none.
};

struct UnitInfo {
  UnitId id;
  PostIndex post;
  std::string_view call_sign;
  v1::UnitKind kind;
  v1::TravelKind travel_kind;
  std::uint32_t capabilities;  // Bit c-1: Capability c.
};

struct PlaceInfo {
  std::string_view name;
  v1::PlaceClass place_class;
  geo::Point position;
};

// v1's kind of travel as the roads name it. Only for specified kinds.
road::TravelKind to_road(v1::TravelKind kind);

class City {
 public:
  // Checks magic, version, section sizes and checksums, and that every index is in range: what opens can be used
  // without further care, whoever wrote it. The bytes must start at a multiple of 8. A file that leaves the times of
  // the hierarchy's links out (format::kMostLinksWithTimes) takes longer to open: they are worked out.
  static Result<City> open(std::span<const std::byte> bytes);

  CityFingerprint fingerprint() const;
  std::string_view name() const;

  std::size_t region_count() const;
  RegionInfo region(std::size_t index) const;
  // The region or district whose outline contains the point (on a border: the one with the lower code); nothing
  // outside.
  std::optional<RegionId> region_at(geo::Point point) const;
  std::optional<DistrictId> district_at(geo::Point point) const;
  std::size_t district_count() const;
  DistrictInfo district(std::size_t index) const;
  // The outline, for maps: corners, not closed.
  std::span<const geo::Point> region_outline(std::size_t index) const;
  std::span<const geo::Point> district_outline(std::size_t index) const;

  // Posts and units, each ordered by id.
  std::size_t post_count() const;
  PostInfo post(PostIndex index) const;
  std::optional<PostIndex> find_post(PostId id) const;
  std::size_t unit_count() const;
  UnitInfo unit(UnitIndex index) const;
  std::optional<UnitIndex> find_unit(UnitId id) const;

  // In the order of the file, which is not the draft's.
  std::size_t place_count() const;
  PlaceInfo place(std::size_t index) const;
  // The class of the nearest known place within the radius (100 km at most; of equals the lower index);
  // PLACE_CLASS_OTHER when there is none.
  v1::PlaceClass place_class_at(geo::Point point, std::int64_t radius_mm) const;

  const road::Network& roads() const;
  // What is wrong with the times of the hierarchy's links, which open() takes as they are because checking takes as
  // long as working them out; nothing: they are those of the edges. With wrong ones searches and routes give wrong
  // answers.
  std::optional<Error> check_link_times() const;
  // The name of a street for people; empty: none.
  std::string_view street_name(EdgeIndex edge) const;

 private:
  City(const format::View& view, std::shared_ptr<const std::vector<road::LinkMs>> link_ms)
      : view_(view), link_ms_(std::move(link_ms)) {}
  format::View view_;
  std::shared_ptr<const std::vector<road::LinkMs>> link_ms_;  // What the view shows when the file has none.
};

}  // namespace dispatch135::city
