#include "engine/city/city.h"

#include <algorithm>

#include "engine/base/check.h"
#include "engine/geo/plane.h"

namespace dispatch135::city {
namespace {

// The position of the record with this id among records that are ordered by id.
template <typename Index, typename Record, typename Id>
std::optional<Index> find_by_id(std::span<const Record> records, Id id) {
  // Ids are mostly given one after the other.
  if (!records.empty() && id >= records.front().id) {
    const std::uint64_t guess = id - records.front().id;
    if (guess < records.size() && records[guess].id == id) return Index(static_cast<std::uint32_t>(guess));
  }
  const auto it = std::lower_bound(records.begin(), records.end(), id,
                                   [](const Record& record, Id wanted) { return record.id < wanted; });
  if (it == records.end() || it->id != id) return std::nullopt;
  return Index(static_cast<std::uint32_t>(it - records.begin()));
}

// The id of the first area that contains the point; areas are ordered by id.
std::optional<std::uint32_t> area_at(const format::View& view, std::span<const format::AreaRecord> areas,
                                     geo::Point point) {
  for (const format::AreaRecord& area : areas) {
    if (area.box.contains(point) && geo::contains(view.outline(area), point)) return area.id;
  }
  return std::nullopt;
}

}  // namespace

road::TravelKind to_road(v1::TravelKind kind) {
  D135_CHECK(kind != v1::TRAVEL_KIND_UNSPECIFIED && v1::TravelKind_IsValid(kind), "a kind of travel that is not one");
  return static_cast<road::TravelKind>(kind - v1::TRAVEL_KIND_CAR);
}

CityFingerprint City::fingerprint() const { return CityFingerprint(view_.fingerprint); }

std::string_view City::name() const { return view_.string(view_.info.name); }

std::size_t City::region_count() const { return view_.regions.size(); }

RegionInfo City::region(std::size_t index) const {
  D135_CHECK(index < view_.regions.size(), "no such region");
  const format::AreaRecord& record = view_.regions[index];
  return {RegionId(record.id), view_.string(record.name)};
}

std::optional<RegionId> City::region_at(geo::Point point) const {
  const auto id = area_at(view_, view_.regions, point);
  return id ? std::optional(RegionId(*id)) : std::nullopt;
}

std::optional<DistrictId> City::district_at(geo::Point point) const {
  const auto id = area_at(view_, view_.districts, point);
  return id ? std::optional(DistrictId(*id)) : std::nullopt;
}

std::size_t City::district_count() const { return view_.districts.size(); }

DistrictInfo City::district(std::size_t index) const {
  D135_CHECK(index < view_.districts.size(), "no such district");
  const format::AreaRecord& record = view_.districts[index];
  return {DistrictId(record.id), RegionId(record.region), view_.string(record.name)};
}

std::span<const geo::Point> City::region_outline(std::size_t index) const {
  D135_CHECK(index < view_.regions.size(), "no such region");
  return view_.outline(view_.regions[index]);
}

std::span<const geo::Point> City::district_outline(std::size_t index) const {
  D135_CHECK(index < view_.districts.size(), "no such district");
  return view_.outline(view_.districts[index]);
}

std::size_t City::post_count() const { return view_.posts.size(); }

PostInfo City::post(PostIndex index) const {
  D135_CHECK(index.value() < view_.posts.size(), "no such post");
  const format::PostRecord& record = view_.posts[index.value()];
  return {PostId(record.id), view_.string(record.name), static_cast<v1::PostKind>(record.kind),
          record.position,   RegionId(record.region),   DistrictId(record.district)};
}

std::optional<PostIndex> City::find_post(PostId id) const { return find_by_id<PostIndex>(view_.posts, id.value()); }

std::size_t City::unit_count() const { return view_.units.size(); }

UnitInfo City::unit(UnitIndex index) const {
  D135_CHECK(index.value() < view_.units.size(), "no such unit");
  const format::UnitRecord& record = view_.units[index.value()];
  return {UnitId(record.id),
          PostIndex(record.post),
          view_.string(record.call_sign),
          static_cast<v1::UnitKind>(record.kind),
          static_cast<v1::TravelKind>(record.travel_kind),
          record.capabilities};
}

std::optional<UnitIndex> City::find_unit(UnitId id) const { return find_by_id<UnitIndex>(view_.units, id.value()); }

std::size_t City::place_count() const { return view_.places.size(); }

PlaceInfo City::place(std::size_t index) const {
  D135_CHECK(index < view_.places.size(), "no such place");
  const format::PlaceRecord& record = view_.places[index];
  return {view_.string(record.name), static_cast<v1::PlaceClass>(record.place_class), record.position};
}

v1::PlaceClass City::place_class_at(geo::Point point, std::int64_t radius_mm) const {
  const geo::Projection& projection = view_.roads.projection;
  const geo::PlanePoint target = projection.project(point);
  const std::int64_t limit_mm = std::min(radius_mm, geo::Grid::kLongestSearchMm);
  std::int64_t best_squared = limit_mm * limit_mm;
  std::optional<std::uint32_t> best;
  geo::search_outward(view_.info.place_grid.grid(), target, limit_mm, [&](std::size_t cell) {
    for (std::uint32_t i = view_.place_begin[cell]; i < view_.place_begin[cell + 1]; ++i) {
      const std::int64_t squared = geo::squared_distance(projection.project(view_.places[i].position), target);
      if (squared > best_squared || (squared == best_squared && best && i > *best)) continue;
      best_squared = squared;
      best = i;
    }
    return best_squared;
  });
  return best ? static_cast<v1::PlaceClass>(view_.places[*best].place_class) : v1::PLACE_CLASS_OTHER;
}

const road::Network& City::roads() const { return view_.roads; }

std::string_view City::street_name(EdgeIndex edge) const {
  D135_CHECK(edge.value() < view_.roads.edges.size(), "no such edge");
  return view_.string(view_.street_names[view_.roads.edges[edge.value()].name]);
}

}  // namespace dispatch135::city
