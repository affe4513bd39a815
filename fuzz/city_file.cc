// A city file: what opens can be used without further care. Its checksums are set right, else hardly an input would get
// past them.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "engine/base/hash.h"
#include "engine/base/limits.h"
#include "engine/city/city.h"
#include "engine/road/live_roads.h"
#include "engine/road/route.h"

using namespace dispatch135;  // NOLINT(google-build-using-namespace)

namespace {

void mend(std::vector<std::byte>& bytes) {
  city::format::SectionTable table;
  if (bytes.size() < sizeof(city::format::Header) + sizeof(table)) return;
  std::byte* at = bytes.data() + sizeof(city::format::Header);
  std::memcpy(&table, at, sizeof(table));
  for (city::format::SectionEntry& entry : table) {
    if (entry.offset > bytes.size() || entry.size > bytes.size() - entry.offset) continue;
    entry.checksum = hash_bytes(bytes.data() + entry.offset, entry.size);
  }
  std::memcpy(at, &table, sizeof(table));
}

void use(const city::City& city) {
  const auto junctions = city.roads().junctions;
  for (std::size_t i = 0; i < std::min<std::size_t>(junctions.size(), 8); ++i) {
    (void)city.region_at(junctions[i]);
    (void)city.district_at(junctions[i]);
    (void)city.place_class_at(junctions[i], 150'000);
  }
  for (std::uint32_t i = 0; i < city.unit_count(); ++i) (void)city.post(city.unit(UnitIndex(i)).post).name.size();
  for (std::size_t i = 0; i < city.place_count(); ++i) (void)city.place(i).name.size();
  for (std::size_t i = 0; i < city.district_count(); ++i) (void)city.district_outline(i).size();
  for (std::uint32_t i = 0; i < city.roads().edges.size(); ++i) (void)city.street_name(EdgeIndex(i)).size();
  road::LiveRoads roads(city.roads());
  road::RouteFinder routes(roads);
  if (junctions.empty()) return;
  const auto from = city.roads().snap(junctions.front(), road::TravelKind::kCar, limits::kSnapLimitMm);
  const auto to = city.roads().snap(junctions.back(), road::TravelKind::kCar, limits::kSnapLimitMm);
  if (from && to) (void)routes.find(*from, *to, road::TravelKind::kCar);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::byte> bytes(size);
  if (size > 0) std::memcpy(bytes.data(), data, size);
  mend(bytes);
  const auto opened = city::City::open(bytes);
  if (opened) use(opened.value());
  return 0;
}
