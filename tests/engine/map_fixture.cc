#include "tests/engine/map_fixture.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "engine/base/check.h"

namespace dispatch135::testing {
namespace {

// Millimetres per 1e-7 degree at the equator are 11.06 north and 11.13 east; the projection of the built city decides
// what a step measures in the end.
constexpr std::int64_t kStepE7PerMetreEast = 89'832;   // e-3
constexpr std::int64_t kStepE7PerMetreNorth = 90'437;  // e-3

bool is_junction(char sign) { return sign >= 'A' && sign <= 'Z'; }
bool is_place(char sign) { return sign >= '0' && sign <= '9'; }
bool is_street(char sign, bool down) {
  return is_place(sign) || std::string_view(down ? "|^v:" : "-<>:").find(sign) != std::string_view::npos;
}

[[noreturn]] void wrong_drawing(std::size_t row, std::size_t column, const char* what) {
  std::fprintf(stderr, "map row %zu, column %zu: %s\n", row, column, what);
  std::abort();
}

template <typename List>
auto id_named(const List& list, const std::string& name, std::string List::value_type::*field) {
  const auto it = std::find_if(list.begin(), list.end(), [&](const auto& item) { return item.*field == name; });
  D135_CHECK(it != list.end(), "no post or unit of this name on the map");
  return it->id;
}

}  // namespace

BuiltCity::BuiltCity(const city::CityDraft& draft) {
  Result<std::vector<std::byte>> built = city::build_city(draft);
  if (!built) std::fprintf(stderr, "the test's city cannot be built: %s\n", built.error().message.c_str());
  bytes_ = std::move(built.value());
  Result<city::City> opened = city::City::open(bytes_);
  if (!opened) std::fprintf(stderr, "the test's city cannot be opened: %s\n", opened.error().message.c_str());
  city_ = std::make_unique<city::City>(opened.value());
  live_ = std::make_unique<road::LiveRoads>(city_->roads());
}

AsciiMap::AsciiMap(std::string_view drawing, MapScale scale) : scale_(scale) {
  std::size_t begin = 0;
  while (begin <= drawing.size()) {
    const std::size_t end = std::min(drawing.find('\n', begin), drawing.size());
    rows_.emplace_back(drawing.substr(begin, end - begin));
    begin = end + 1;
  }
  draft_.name = "map";
  read_junctions();
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    for (std::size_t column = 0; column < rows_[row].size(); ++column) {
      if (!is_junction(rows_[row][column])) continue;
      if (is_street(sign_at(row, column + 1), false)) read_street(row, column, false);
      if (is_street(sign_at(row + 1, column), true)) read_street(row, column, true);
    }
  }
  std::size_t width = 0;
  for (const std::string& row : rows_) width = std::max(width, row.size());
  const geo::Point north_west = point_at(0, 0);
  const geo::Point south_east = point_at(rows_.size(), width);
  const std::int32_t margin = point_at(0, 10).longitude_e7 - north_west.longitude_e7;
  const std::int32_t north = north_west.latitude_e7 + margin;
  const std::int32_t south = south_east.latitude_e7 - margin;
  const std::int32_t west = north_west.longitude_e7 - margin;
  const std::int32_t east = south_east.longitude_e7 + margin;
  const std::vector<geo::Point> outline = {{south, west}, {south, east}, {north, east}, {north, west}};
  draft_.regions.push_back({kRegion, "map city", outline});
  draft_.districts.push_back({kDistrict, kRegion, "map district", outline});
}

char AsciiMap::sign_at(std::size_t row, std::size_t column) const {
  return row < rows_.size() && column < rows_[row].size() ? rows_[row][column] : ' ';
}

geo::Point AsciiMap::point_at(std::size_t row, std::size_t column) const {
  const auto steps_e7 = [this](std::size_t steps, std::int64_t per_metre) {
    return static_cast<std::int32_t>(static_cast<std::int64_t>(steps) * scale_.step_mm * per_metre / 1'000'000);
  };
  return {-steps_e7(row, kStepE7PerMetreNorth), steps_e7(column, kStepE7PerMetreEast)};
}

void AsciiMap::read_junctions() {
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    for (std::size_t column = 0; column < rows_[row].size(); ++column) {
      const char sign = rows_[row][column];
      if (!is_junction(sign) && !is_place(sign)) {
        if (sign != ' ' && !is_street(sign, false) && !is_street(sign, true))
          wrong_drawing(row, column, "unknown sign");
        continue;
      }
      if (!points_.emplace(sign, point_at(row, column)).second) wrong_drawing(row, column, "this sign is there twice");
      if (!is_junction(sign)) continue;
      junctions_[sign] = static_cast<std::uint32_t>(draft_.junctions.size());
      draft_.junctions.push_back(point_at(row, column));
    }
  }
}

void AsciiMap::read_street(std::size_t row, std::size_t column, bool down) {
  bool there = true;
  bool back = true;
  bool vehicles = true;
  std::size_t r = row;
  std::size_t c = column;
  const auto step = [&] { down ? ++r : ++c; };
  for (step(); is_street(sign_at(r, c), down); step()) {
    const char sign = sign_at(r, c);
    if (sign == '>' || sign == 'v') back = false;
    if (sign == '<' || sign == '^') there = false;
    if (sign == ':') vehicles = false;
  }
  if (!is_junction(sign_at(r, c))) wrong_drawing(r, c, "the street ends without a junction");
  if (!there && !back) wrong_drawing(row, column, "the street is one-way in both directions");
  city::DraftEdge edge;
  edge.from = junctions_.at(sign_at(row, column));
  edge.to = junctions_.at(sign_at(r, c));
  edge.name = std::string() + sign_at(row, column) + sign_at(r, c);
  const auto speeds = [&](bool open) -> road::PerKind<std::uint32_t> {
    if (!open || !vehicles) return {0, 0, scale_.foot_mm_s, 0, 0};
    return {scale_.car_mm_s, scale_.motorcycle_mm_s, scale_.foot_mm_s, scale_.car_with_siren_mm_s, scale_.bicycle_mm_s};
  };
  edge.forward_mm_s = speeds(there);
  edge.backward_mm_s = speeds(back);
  draft_.edges.push_back(std::move(edge));
}

geo::Point AsciiMap::at(char sign) const {
  const auto it = points_.find(sign);
  D135_CHECK(it != points_.end(), "no such letter or digit on the map");
  return it->second;
}

PostId AsciiMap::add_post(const std::string& name, char where, v1::PostKind kind) {
  const PostId id(draft_.posts.size() + 1);
  draft_.posts.push_back({id, name, kind, at(where)});
  return id;
}

UnitId AsciiMap::add_unit(const std::string& call_sign, const std::string& post_name, v1::UnitKind kind,
                          v1::TravelKind travel, std::uint32_t capabilities) {
  const UnitId id(draft_.units.size() + 1);
  draft_.units.push_back({id, post(post_name), call_sign, kind, travel, capabilities});
  return id;
}

void AsciiMap::add_place(const std::string& name, char where, v1::PlaceClass place_class) {
  draft_.places.push_back({name, place_class, at(where)});
}

PostId AsciiMap::post(const std::string& name) const { return id_named(draft_.posts, name, &city::DraftPost::name); }

UnitId AsciiMap::unit(const std::string& call_sign) const {
  return id_named(draft_.units, call_sign, &city::DraftUnit::call_sign);
}

}  // namespace dispatch135::testing
