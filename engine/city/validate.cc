#include "engine/city/validate.h"

#include "dispatch135/v1/streets.pb.h"
#include "dispatch135/v1/types.pb.h"

namespace dispatch135::city::format {
namespace {

using Problem = std::optional<std::string>;

bool text_fits(const View& view, TextRef ref) {
  return ref.offset <= view.text.size() && ref.size <= view.text.size() - ref.offset;
}

// A point that the projection puts where all sums of the geometry fit.
bool point_fits(const View& view, geo::Point p) {
  if (!geo::in_range(p)) return false;
  const geo::PlanePoint plane = view.roads.projection.project(p);
  return plane.x_mm >= -geo::kPlaneLimitMm && plane.x_mm <= geo::kPlaneLimitMm && plane.y_mm >= -geo::kPlaneLimitMm &&
         plane.y_mm <= geo::kPlaneLimitMm;
}

bool grid_fits(const geo::Grid& grid) {
  const auto axis_fits = [&grid](std::int64_t origin_mm, std::uint32_t count) {
    return origin_mm >= -geo::kPlaneLimitMm && origin_mm <= geo::kPlaneLimitMm && count >= 1 &&
           (std::int64_t{count} - 1) <= (geo::kPlaneLimitMm - origin_mm) / grid.cell_mm;
  };
  return grid.cell_mm >= 1 && grid.cell_mm <= geo::Grid::kLongestCellMm && axis_fits(grid.origin_x_mm, grid.columns) &&
         axis_fits(grid.origin_y_mm, grid.rows);
}

// begin[i]..begin[i + 1] are the entries of i, for `lists` lists with `entries` entries in all.
bool starts_fit(std::span<const std::uint32_t> begin, std::size_t lists, std::size_t entries) {
  if (begin.size() != lists + 1 || begin.front() != 0 || begin.back() != entries) return false;
  for (std::size_t i = 0; i < lists; ++i) {
    if (begin[i] > begin[i + 1]) return false;
  }
  return true;
}

bool time_fits(std::uint32_t ms) { return ms == road::kNoEntry || (ms >= 1 && ms <= road::kLongestWayMs); }

Problem check_edge(const View& view, std::size_t index) {
  const road::Network& roads = view.roads;
  const road::Edge& edge = roads.edges[index];
  if (edge.from >= roads.junctions.size() || edge.to >= roads.junctions.size()) {
    return nth("edge", index) + " ends at a junction that does not exist";
  }
  if (edge.shape_count < 2 || edge.first_shape > roads.shape_points.size() ||
      edge.shape_count > roads.shape_points.size() - edge.first_shape) {
    return nth("edge", index) + " has no line of at least two points";
  }
  const std::size_t last = edge.first_shape + edge.shape_count - 1;
  if (roads.shape_points[edge.first_shape] != roads.junctions[edge.from] ||
      roads.shape_points[last] != roads.junctions[edge.to]) {
    return nth("edge", index) + " has a line that does not run from junction to junction";
  }
  if (edge.length_mm < 1 || roads.shape_mm[edge.first_shape] != 0 || roads.shape_mm[last] != edge.length_mm) {
    return nth("edge", index) + " has a length that is not its line's";
  }
  for (std::size_t i = edge.first_shape; i < last; ++i) {
    if (roads.shape_mm[i] > roads.shape_mm[i + 1])
      return nth("edge", index) + " has distances that fall along its line";
  }
  if (edge.name >= view.street_names.size()) return nth("edge", index) + " has a name that does not exist";
  if (edge.road_class == 0 || !v1::RoadClass_IsValid(static_cast<int>(edge.road_class))) {
    return nth("edge", index) + " has no road class";
  }
  const auto leads_into = [&roads](std::uint32_t approach, std::uint32_t junction) {
    return approach >= roads.approach_begin[junction] && approach < roads.approach_begin[junction + 1];
  };
  if (!leads_into(edge.approach_of_to, edge.to) || !leads_into(edge.approach_of_from, edge.from)) {
    return nth("edge", index) + " has an approach that is not one of its end's";
  }
  for (std::size_t kind = 0; kind < road::kTravelKinds; ++kind) {
    if (!time_fits(roads.edge_ms[index].forward[kind]) || !time_fits(roads.edge_ms[index].backward[kind])) {
      return nth("edge", index) + " has a travel time out of range";
    }
  }
  return std::nullopt;
}

// Arcs must run along an edge from the junction of their approach to that of the next one.
Problem check_arcs(const road::Network& roads) {
  if (!starts_fit(roads.out_begin, roads.approaches(), roads.out_arcs.size()))
    return "the arcs' starts are out of order";
  if (roads.turn_ms.empty() || roads.turn_ms[0] != road::PerKind<std::uint32_t>{}) return "the first turn is not free";
  for (std::size_t i = 0; i < roads.turn_ms.size(); ++i) {
    for (const std::uint32_t ms : roads.turn_ms[i]) {
      if (ms != road::kNoEntry && ms > road::kLongestWayMs) return nth("turn", i) + " has a time out of range";
    }
  }
  for (std::size_t junction = 0; junction < roads.junctions.size(); ++junction) {
    for (std::uint32_t a = roads.approach_begin[junction]; a < roads.approach_begin[junction + 1]; ++a) {
      const road::Arc* before = nullptr;
      for (const road::Arc& arc : roads.arcs_from(a)) {
        const auto i = static_cast<std::size_t>(&arc - roads.out_arcs.data());
        if (arc.edge() >= roads.edges.size() || arc.turn >= roads.turn_ms.size() ||
            (before != nullptr && before->edge_and_direction >= arc.edge_and_direction)) {
          return nth("arc", i) + " has a wrong edge or turn";
        }
        const road::Edge& edge = roads.edges[arc.edge()];
        const std::uint32_t start = arc.against() ? edge.to : edge.from;
        const std::uint32_t end = arc.against() ? edge.from : edge.to;
        if (start != junction || arc.approach < roads.approach_begin[end] ||
            arc.approach >= roads.approach_begin[end + 1]) {
          return nth("arc", i) + " does not agree with its edge";
        }
        before = &arc;
      }
    }
  }
  return std::nullopt;
}

Problem check_area_list(const View& view, std::span<const AreaRecord> areas, const char* what) {
  for (std::size_t i = 0; i < areas.size(); ++i) {
    const AreaRecord& area = areas[i];
    if (area.id == 0 || (i > 0 && areas[i - 1].id >= area.id)) return nth(what, i) + " is out of order";
    if (!text_fits(view, area.name)) return nth(what, i) + " has a name outside the text";
    if (area.corner_count < 3 || area.first_corner > view.corners.size() ||
        area.corner_count > view.corners.size() - area.first_corner) {
      return nth(what, i) + " has no outline of at least three corners";
    }
    const geo::Box box = geo::box_around(view.outline(area));
    if (box.least != area.box.least || box.most != area.box.most)
      return nth(what, i) + " has a box that is not its outline's";
  }
  return std::nullopt;
}

bool area_exists(std::span<const AreaRecord> areas, std::uint32_t id) {
  for (const AreaRecord& area : areas) {
    if (area.id == id) return true;
  }
  return false;
}

}  // namespace

Problem check_info(const View& view) {
  const Info& info = view.info;
  constexpr std::int64_t kLargestFactor = 16LL << 20;
  const bool factors_fit = info.mm_per_latitude_e7_q20 >= 1 && info.mm_per_latitude_e7_q20 <= kLargestFactor &&
                           info.mm_per_longitude_e7_q20 >= 1 && info.mm_per_longitude_e7_q20 <= kLargestFactor;
  if (!factors_fit || !geo::in_range(info.origin)) return "the projection is out of range";
  if (!text_fits(view, info.name)) return "the city's name is outside the text";
  for (std::size_t i = 0; i < view.street_names.size(); ++i) {
    if (!text_fits(view, view.street_names[i])) return nth("street name", i) + " is outside the text";
  }
  if (view.street_names.empty() || view.street_names[0].size != 0) return "the first street name is not the empty one";
  return std::nullopt;
}

Problem check_roads(const View& view) {
  const road::Network& roads = view.roads;
  if (roads.junctions.empty()) return "there is no junction";
  if (roads.edges.size() > road::kNoEntry >> 1) return "there are too many edges";
  if (roads.shape_mm.size() != roads.shape_points.size()) return "not every shape point has a distance";
  for (std::size_t i = 0; i < roads.junctions.size(); ++i) {
    if (!point_fits(view, roads.junctions[i])) return nth("junction", i) + " is too far from the origin";
  }
  for (std::size_t i = 0; i < roads.shape_points.size(); ++i) {
    if (!point_fits(view, roads.shape_points[i])) return nth("shape point", i) + " is too far from the origin";
  }
  if (roads.edge_ms.size() != roads.edges.size()) return "not every edge has its times";
  if (roads.out_begin.empty() || !starts_fit(roads.approach_begin, roads.junctions.size(), roads.approaches())) {
    return "the approaches' starts are out of order";
  }
  for (std::size_t i = 0; i < roads.edges.size(); ++i) {
    if (Problem problem = check_edge(view, i)) return problem;
  }
  return check_arcs(roads);
}

Problem check_road_grid(const View& view) {
  const road::Network& roads = view.roads;
  if (!grid_fits(roads.grid)) return "the road grid is out of range";
  if (!starts_fit(roads.grid_begin, roads.grid.cells(), roads.grid_pieces.size())) {
    return "the road grid's starts are out of order";
  }
  for (std::size_t i = 0; i < roads.grid_pieces.size(); ++i) {
    const road::Piece& piece = roads.grid_pieces[i];
    if (piece.edge >= roads.edges.size()) return nth("road grid piece", i) + " has a wrong edge";
    const road::Edge& edge = roads.edges[piece.edge];
    if (piece.shape < edge.first_shape || piece.shape - edge.first_shape > edge.shape_count - 2) {
      return nth("road grid piece", i) + " is not a piece of its edge";
    }
    const auto stands_at = [&roads](const std::array<std::int32_t, 2>& end_mm, std::uint32_t shape) {
      const geo::PlanePoint p = roads.projection.project(roads.shape_points[shape]);
      return end_mm[0] == p.x_mm && end_mm[1] == p.y_mm;
    };
    if (!stands_at(piece.start_mm, piece.shape) || !stands_at(piece.end_mm, piece.shape + 1)) {
      return nth("road grid piece", i) + " does not stand where its line does";
    }
    if (piece.kinds != roads.edge_ms[piece.edge].kinds()) {
      return nth("road grid piece", i) + " has wrong kinds of travel";
    }
  }
  return std::nullopt;
}

Problem check_areas(const View& view) {
  for (std::size_t i = 0; i < view.corners.size(); ++i) {
    if (!geo::in_range(view.corners[i])) return nth("corner", i) + " is not on the earth";
  }
  if (Problem problem = check_area_list(view, view.regions, "region")) return problem;
  if (Problem problem = check_area_list(view, view.districts, "district")) return problem;
  for (std::size_t i = 0; i < view.regions.size(); ++i) {
    if (view.regions[i].region != view.regions[i].id) return nth("region", i) + " belongs to another region";
  }
  for (std::size_t i = 0; i < view.districts.size(); ++i) {
    if (!area_exists(view.regions, view.districts[i].region))
      return nth("district", i) + " has a region that does not exist";
  }
  return std::nullopt;
}

Problem check_posts_and_units(const View& view) {
  for (std::size_t i = 0; i < view.posts.size(); ++i) {
    const PostRecord& post = view.posts[i];
    if (post.id == 0 || (i > 0 && view.posts[i - 1].id >= post.id)) return nth("post", i) + " is out of order";
    if (!text_fits(view, post.name)) return nth("post", i) + " has a name outside the text";
    if (!point_fits(view, post.position)) return nth("post", i) + " is too far from the origin";
    if (post.kind == 0 || !v1::PostKind_IsValid(static_cast<int>(post.kind))) return nth("post", i) + " has no kind";
    if (!area_exists(view.regions, post.region)) return nth("post", i) + " has a region that does not exist";
    if (post.district != 0 && !area_exists(view.districts, post.district)) {
      return nth("post", i) + " has a district that does not exist";
    }
    if (post.reserved != 0) return nth("post", i) + " has a reserved field that is not 0";
  }
  for (std::size_t i = 0; i < view.units.size(); ++i) {
    const UnitRecord& unit = view.units[i];
    if (unit.id == 0 || (i > 0 && view.units[i - 1].id >= unit.id)) return nth("unit", i) + " is out of order";
    if (!text_fits(view, unit.call_sign)) return nth("unit", i) + " has a call sign outside the text";
    if (unit.post >= view.posts.size()) return nth("unit", i) + " has a post that does not exist";
    if (unit.kind == 0 || !v1::UnitKind_IsValid(static_cast<int>(unit.kind))) return nth("unit", i) + " has no kind";
    if (unit.travel_kind == 0 || !v1::TravelKind_IsValid(static_cast<int>(unit.travel_kind))) {
      return nth("unit", i) + " has no kind of travel";
    }
  }
  return std::nullopt;
}

Problem check_places(const View& view) {
  const geo::Grid grid = view.info.place_grid.grid();
  if (!grid_fits(grid)) return "the place grid is out of range";
  if (!starts_fit(view.place_begin, grid.cells(), view.places.size()))
    return "the place grid's starts are out of order";
  for (std::size_t i = 0; i < view.places.size(); ++i) {
    const PlaceRecord& place = view.places[i];
    if (!text_fits(view, place.name)) return nth("place", i) + " has a name outside the text";
    if (!point_fits(view, place.position)) return nth("place", i) + " is too far from the origin";
    if (place.place_class == 0 || !v1::PlaceClass_IsValid(static_cast<int>(place.place_class))) {
      return nth("place", i) + " has no class";
    }
  }
  return std::nullopt;
}

}  // namespace dispatch135::city::format
