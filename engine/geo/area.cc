#include "engine/geo/area.h"

#include <algorithm>
#include <array>
#include <compare>

#include "engine/base/check.h"

namespace dispatch135::geo {
namespace {

constexpr std::size_t kBands = 256;

// On which side of the line from a to b the point lies. Each product fits into 64 bits, their difference may not.
std::strong_ordering side_of(Point a, Point b, Point p) {
  const std::int64_t left =
      (std::int64_t{p.longitude_e7} - a.longitude_e7) * (std::int64_t{b.latitude_e7} - a.latitude_e7);
  const std::int64_t right =
      (std::int64_t{b.longitude_e7} - a.longitude_e7) * (std::int64_t{p.latitude_e7} - a.latitude_e7);
  return left <=> right;
}

bool overlap(const Box& a, const Box& b) {
  return a.least.latitude_e7 <= b.most.latitude_e7 && b.least.latitude_e7 <= a.most.latitude_e7 &&
         a.least.longitude_e7 <= b.most.longitude_e7 && b.least.longitude_e7 <= a.most.longitude_e7;
}

Box box_of(Point a, Point b) { return box_around(std::array{a, b}); }

// Two straight lines have a point in common.
bool meet(Point a, Point b, Point c, Point d) {
  if (!overlap(box_of(a, b), box_of(c, d))) return false;
  const auto apart = [](std::strong_ordering one, std::strong_ordering other) { return one != 0 && one == other; };
  return !apart(side_of(c, d, a), side_of(c, d, b)) && !apart(side_of(a, b, c), side_of(a, b, d));
}

}  // namespace

Area::Area(std::span<const Point> outline) : box_(box_around(outline)) {
  D135_CHECK(outline.size() >= 3, "an area has at least 3 corners");
  bands_.resize(std::min(kBands, outline.size()));
  for (std::size_t i = 0; i < outline.size(); ++i) {
    const Side side = {outline[i], outline[i + 1 == outline.size() ? 0 : i + 1]};
    const auto [south, north] = std::minmax(side.a.latitude_e7, side.b.latitude_e7);
    for (std::size_t band = band_of(south); band <= band_of(north); ++band) bands_[band].push_back(side);
  }
}

std::size_t Area::band_of(std::int32_t latitude_e7) const {
  const std::int64_t height = std::int64_t{box_.most.latitude_e7} - box_.least.latitude_e7 + 1;
  const std::int64_t above =
      std::clamp<std::int64_t>(std::int64_t{latitude_e7} - box_.least.latitude_e7, 0, height - 1);
  return static_cast<std::size_t>(above * static_cast<std::int64_t>(bands_.size()) / height);
}

bool Area::contains(Point p) const {
  if (!box_.contains(p)) return false;
  bool inside = false;
  for (const Side& side : bands_[band_of(p.latitude_e7)]) {
    const std::strong_ordering where = side_of(side.a, side.b, p);
    if (where == 0 && box_of(side.a, side.b).contains(p)) return true;
    const bool spans_latitude = (side.a.latitude_e7 > p.latitude_e7) != (side.b.latitude_e7 > p.latitude_e7);
    if (spans_latitude && (side.b.latitude_e7 > side.a.latitude_e7 ? where < 0 : where > 0)) inside = !inside;
  }
  return inside;
}

bool Area::touches(Point a, Point b) const {
  if (!overlap(box_, box_of(a, b))) return false;
  if (contains(a)) return true;
  const auto [south, north] = std::minmax(a.latitude_e7, b.latitude_e7);
  for (std::size_t band = band_of(south); band <= band_of(north); ++band) {
    for (const Side& side : bands_[band]) {
      if (meet(a, b, side.a, side.b)) return true;
    }
  }
  return false;
}

std::optional<std::pair<std::size_t, std::size_t>> first_crossing(std::span<const Point> outline) {
  const std::size_t n = outline.size();
  // The side from `middle` to `to` goes back over the one from `from` to `middle`.
  const auto folds = [](Point from, Point middle, Point to) {
    if (side_of(from, middle, to) != 0) return false;
    const auto less = [](std::int64_t a, std::int64_t b) { return a < b ? -1 : a > b ? 1 : 0; };
    return less(middle.latitude_e7, from.latitude_e7) == less(middle.latitude_e7, to.latitude_e7) &&
           less(middle.longitude_e7, from.longitude_e7) == less(middle.longitude_e7, to.longitude_e7);
  };
  for (std::size_t i = 0; i < n; ++i) {
    const Point a = outline[i];
    const Point b = outline[(i + 1) % n];
    if (a == b) return std::pair(i, i);
    for (std::size_t j = i + 1; j < n; ++j) {
      const Point c = outline[j];
      const Point d = outline[(j + 1) % n];
      const bool next = j == i + 1;
      const bool before = i == 0 && j == n - 1;
      const bool crosses =
          (next && folds(a, b, d)) || (before && folds(c, a, b)) || (!next && !before && meet(a, b, c, d));
      if (crosses) return std::pair(i, j);
    }
  }
  return std::nullopt;
}

}  // namespace dispatch135::geo
