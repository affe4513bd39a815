// The layout of a city file (docs/formats/city.md), and a checked view of its sections. Little-endian; read in place.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/geo/grid.h"
#include "engine/geo/point.h"
#include "engine/geo/polygon.h"
#include "engine/road/network.h"

namespace dispatch135::city::format {

static_assert(std::endian::native == std::endian::little, "city files are little-endian and read in place");

inline constexpr std::array<char, 8> kMagic = {'D', '1', '3', '5', 'C', 'I', 'T', 'Y'};
inline constexpr std::uint32_t kVersion = 3;
inline constexpr std::size_t kAlignment = 8;

// The times of more links are left out of the file (40 bytes each) and worked out when it is opened.
inline constexpr std::size_t kMostLinksWithTimes = 4'000'000;

// In the order in which they stand in the file; each exactly once.
enum class Section : std::uint32_t {
  kInfo = 1,
  kText,
  kJunctions,
  kEdges,
  kEdgeMs,
  kShapePoints,
  kShapeMm,
  kApproachBegin,
  kOutBegin,
  kOutArcs,
  kTurnMs,
  kNodeOf,
  kNodes,
  kLinkUpTo,
  kLinkMs,
  kGridBegin,
  kGridPieces,
  kStreetNames,
  kRegions,
  kDistricts,
  kCorners,
  kPosts,
  kUnits,
  kPlaces,
  kPlaceBegin,
};
inline constexpr std::size_t kSections = 25;
inline constexpr std::array<std::string_view, kSections> kSectionNames = {"info",
                                                                          "text",
                                                                          "junctions",
                                                                          "edges",
                                                                          "edge times",
                                                                          "shape points",
                                                                          "shape distances",
                                                                          "approach starts",
                                                                          "out-arc starts",
                                                                          "out-arcs",
                                                                          "turn costs",
                                                                          "hierarchy nodes of approaches",
                                                                          "hierarchy nodes",
                                                                          "hierarchy links",
                                                                          "link times",
                                                                          "road grid starts",
                                                                          "road grid pieces",
                                                                          "street names",
                                                                          "regions",
                                                                          "districts",
                                                                          "corners",
                                                                          "posts",
                                                                          "units",
                                                                          "places",
                                                                          "place grid starts"};

struct Header {
  std::array<char, 8> magic = kMagic;
  std::uint32_t version = kVersion;
  std::uint32_t sections = kSections;
};
static_assert(sizeof(Header) == 16);

struct SectionEntry {
  std::uint32_t id = 0;
  std::uint32_t reserved = 0;  // 0.
  std::uint64_t offset = 0;    // From the start of the file, a multiple of kAlignment.
  std::uint64_t size = 0;      // In bytes, without the padding that follows.
  std::uint64_t checksum = 0;  // XXH3-64 of the section.
};
static_assert(sizeof(SectionEntry) == 32);
using SectionTable = std::array<SectionEntry, kSections>;

// A part of the text section.
struct TextRef {
  std::uint32_t offset = 0;
  std::uint32_t size = 0;
};

struct GridRecord {
  std::int64_t origin_x_mm = 0;
  std::int64_t origin_y_mm = 0;
  std::int64_t cell_mm = 0;
  std::uint32_t columns = 0;
  std::uint32_t rows = 0;

  static GridRecord of(const geo::Grid& g) { return {g.origin_x_mm, g.origin_y_mm, g.cell_mm, g.columns, g.rows}; }
  geo::Grid grid() const { return {origin_x_mm, origin_y_mm, cell_mm, columns, rows}; }
};
static_assert(sizeof(GridRecord) == 32);

struct Info {
  geo::Point origin;
  std::int64_t mm_per_latitude_e7_q20 = 0;
  std::int64_t mm_per_longitude_e7_q20 = 0;
  GridRecord road_grid;
  GridRecord place_grid;
  TextRef name;
};
static_assert(sizeof(Info) == 96);

// A region, or a district of one.
struct AreaRecord {
  std::uint32_t id = 0;
  std::uint32_t region = 0;  // Of a district; of a region its own id.
  TextRef name;
  std::uint32_t first_corner = 0;
  std::uint32_t corner_count = 0;
  geo::Box box;
};
static_assert(sizeof(AreaRecord) == 40);

struct PostRecord {
  std::uint64_t id = 0;
  TextRef name;
  geo::Point position;
  std::uint32_t kind = 0;
  std::uint32_t region = 0;
  std::uint32_t district = 0;  // 0: none.
  std::uint32_t reserved = 0;  // 0.
};
static_assert(sizeof(PostRecord) == 40);

struct UnitRecord {
  std::uint64_t id = 0;
  TextRef call_sign;
  std::uint32_t post = 0;  // Into the posts.
  std::uint32_t kind = 0;
  std::uint32_t travel_kind = 0;
  std::uint32_t capabilities = 0;
};
static_assert(sizeof(UnitRecord) == 32);

struct PlaceRecord {
  TextRef name;
  geo::Point position;
  std::uint32_t place_class = 0;
};
static_assert(sizeof(PlaceRecord) == 20);

// What a file holds, in place.
struct View {
  std::uint64_t fingerprint = 0;
  Info info;
  std::span<const char> text;
  road::Network roads;
  std::span<const TextRef> street_names;
  std::span<const AreaRecord> regions;
  std::span<const AreaRecord> districts;
  std::span<const geo::Point> corners;
  std::span<const PostRecord> posts;
  std::span<const UnitRecord> units;
  std::span<const PlaceRecord> places;         // Ordered by their cell of the place grid.
  std::span<const std::uint32_t> place_begin;  // Cell -> its first place; one entry more than there are cells.

  std::string_view string(TextRef ref) const { return {text.data() + ref.offset, ref.size}; }
  std::span<const geo::Point> outline(const AreaRecord& area) const {
    return corners.subspan(area.first_corner, area.corner_count);
  }
};

}  // namespace dispatch135::city::format
