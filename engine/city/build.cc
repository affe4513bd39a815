#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <tuple>

#include "engine/base/limits.h"
#include "engine/city/build_roads.h"
#include "engine/city/city.h"
#include "engine/city/draft.h"
#include "engine/city/file_writer.h"
#include "engine/city/format.h"
#include "engine/geo/plane.h"

namespace dispatch135::city {
namespace {

using format::Section;
using Problem = std::optional<Error>;

// The text section: each text once.
class TextPool {
 public:
  format::TextRef add(const std::string& text) {
    const auto [it, is_new] = refs_.emplace(
        text, format::TextRef{static_cast<std::uint32_t>(bytes_.size()), static_cast<std::uint32_t>(text.size())});
    if (is_new) bytes_.insert(bytes_.end(), text.begin(), text.end());
    return it->second;
  }
  const std::vector<char>& bytes() const { return bytes_; }

 private:
  std::vector<char> bytes_;
  std::map<std::string, format::TextRef> refs_;
};

// "post 17 (East Gate)".
std::string named(const char* what, std::uint64_t id, const std::string& name) {
  return std::string(what) + " " + std::to_string(id) + (name.empty() ? "" : " (" + name + ")");
}

template <typename T>
std::vector<T> sorted_by_id(std::vector<T> list) {
  std::stable_sort(list.begin(), list.end(), [](const T& a, const T& b) { return a.id < b.id; });
  return list;
}

template <typename T>
Problem check_ids(const std::vector<T>& sorted, const char* what) {
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (sorted[i].id.value() == 0) return Error{std::string(what) + " ids start at 1"};
    if (i > 0 && sorted[i - 1].id == sorted[i].id) {
      return Error{std::string(what) + " " + std::to_string(sorted[i].id.value()) + " is there twice"};
    }
  }
  return std::nullopt;
}

// Everything of the file beside the roads.
class Builder {
 public:
  Builder(const CityDraft& draft, const BuiltRoads& roads) : draft_(draft), roads_(roads), network_(roads.network()) {}

  Problem build() {
    if (Problem problem = add_regions()) return problem;
    if (Problem problem = add_districts()) return problem;
    if (Problem problem = add_posts()) return problem;
    if (Problem problem = add_units()) return problem;
    if (Problem problem = add_places()) return problem;
    for (const std::string& name : roads_.street_names) street_names_.push_back(text_.add(name));
    info_.name = text_.add(draft_.name);
    info_.origin = roads_.projection.origin;
    info_.mm_per_latitude_e7_q20 = roads_.projection.mm_per_latitude_e7_q20;
    info_.mm_per_longitude_e7_q20 = roads_.projection.mm_per_longitude_e7_q20;
    info_.road_grid = format::GridRecord::of(roads_.grid);
    if (text_.bytes().size() > std::numeric_limits<std::uint32_t>::max())
      return Error{"the names are longer than 4 GB"};
    return std::nullopt;
  }

  std::vector<std::byte> write() const {
    format::FileWriter file;
    file.add(Section::kInfo, std::vector{info_});
    file.add(Section::kText, text_.bytes());
    file.add(Section::kJunctions, roads_.junctions);
    file.add(Section::kEdges, roads_.edges);
    file.add(Section::kEdgeMs, roads_.edge_ms);
    file.add(Section::kShapePoints, roads_.shape_points);
    file.add(Section::kShapeMm, roads_.shape_mm);
    file.add(Section::kApproachBegin, roads_.approach_begin);
    file.add(Section::kOutBegin, roads_.out_begin);
    file.add(Section::kOutArcs, roads_.out_arcs);
    file.add(Section::kTurnMs, roads_.turn_ms);
    file.add(Section::kNodeOf, roads_.hierarchy.node_of);
    file.add(Section::kNodes, roads_.hierarchy.nodes);
    file.add(Section::kLinkUpTo, roads_.hierarchy.link_up_to);
    file.add(Section::kLinkMs, roads_.hierarchy.ms);
    file.add(Section::kGridBegin, roads_.grid_begin);
    file.add(Section::kGridPieces, roads_.grid_pieces);
    file.add(Section::kStreetNames, street_names_);
    file.add(Section::kRegions, regions_);
    file.add(Section::kDistricts, districts_);
    file.add(Section::kCorners, corners_);
    file.add(Section::kPosts, posts_);
    file.add(Section::kUnits, units_);
    file.add(Section::kPlaces, places_);
    file.add(Section::kPlaceBegin, place_begin_);
    return std::move(file).finish();
  }

 private:
  Problem add_area(std::vector<format::AreaRecord>& areas, const std::string& text, std::uint32_t id,
                   std::uint32_t region, const std::string& name, const std::vector<geo::Point>& outline) {
    if (outline.size() < 3) return Error{text + " has an outline with fewer than 3 corners"};
    for (const geo::Point& corner : outline) {
      if (!geo::in_range(corner)) return Error{text + " has a corner that is not on the earth"};
    }
    areas.push_back({id, region, text_.add(name), static_cast<std::uint32_t>(corners_.size()),
                     static_cast<std::uint32_t>(outline.size()), geo::box_around(outline)});
    corners_.insert(corners_.end(), outline.begin(), outline.end());
    return std::nullopt;
  }

  Problem add_regions() {
    const auto regions = sorted_by_id(draft_.regions);
    if (Problem problem = check_ids(regions, "region")) return problem;
    for (const DraftRegion& region : regions) {
      const std::uint32_t id = region.id.value();
      if (Problem p = add_area(regions_, named("region", id, region.name), id, id, region.name, region.outline))
        return p;
    }
    return std::nullopt;
  }

  Problem add_districts() {
    const auto districts = sorted_by_id(draft_.districts);
    if (Problem problem = check_ids(districts, "district")) return problem;
    for (const DraftDistrict& district : districts) {
      const std::uint32_t id = district.id.value();
      const std::uint32_t region = district.region.value();
      const std::string text = named("district", id, district.name);
      const bool known = std::any_of(regions_.begin(), regions_.end(), [&](const auto& r) { return r.id == region; });
      if (!known) return Error{text + " belongs to region " + std::to_string(region) + ", which does not exist"};
      if (Problem p = add_area(districts_, text, id, region, district.name, district.outline)) return p;
    }
    return std::nullopt;
  }

  // The first area, by id, that the point lies in; 0: none.
  std::uint32_t area_at(const std::vector<format::AreaRecord>& areas, geo::Point point) const {
    for (const format::AreaRecord& area : areas) {
      const auto outline = std::span(corners_).subspan(area.first_corner, area.corner_count);
      if (area.box.contains(point) && geo::contains(outline, point)) return area.id;
    }
    return 0;
  }

  // The road nearest to a place that one of the kinds may use, however far away: "1219 m from the nearest road for cars
  // (South)".
  struct NearestRoad {
    std::int64_t distance_mm = std::numeric_limits<std::int64_t>::max();
    std::string text;
  };
  NearestRoad nearest_road(geo::Point position, std::uint32_t kinds, const char* whom) const {
    NearestRoad nearest;
    nearest.text = std::string("more than 100 km from any road for ") + whom;
    for (const auto& place : network_.snap_each(position, kinds, geo::Grid::kLongestSearchMm)) {
      if (!place || place->distance_mm >= nearest.distance_mm) continue;
      const std::string& street = roads_.street_names[network_.edges[place->edge.value()].name];
      nearest.distance_mm = place->distance_mm;
      nearest.text = std::to_string(place->distance_mm / 1000) + " m from the nearest road for " + whom + " (" +
                     (street.empty() ? "no name" : street) + ")";
    }
    return nearest;
  }

  // Near enough to a road that each of its units uses; when it has no unit, to any road.
  Problem check_near_road(const DraftPost& post, const std::string& text) const {
    constexpr std::array<const char*, road::kTravelKinds> kNames = {"cars", "motorcycles", "walking",
                                                                    "cars with a siren", "bicycles"};
    std::uint32_t needed = 0;
    for (const DraftUnit& unit : draft_.units) {
      if (unit.post == post.id && is_travel_kind(unit.travel_kind)) {
        needed |= 1U << static_cast<std::uint32_t>(to_road(unit.travel_kind));
      }
    }
    const auto check = [&](std::uint32_t kinds, const char* whom) -> Problem {
      const NearestRoad nearest = nearest_road(post.position, kinds, whom);
      if (nearest.distance_mm <= limits::kSnapLimitMm) return std::nullopt;
      return Error{text + " is " + nearest.text + "; at most " + std::to_string(limits::kSnapLimitMm / 1000) +
                   " m are allowed"};
    };
    for (std::size_t kind = 0; kind < road::kTravelKinds; ++kind) {
      if ((needed >> kind & 1U) == 0) continue;
      if (Problem problem = check(1U << kind, kNames[kind])) return problem;
    }
    return needed == 0 ? check(road::kEveryKind, "anybody") : std::nullopt;
  }

  static bool is_travel_kind(v1::TravelKind kind) {
    return kind != v1::TRAVEL_KIND_UNSPECIFIED && v1::TravelKind_IsValid(kind);
  }

  Problem add_posts() {
    const auto posts = sorted_by_id(draft_.posts);
    if (Problem problem = check_ids(posts, "post")) return problem;
    for (const DraftPost& post : posts) {
      const std::string text = named("post", post.id.value(), post.name);
      const std::string problem = problem_of(roads_.projection, post.position);
      if (!problem.empty()) return Error{text + " " + problem};
      if (post.kind == v1::POST_KIND_UNSPECIFIED || !v1::PostKind_IsValid(post.kind))
        return Error{text + " has no kind"};
      const std::uint32_t region = area_at(regions_, post.position);
      if (region == 0) {
        return Error{text + " lies in no region, " + nearest_road(post.position, road::kEveryKind, "anybody").text};
      }
      if (Problem p = check_near_road(post, text)) return p;
      posts_.push_back({post.id.value(), text_.add(post.name), post.position, static_cast<std::uint32_t>(post.kind),
                        region, area_at(districts_, post.position), 0});
    }
    return std::nullopt;
  }

  Problem add_units() {
    const auto units = sorted_by_id(draft_.units);
    if (Problem problem = check_ids(units, "unit")) return problem;
    for (const DraftUnit& unit : units) {
      const std::string text = named("unit", unit.id.value(), unit.call_sign);
      const auto post =
          std::lower_bound(posts_.begin(), posts_.end(), unit.post.value(),
                           [](const format::PostRecord& record, std::uint64_t id) { return record.id < id; });
      if (post == posts_.end() || post->id != unit.post.value()) {
        return Error{text + " belongs to post " + std::to_string(unit.post.value()) + ", which does not exist"};
      }
      if (unit.kind == v1::UNIT_KIND_UNSPECIFIED || !v1::UnitKind_IsValid(unit.kind))
        return Error{text + " has no kind"};
      if (!is_travel_kind(unit.travel_kind)) return Error{text + " has no kind of travel"};
      units_.push_back({unit.id.value(), text_.add(unit.call_sign), static_cast<std::uint32_t>(post - posts_.begin()),
                        static_cast<std::uint32_t>(unit.kind), static_cast<std::uint32_t>(unit.travel_kind),
                        unit.capabilities});
    }
    return std::nullopt;
  }

  Problem add_places() {
    std::vector<geo::PlanePoint> plane;
    for (std::size_t i = 0; i < draft_.places.size(); ++i) {
      const DraftPlace& place = draft_.places[i];
      const std::string text = named("place", i, place.name);
      const std::string problem = problem_of(roads_.projection, place.position);
      if (!problem.empty()) return Error{text + " " + problem};
      if (place.place_class == v1::PLACE_CLASS_UNSPECIFIED || !v1::PlaceClass_IsValid(place.place_class)) {
        return Error{text + " has no class"};
      }
      plane.push_back(roads_.projection.project(place.position));
    }
    geo::PlanePoint least;
    geo::PlanePoint most;
    if (!plane.empty()) least = most = plane[0];
    for (const geo::PlanePoint& p : plane) {
      least = {std::min(least.x_mm, p.x_mm), std::min(least.y_mm, p.y_mm)};
      most = {std::max(most.x_mm, p.x_mm), std::max(most.y_mm, p.y_mm)};
    }
    constexpr std::int64_t kLeastCellMm = 100'000;
    const geo::Grid grid = geo::grid_over(least, most, plane.size(), kLeastCellMm);
    std::vector<std::size_t> order(plane.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return grid.cell_of(plane[a]) < grid.cell_of(plane[b]); });
    place_begin_.assign(grid.cells() + 1, 0);
    for (const std::size_t i : order) {
      const DraftPlace& place = draft_.places[i];
      ++place_begin_[grid.cell_of(plane[i]) + 1];
      places_.push_back({text_.add(place.name), place.position, static_cast<std::uint32_t>(place.place_class)});
    }
    for (std::size_t i = 1; i < place_begin_.size(); ++i) place_begin_[i] += place_begin_[i - 1];
    info_.place_grid = format::GridRecord::of(grid);
    return std::nullopt;
  }

  const CityDraft& draft_;
  const BuiltRoads& roads_;
  const road::Network network_;
  format::Info info_;
  TextPool text_;
  std::vector<format::TextRef> street_names_;
  std::vector<format::AreaRecord> regions_;
  std::vector<format::AreaRecord> districts_;
  std::vector<geo::Point> corners_;
  std::vector<format::PostRecord> posts_;
  std::vector<format::UnitRecord> units_;
  std::vector<format::PlaceRecord> places_;
  std::vector<std::uint32_t> place_begin_;
};

}  // namespace

Result<std::vector<std::byte>> build_city(const CityDraft& draft) {
  const Result<BuiltRoads> roads = build_roads(draft);
  if (!roads) return roads.error();
  Builder builder(draft, roads.value());
  if (Problem problem = builder.build()) return *problem;
  return builder.write();
}

}  // namespace dispatch135::city
