#include <cstring>
#include <string>
#include <utility>

#include "engine/base/hash.h"
#include "engine/city/city.h"
#include "engine/city/validate.h"
#include "engine/road/customize.h"

namespace dispatch135::city {
namespace {

using format::Section;

Error unusable(const std::string& what) { return {"city file: " + what + "; build it again with citybuild"}; }

// The sections of a file whose table was checked.
class Sections {
 public:
  Sections(std::span<const std::byte> bytes, const format::SectionTable& table) : bytes_(bytes), table_(table) {}

  // False when the section's size is not that of whole records.
  template <typename T>
  bool read(Section section, std::span<const T>& out) const {
    static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= format::kAlignment);
    const format::SectionEntry& entry = table_[static_cast<std::size_t>(section) - 1];
    if (entry.size % sizeof(T) != 0) return false;
    out = {reinterpret_cast<const T*>(bytes_.data() + entry.offset), entry.size / sizeof(T)};
    return true;
  }

 private:
  std::span<const std::byte> bytes_;
  const format::SectionTable& table_;
};

// What is wrong with the header, the table or a checksum. Every byte of the file is covered.
std::optional<std::string> check_frame(std::span<const std::byte> bytes, format::SectionTable& table) {
  if (reinterpret_cast<std::uintptr_t>(bytes.data()) % format::kAlignment != 0)
    return "does not start at a multiple of 8";
  if (bytes.size() < sizeof(format::Header) + sizeof(table)) return "too short for its header";
  format::Header header;
  std::memcpy(&header, bytes.data(), sizeof(header));
  std::memcpy(&table, bytes.data() + sizeof(header), sizeof(table));
  if (header.magic != format::kMagic) return "does not start with D135CITY";
  if (header.version != format::kVersion) {
    return "version " + std::to_string(header.version) + ", this program reads " + std::to_string(format::kVersion);
  }
  if (header.sections != format::kSections) return "has " + std::to_string(header.sections) + " sections";
  std::size_t end = sizeof(header) + sizeof(table);
  for (std::size_t i = 0; i < format::kSections; ++i) {
    const format::SectionEntry& entry = table[i];
    const std::string where = "section " + std::to_string(i + 1) + " (" + std::string(format::kSectionNames[i]) + ") ";
    if (entry.id != i + 1 || entry.reserved != 0) return where + "is not described in its place";
    if (entry.offset != end) return where + "does not start where the one before it ends";
    if (entry.size > bytes.size() - end) return where + "reaches beyond the end of the file";
    if (hash_bytes(bytes.data() + entry.offset, entry.size) != entry.checksum) return where + "is damaged (checksum)";
    end += entry.size;
    while (end % format::kAlignment != 0) {
      if (end == bytes.size()) return where + "is cut off";
      if (bytes[end] != std::byte{0}) return where + "is followed by padding that is not 0";
      ++end;
    }
  }
  if (end != bytes.size()) return "has " + std::to_string(bytes.size() - end) + " bytes after its last section";
  return std::nullopt;
}

}  // namespace

std::optional<Error> City::check_link_times() const {
  const auto problem = format::check_link_times(view_);
  return problem ? std::optional(unusable(*problem)) : std::nullopt;
}

Result<City> City::open(std::span<const std::byte> bytes) {
  format::SectionTable table;
  if (const auto problem = check_frame(bytes, table)) return unusable(*problem);
  const Sections sections(bytes, table);
  format::View view;
  view.fingerprint = hash_bytes(&table, sizeof(table));
  road::Network& roads = view.roads;
  std::span<const format::Info> info;
  const bool whole =
      sections.read(Section::kInfo, info) && info.size() == 1 && sections.read(Section::kText, view.text) &&
      sections.read(Section::kJunctions, roads.junctions) && sections.read(Section::kEdges, roads.edges) &&
      sections.read(Section::kEdgeMs, roads.edge_ms) && sections.read(Section::kShapePoints, roads.shape_points) &&
      sections.read(Section::kShapeMm, roads.shape_mm) &&
      sections.read(Section::kApproachBegin, roads.approach_begin) &&
      sections.read(Section::kOutBegin, roads.out_begin) && sections.read(Section::kOutArcs, roads.out_arcs) &&
      sections.read(Section::kTurnMs, roads.turn_ms) && sections.read(Section::kNodeOf, roads.hierarchy.node_of) &&
      sections.read(Section::kNodes, roads.hierarchy.nodes) &&
      sections.read(Section::kLinkUpTo, roads.hierarchy.link_up_to) &&
      sections.read(Section::kLinkMs, roads.hierarchy.ms) && sections.read(Section::kGridBegin, roads.grid_begin) &&
      sections.read(Section::kGridPieces, roads.grid_pieces) &&
      sections.read(Section::kStreetNames, view.street_names) && sections.read(Section::kRegions, view.regions) &&
      sections.read(Section::kDistricts, view.districts) && sections.read(Section::kCorners, view.corners) &&
      sections.read(Section::kPosts, view.posts) && sections.read(Section::kUnits, view.units) &&
      sections.read(Section::kPlaces, view.places) && sections.read(Section::kPlaceBegin, view.place_begin);
  if (!whole) return unusable("a section does not hold whole records");
  view.info = info[0];
  roads.projection = {view.info.origin, view.info.mm_per_latitude_e7_q20, view.info.mm_per_longitude_e7_q20};
  roads.grid = view.info.road_grid.grid();
  for (const auto check : {format::check_info, format::check_roads, format::check_hierarchy, format::check_road_grid,
                           format::check_areas, format::check_posts_and_units, format::check_places}) {
    if (const auto problem = check(view)) return unusable(*problem);
  }
  std::shared_ptr<std::vector<road::LinkMs>> link_ms;
  if (roads.hierarchy.ms.empty()) {
    link_ms = std::make_shared<std::vector<road::LinkMs>>(roads.hierarchy.link_up_to.size());
    road::customize(roads, road::links_of_arcs(roads), *link_ms);
    roads.hierarchy.ms = *link_ms;
  }
  return City(view, std::move(link_ms));
}

}  // namespace dispatch135::city
