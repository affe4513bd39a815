#include "services/citybuild/town.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/geo/plane.h"
#include "services/citybuild/local_plane.h"
#include "services/citybuild/names.h"

namespace dispatch135::citybuild {
namespace {

constexpr std::int64_t kCoreBlockMm = 110'000;   // Side of a block in the middle of the town,
constexpr std::int64_t kOuterBlockMm = 260'000;  // and at its border.
constexpr std::int64_t kRiverHalfWidthMm = 90'000;
constexpr std::int32_t kNone = -1;

// Rows and columns are counted from -half to +half, 0 in the middle.
class Town {
 public:
  Town(const RecipeTown& town, std::uint32_t junctions, const TownStreets& streets, Prng& prng, city::CityDraft& draft)
      : town_(town), streets_(streets), prng_(prng), draft_(draft), plane_(town.centre), half_(half_side(junctions)) {
    arterial_every_ = std::clamp(half_ / 6, 4, 8);
    inner_ring_ = std::max(1, half_ / 5 / arterial_every_) * arterial_every_;
    outer_ring_ = std::max(2, half_ * 6 / 10 / arterial_every_) * arterial_every_;
    lay_out_lines();
    lay_out_river();
  }

  TownExtent build() {
    place_junctions();
    name_streets();
    for (int column = -half_; column <= half_; ++column) {
      for (int row = -half_; row <= half_; ++row) {
        add_street(column, row, true);
        add_street(column, row, false);
        add_diagonal(column, row);
      }
    }
    add_bridges();
    TownExtent extent;
    extent.radius_mm = line_mm_.back();
    add_ring(extent);
    return extent;
  }

 private:
  // Of the square of blocks about 0.75 are left once the disc, the river and the loose ends are cut off it.
  static int half_side(std::uint32_t junctions) {
    int half = 6;
    while (static_cast<std::uint32_t>((2 * half + 1) * (2 * half + 1)) * 75 / 100 < junctions) {
      ++half;
    }
    return half;
  }

  std::size_t line(int index) const { return static_cast<std::size_t>(index + half_); }
  std::size_t cell(int column, int row) const {
    return line(column) * static_cast<std::size_t>(2 * half_ + 1) + line(row);
  }
  bool inside(int column, int row) const { return column * column + row * row <= half_ * half_; }
  std::int32_t junction(int column, int row) const {
    return std::abs(column) <= half_ && std::abs(row) <= half_ ? junction_[cell(column, row)] : kNone;
  }
  bool north_of_river(int column, int row) const { return at_[cell(column, row)].y_mm > river_mm_[line(column)]; }
  bool is_arterial(int index) const { return index % arterial_every_ == 0; }

  void lay_out_lines() {
    line_mm_.resize(static_cast<std::size_t>(2 * half_ + 1));
    std::int64_t at = 0;
    for (int i = 1; i <= half_; ++i) {
      at += kCoreBlockMm + (kOuterBlockMm - kCoreBlockMm) * i / half_;
      line_mm_[line(i)] = at;
      line_mm_[line(-i)] = -at;
    }
  }

  // West to east through eight bends, passing the centre within an eighth of the town's size.
  void lay_out_river() {
    constexpr int kBends = 8;
    std::array<std::int64_t, kBends + 1> bend{};
    const std::int64_t swing = line_mm_.back() / 8;
    for (auto& y : bend) {
      y = prng_.between(-swing, swing);
    }
    river_mm_.resize(line_mm_.size());
    const auto last = static_cast<std::int64_t>(line_mm_.size()) - 1;
    for (std::int64_t i = 0; i <= last; ++i) {
      const std::int64_t scaled = i * kBends;
      const auto knot = static_cast<std::size_t>(std::min<std::int64_t>(scaled / last, kBends - 1));
      const std::int64_t part = scaled - static_cast<std::int64_t>(knot) * last;
      river_mm_[static_cast<std::size_t>(i)] = bend[knot] + (bend[knot + 1] - bend[knot]) * part / last;
    }
  }

  void place_junctions() {
    const auto side = static_cast<std::size_t>(2 * half_ + 1);
    junction_.assign(side * side, kNone);
    at_.assign(side * side, {});
    for (int column = -half_; column <= half_; ++column) {
      for (int row = -half_; row <= half_; ++row) {
        const std::int64_t block =
            kCoreBlockMm + (kOuterBlockMm - kCoreBlockMm) * std::min(std::abs(column), std::abs(row)) / half_;
        const std::int64_t jitter = block * 18 / 100;
        const geo::PlanePoint at = {line_mm_[line(column)] + prng_.between(-jitter, jitter),
                                    line_mm_[line(row)] + prng_.between(-jitter, jitter)};
        at_[cell(column, row)] = at;
        if (inside(column, row) && std::abs(at.y_mm - river_mm_[line(column)]) > kRiverHalfWidthMm) {
          junction_[cell(column, row)] = static_cast<std::int32_t>(draft_.junctions.size());
          draft_.junctions.push_back(plane_.to_point(at));
        }
      }
    }
  }

  // A street keeps its name for about 24 blocks.
  void name_streets() {
    const std::size_t stretches = line_mm_.size() / kStretch + 1;
    column_names_.resize(line_mm_.size() * stretches);
    row_names_.resize(line_mm_.size() * stretches);
    for (std::size_t i = 0; i < column_names_.size(); ++i) {
      column_names_[i] = street_name(prng_);
      row_names_[i] = street_name(prng_);
    }
  }
  const std::string& name_of(bool eastward, int column, int row) const {
    const std::size_t stretches = line_mm_.size() / kStretch + 1;
    return eastward ? row_names_[line(row) * stretches + line(column) / kStretch]
                    : column_names_[line(column) * stretches + line(row) / kStretch];
  }

  bool on_inner_ring(int column, int row) const { return std::max(std::abs(column), std::abs(row)) == inner_ring_; }
  bool on_outer_ring(int column, int row) const { return std::max(std::abs(column), std::abs(row)) == outer_ring_; }

  // One-way streets: in the old town every fourth line, the next such line the other way.
  Flow flow_of(int index, int along) const {
    const int reach = half_ / 3;
    if (std::abs(along) > reach || std::abs(index) > reach || (index & 3) != 1) {
      return Flow::kBoth;
    }
    return (index & 4) != 0 ? Flow::kForward : Flow::kBackward;
  }

  void add_street(int column, int row, bool eastward) {
    const int to_column = eastward ? column + 1 : column;
    const int to_row = eastward ? row : row + 1;
    const std::int32_t from = junction(column, row);
    const std::int32_t to = junction(to_column, to_row);
    if (from == kNone || to == kNone || north_of_river(column, row) != north_of_river(to_column, to_row)) {
      return;
    }
    const bool along_ring = on_outer_ring(column, row) && on_outer_ring(to_column, to_row);
    if (along_ring) {
      return;
    }
    const int index = eastward ? row : column;
    const int along = eastward ? column : row;
    const bool arterial = is_arterial(index);
    const bool collector = !arterial && index % (arterial_every_ / 2) == 0;
    city::DraftEdge edge;
    edge.from = static_cast<std::uint32_t>(from);
    edge.to = static_cast<std::uint32_t>(to);
    edge.name = on_inner_ring(column, row) && on_inner_ring(to_column, to_row) ? town_.name + " Inner Ring Road"
                                                                               : name_of(eastward, column, row);
    TownStreet street = arterial ? TownStreet::kArterial : collector ? TownStreet::kCollector : TownStreet::kLocal;
    if (!arterial && !collector && prng_.percent(12)) {
      if (!prng_.percent(25)) {
        return;
      }
      street = TownStreet::kPath;
    }
    streets_.lay(street, flow_of(index, along), edge);
    bend(at_[cell(column, row)], at_[cell(to_column, to_row)], arterial ? 10 : 25, edge);
    draft_.edges.push_back(std::move(edge));
  }

  // The two diagonal avenues from ring to ring, and here and there a street across a block.
  void add_diagonal(int column, int row) {
    const bool avenue = column == row && std::abs(column) >= inner_ring_ && std::abs(column + 1) >= inner_ring_ &&
                        std::abs(column) < outer_ring_;
    const std::int32_t from = junction(column, row);
    const std::int32_t to = junction(column + 1, row + 1);
    if (from == kNone || to == kNone || north_of_river(column, row) != north_of_river(column + 1, row + 1)) {
      return;
    }
    if (!avenue && !prng_.percent(3)) {
      return;
    }
    city::DraftEdge edge;
    edge.from = static_cast<std::uint32_t>(from);
    edge.to = static_cast<std::uint32_t>(to);
    edge.name = avenue ? town_.name + (column > 0 ? " Northeast Avenue" : " Southwest Avenue") : street_name(prng_);
    streets_.lay(avenue ? TownStreet::kCollector : TownStreet::kLocal, Flow::kBoth, edge);
    bend(at_[cell(column, row)], at_[cell(column + 1, row + 1)], 25, edge);
    draft_.edges.push_back(std::move(edge));
  }

  // Some streets get one or two points between their ends, up to an eighth of their length aside.
  void bend(geo::PlanePoint a, geo::PlanePoint b, std::uint32_t chance_percent, city::DraftEdge& edge) {
    if (!prng_.percent(chance_percent)) {
      return;
    }
    const std::int64_t points = prng_.between(1, 2);
    const std::int64_t aside = prng_.between(-12, 12);
    for (std::int64_t i = 1; i <= points; ++i) {
      edge.between.push_back(
          plane_.to_point({a.x_mm + (b.x_mm - a.x_mm) * i / (points + 1) - (b.y_mm - a.y_mm) * aside / 100,
                           a.y_mm + (b.y_mm - a.y_mm) * i / (points + 1) + (b.x_mm - a.x_mm) * aside / 100}));
    }
  }

  // Bridges stand on arterials, evenly over the town's breadth; the middle one and those of the inner ring come first.
  void add_bridges() {
    std::vector<int> columns = {0, -inner_ring_, inner_ring_};
    const int arms = static_cast<int>(town_.bridges) - 3;
    for (int i = 1; i <= arms; ++i) {
      const int reach = half_ * 8 / 10 * ((i + 1) / 2) / ((arms + 1) / 2) / arterial_every_ * arterial_every_;
      columns.push_back(i % 2 == 1 ? -reach : reach);
    }
    if (columns.size() > town_.bridges) {
      columns.resize(town_.bridges);
    }
    std::sort(columns.begin(), columns.end());
    columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
    for (const int column : columns) {
      add_bridge(column);
    }
  }

  void add_bridge(int column) {
    std::int32_t south = kNone;
    std::int32_t north = kNone;
    for (int row = -half_; row <= half_ && north == kNone; ++row) {
      if (junction(column, row) == kNone) {
        continue;
      }
      if (north_of_river(column, row)) {
        north = junction(column, row);
      } else {
        south = junction(column, row);
      }
    }
    if (south == kNone || north == kNone) {
      return;
    }
    city::DraftEdge edge;
    edge.from = static_cast<std::uint32_t>(south);
    edge.to = static_cast<std::uint32_t>(north);
    edge.name = made_up_name(prng_) + " Bridge";
    streets_.lay(TownStreet::kArterial, Flow::kBoth, edge);
    draft_.edges.push_back(std::move(edge));
  }

  // The motorway ring: joined to the streets only where an arterial meets it; streets between pass under it.
  void add_ring(TownExtent& extent) {
    std::vector<std::pair<int, int>> around;
    for (int i = -outer_ring_; i < outer_ring_; i += arterial_every_) {
      around.emplace_back(i, -outer_ring_);
    }
    for (int i = -outer_ring_; i < outer_ring_; i += arterial_every_) {
      around.emplace_back(outer_ring_, i);
    }
    for (int i = -outer_ring_; i < outer_ring_; i += arterial_every_) {
      around.emplace_back(-i, outer_ring_);
    }
    for (int i = -outer_ring_; i < outer_ring_; i += arterial_every_) {
      around.emplace_back(-outer_ring_, -i);
    }
    std::erase_if(around, [this](const auto& place) { return junction(place.first, place.second) == kNone; });
    for (std::size_t i = 0; i < around.size(); ++i) {
      const auto [column, row] = around[i];
      const auto [to_column, to_row] = around[(i + 1) % around.size()];
      city::DraftEdge edge;
      edge.from = static_cast<std::uint32_t>(junction(column, row));
      edge.to = static_cast<std::uint32_t>(junction(to_column, to_row));
      edge.name = town_.name + " Ring Motorway";
      streets_.lay(TownStreet::kMotorway, Flow::kBoth, edge);
      bend(at_[cell(column, row)], at_[cell(to_column, to_row)], 100, edge);
      draft_.edges.push_back(std::move(edge));
      extent.interchanges.push_back(static_cast<std::uint32_t>(junction(column, row)));
    }
  }

  static constexpr std::size_t kStretch = 24;

  const RecipeTown& town_;
  const TownStreets& streets_;
  Prng& prng_;
  city::CityDraft& draft_;
  LocalPlane plane_;
  int half_;
  int arterial_every_ = 0;
  int inner_ring_ = 0;  // In blocks from the middle.
  int outer_ring_ = 0;
  std::vector<std::int64_t> line_mm_;   // Where a row or column lies before jitter.
  std::vector<std::int64_t> river_mm_;  // The river's middle, by column.
  std::vector<std::int32_t> junction_;  // By cell: the draft's junction or kNone.
  std::vector<geo::PlanePoint> at_;     // By cell.
  std::vector<std::string> column_names_;
  std::vector<std::string> row_names_;
};

}  // namespace

TownExtent add_town(const RecipeTown& town, std::uint32_t junctions, const TownStreets& streets, Prng& prng,
                    city::CityDraft& draft) {
  return Town(town, junctions, streets, prng, draft).build();
}

void add_link(std::uint32_t from, std::uint32_t to, TownStreet street, const std::string& name,
              const TownStreets& streets, Prng& prng, city::CityDraft& draft) {
  constexpr std::int64_t kStageMm = 5'000'000;
  const LocalPlane plane(draft.junctions[from]);
  const geo::PlanePoint end = plane.to_plane(draft.junctions[to]);
  const std::int64_t stages = 1 + geo::distance_mm(geo::PlanePoint{}, end) / kStageMm;
  std::uint32_t previous = from;
  for (std::int64_t i = 1; i <= stages; ++i) {
    std::uint32_t next = to;
    if (i < stages) {
      next = static_cast<std::uint32_t>(draft.junctions.size());
      const std::int64_t aside = kStageMm / 8;
      draft.junctions.push_back(plane.to_point(
          {end.x_mm * i / stages + prng.between(-aside, aside), end.y_mm * i / stages + prng.between(-aside, aside)}));
    }
    city::DraftEdge edge;
    edge.from = previous;
    edge.to = next;
    edge.name = name;
    streets.lay(street, Flow::kBoth, edge);
    draft.edges.push_back(std::move(edge));
    previous = next;
  }
}

}  // namespace dispatch135::citybuild
