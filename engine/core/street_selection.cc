#include "engine/core/street_selection.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "engine/base/limits.h"
#include "engine/geo/area.h"
#include "engine/road/network.h"

namespace dispatch135::core {
namespace {

geo::Point point_of(const v1::Position& position) { return {position.latitude_e7(), position.longitude_e7()}; }

Outcome nothing_there(std::string reason) { return Reject{v1::REJECT_CODE_OFF_ROAD, std::move(reason)}; }

std::int64_t squared_distance_to(const road::Piece& piece, geo::PlanePoint p) {
  return geo::nearest_on_segment({piece.start_mm[0], piece.start_mm[1]}, {piece.end_mm[0], piece.end_mm[1]}, p)
      .squared_mm;
}

class Selection {
 public:
  Selection(const city::City& city, const v1::ChangeStreets& change)
      : city_(city), roads_(city.roads()), change_(change), kinds_(kinds_of(change)) {
    for (const int road_class : change.classes()) classes_ |= 1U << road_class;
  }

  Outcome select() {
    switch (change_.where_case()) {
      case v1::ChangeStreets::kPiece:
        return piece(change_.piece());
      case v1::ChangeStreets::kStreet:
        return street(change_.street());
      case v1::ChangeStreets::kArea:
        return area(change_.area());
      case v1::ChangeStreets::kEdges:
        return edges(change_.edges());
      case v1::ChangeStreets::kWholeCity:
        for (std::uint32_t edge = 0; edge < roads_.edges.size(); ++edge) add_both(edge);
        break;
      case v1::ChangeStreets::WHERE_NOT_SET:
        break;
    }
    return {};
  }

  SelectedStreets finish() {
    if (!std::is_sorted(arcs_.begin(), arcs_.end())) std::sort(arcs_.begin(), arcs_.end());
    arcs_.erase(std::unique(arcs_.begin(), arcs_.end()), arcs_.end());
    SelectedStreets selected;
    std::vector<bool> named;  // By name: it is in the list.
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < arcs_.size(); ++i) {
      const std::uint32_t edge = arcs_[i] >> 1;
      if (i > 0 && arcs_[i - 1] >> 1 == edge) continue;
      ++selected.pieces;
      const std::uint32_t name = roads_.edges[edge].name;
      if (name >= named.size()) named.resize(name + 1, false);
      if (name == 0 || named[name]) continue;
      named[name] = true;
      names.push_back(city_.street_name(EdgeIndex(edge)));
    }
    const auto shown = static_cast<std::ptrdiff_t>(std::min(names.size(), limits::kShownStreets));
    std::partial_sort(names.begin(), names.begin() + shown, names.end());
    selected.names.assign(names.begin(), names.begin() + shown);
    selected.arcs = std::move(arcs_);
    return selected;
  }

 private:
  void add(std::uint32_t edge, bool against) {
    if (classes_ != 0 && (classes_ >> roads_.edges[edge].road_class & 1U) == 0) return;
    const road::PerKind<std::uint32_t>& ms = roads_.edge_ms[edge].of(against);
    for (std::size_t k = 0; k < road::kTravelKinds; ++k) {
      if ((kinds_ >> k & 1U) == 0 || ms[k] == road::kNoEntry) continue;
      arcs_.push_back(edge << 1 | (against ? 1U : 0U));
      return;
    }
  }

  void add_both(std::uint32_t edge) {
    add(edge, false);
    add(edge, true);
  }

  // The nearest edge that one of the kinds may use.
  std::optional<std::uint32_t> nearest(geo::Point at) const {
    std::optional<road::RoadPoint> best;
    const auto places = roads_.snap_each(at, kinds_, limits::kPieceLimitMm);
    for (const std::optional<road::RoadPoint>& place : places) {
      if (!place) continue;
      if (!best || std::pair(place->distance_mm, place->edge) < std::pair(best->distance_mm, best->edge)) best = place;
    }
    return best ? std::optional(best->edge.value()) : std::nullopt;
  }

  Outcome piece(const v1::StreetPiece& piece) {
    const auto edge = nearest(point_of(piece.at()));
    if (!edge) return nothing_there("no street within 200 m of the place that these kinds of travel may use");
    if (piece.direction() != v1::DIRECTION_BACKWARD) add(*edge, false);
    if (piece.direction() != v1::DIRECTION_FORWARD) add(*edge, true);
    return {};
  }

  Outcome street(const v1::NamedStreet& street) {
    if (street.name().empty()) {
      const auto edge = nearest(point_of(street.near()));
      if (!edge) return nothing_there("no street within 200 m of the place that these kinds of travel may use");
      if (roads_.edges[*edge].name == 0) {
        return nothing_there("the street nearest to the place has no name; close its pieces, or an area");
      }
      add_street(*edge);
      return {};
    }
    const auto edge = nearest_named(point_of(street.near()), street.name());
    if (!edge) return nothing_there("no street '" + street.name() + "' within 5 km of the place");
    add_street(*edge);
    return {};
  }

  // Calls visit(piece) for those whose cell comes within the limit of a place, until `limit_mm2` that it may lower.
  template <typename Visit>
  void each_piece_around(geo::PlanePoint at, std::int64_t limit_mm, Visit visit) const {
    std::int64_t limit_mm2 = limit_mm * limit_mm;
    geo::search_outward(roads_.grid, at, limit_mm, [&](std::size_t cell) {
      const std::uint32_t begin = roads_.grid_begin[cell];
      for (const road::Piece& piece : roads_.grid_pieces.subspan(begin, roads_.grid_begin[cell + 1] - begin)) {
        visit(piece, limit_mm2);
      }
      return limit_mm2;
    });
  }

  std::optional<std::uint32_t> nearest_named(geo::Point near, std::string_view name) const {
    const geo::PlanePoint at = roads_.projection.project(near);
    std::optional<std::uint32_t> best;
    each_piece_around(at, limits::kNamedLimitMm, [&](const road::Piece& piece, std::int64_t& limit_mm2) {
      if (city_.street_name(EdgeIndex(piece.edge)) != name) return;
      const std::int64_t mm2 = squared_distance_to(piece, at);
      if (mm2 > limit_mm2 || (mm2 == limit_mm2 && best && piece.edge >= *best)) return;
      limit_mm2 = mm2;
      best = piece.edge;
    });
    return best;
  }

  // The edge, and from each one to all of its name that are near one of its ends.
  void add_street(std::uint32_t first) {
    const std::uint32_t name = roads_.edges[first].name;
    std::vector<bool> seen(roads_.edges.size(), false);
    std::vector<std::uint32_t> open = {first};
    seen[first] = true;
    while (!open.empty()) {
      const road::Edge& edge = roads_.edges[open.back()];
      add_both(open.back());
      open.pop_back();
      for (const std::uint32_t junction : {edge.from, edge.to}) {
        const geo::PlanePoint at = roads_.projection.project(roads_.junctions[junction]);
        each_piece_around(at, limits::kStreetGapMm, [&](const road::Piece& piece, std::int64_t& limit_mm2) {
          if (seen[piece.edge] || roads_.edges[piece.edge].name != name) return;
          if (squared_distance_to(piece, at) > limit_mm2) return;
          seen[piece.edge] = true;
          open.push_back(piece.edge);
        });
      }
    }
  }

  Outcome area(const v1::StreetArea& area) {
    std::vector<geo::Point> corners;
    for (const v1::Position& corner : area.corners()) corners.push_back(point_of(corner));
    const geo::Area outline(corners);
    const geo::PlanePoint least = roads_.projection.project(outline.box().least);
    const geo::PlanePoint most = roads_.projection.project(outline.box().most);
    std::vector<bool> seen(roads_.edges.size(), false);
    for (std::int64_t row = roads_.grid.row_of(least.y_mm); row <= roads_.grid.row_of(most.y_mm); ++row) {
      for (std::int64_t column = roads_.grid.column_of(least.x_mm); column <= roads_.grid.column_of(most.x_mm);
           ++column) {
        const auto cell = static_cast<std::size_t>(row * roads_.grid.columns + column);
        for (std::uint32_t i = roads_.grid_begin[cell]; i < roads_.grid_begin[cell + 1]; ++i) {
          const road::Piece& piece = roads_.grid_pieces[i];
          if (seen[piece.edge]) continue;
          if (!outline.touches(roads_.shape_points[piece.shape], roads_.shape_points[piece.shape + 1])) continue;
          seen[piece.edge] = true;
          add_both(piece.edge);
        }
      }
    }
    return {};
  }

  Outcome edges(const v1::EdgeList& list) {
    if (CityFingerprint(list.fingerprint()) != city_.fingerprint()) {
      return Reject{v1::REJECT_CODE_OUT_OF_RANGE,
                    "edges.fingerprint is not that of the city file in force; take the numbers from that file"};
    }
    for (const bool against : {false, true}) {
      for (const std::uint32_t edge : against ? list.backward() : list.forward()) {
        if (edge >= roads_.edges.size()) {
          return Reject{v1::REJECT_CODE_OUT_OF_RANGE, "there is no edge " + std::to_string(edge) +
                                                          "; the city file has " + std::to_string(roads_.edges.size())};
        }
        add(edge, against);
      }
    }
    return {};
  }

  const city::City& city_;
  const road::Network& roads_;
  const v1::ChangeStreets& change_;
  const std::uint32_t kinds_;
  std::uint32_t classes_ = 0;  // Bit c: v1::RoadClass c; none: of any.
  std::vector<std::uint32_t> arcs_;
};

}  // namespace

std::uint32_t kinds_of(const v1::ChangeStreets& change) {
  std::uint32_t kinds = 0;
  for (const int kind : change.travel_kinds()) {
    kinds |= 1U << static_cast<std::size_t>(city::to_road(static_cast<v1::TravelKind>(kind)));
  }
  return kinds != 0 ? kinds : road::kEveryKind;
}

Outcome select_streets(const city::City& city, const v1::ChangeStreets& change, SelectedStreets& selected) {
  Selection selection(city, change);
  if (Outcome refused = selection.select()) return refused;
  selected = selection.finish();
  if (!selected.arcs.empty()) return {};
  return nothing_there("no street there that is of these classes and that these kinds of travel may use");
}

}  // namespace dispatch135::core
