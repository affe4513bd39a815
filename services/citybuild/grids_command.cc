// grids: a file of micro-grids from GeoJSON.
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "engine/city/micro_grids.h"
#include "services/citybuild/commands.h"
#include "services/citybuild/geojson.h"
#include "services/citybuild/output_file.h"

namespace dispatch135::citybuild {
namespace {

// A number, or a text of digits; 0: neither.
std::uint64_t number(const Json& properties, const char* key) {
  const auto found = properties.find(key);
  if (found == properties.end()) return 0;
  if (found->is_number_unsigned()) return found->get<std::uint64_t>();
  if (!found->is_string()) return 0;
  const std::string text = found->get<std::string>();
  if (text.empty() || text.size() > 19 || text.find_first_not_of("0123456789") != text.npos) return 0;
  return std::stoull(text);
}

// The outer ring of a polygon, not closed; empty: it is none.
std::vector<geo::Point> outline_of(const Json& geometry) {
  std::vector<geo::Point> outline;
  if (geometry.value("type", "") != "Polygon" || !geometry.contains("coordinates")) return outline;
  const Json& rings = geometry["coordinates"];
  if (!rings.is_array() || rings.empty() || !rings[0].is_array()) return outline;
  for (const Json& corner : rings[0]) {
    if (!corner.is_array() || corner.size() < 2 || !corner[0].is_number() || !corner[1].is_number()) return {};
    const double longitude = corner[0].get<double>();
    const double latitude = corner[1].get<double>();
    if (!(std::abs(longitude) <= 180) || !(std::abs(latitude) <= 90)) return {};
    outline.push_back({static_cast<std::int32_t>(std::lround(latitude * 1e7)),
                       static_cast<std::int32_t>(std::lround(longitude * 1e7))});
  }
  if (outline.size() > 1 && outline.front() == outline.back()) outline.pop_back();
  return outline;
}

}  // namespace

std::optional<Error> run_grids(const GridsOptions& options) {
  std::ifstream in(options.geojson);
  if (!in) return Error{options.geojson + ": cannot be read"};
  const Json file = Json::parse(in, nullptr, false);
  if (file.is_discarded() || !file.is_object() || !file.contains("features") || !file["features"].is_array()) {
    return Error{options.geojson + ": must be a GeoJSON FeatureCollection"};
  }
  const Json& features = file["features"];
  std::vector<std::vector<geo::Point>> outlines;
  std::vector<city::MicroGrid> grids;
  for (std::size_t i = 0; i < features.size(); ++i) {
    const std::string where = options.geojson + ": feature " + std::to_string(i + 1);
    const Json& feature = features[i];
    if (!feature.is_object() || !feature.contains("geometry") || !feature["geometry"].is_object() ||
        !feature.contains("properties") || !feature["properties"].is_object()) {
      return Error{where + ": must have a geometry and properties"};
    }
    city::MicroGrid grid;
    grid.code = number(feature["properties"], "code");
    if (grid.code == 0) return Error{where + ": the property code must be a number that is not 0"};
    const std::uint64_t township = number(feature["properties"], "township");
    if (township > 999'999'999) return Error{where + ": the property township has at most 9 digits"};
    grid.township = static_cast<std::uint32_t>(township);
    grid.worker = UnitId(number(feature["properties"], "worker"));
    outlines.push_back(outline_of(feature["geometry"]));
    if (outlines.back().empty()) return Error{where + ": must be a polygon in WGS-84 degrees"};
    grids.push_back(grid);
  }
  for (std::size_t i = 0; i < grids.size(); ++i) grids[i].outline = outlines[i];
  const Result<std::vector<std::byte>> built = city::build_micro_grids(grids);
  if (!built) return Error{options.geojson + ": " + built.error().message};
  if (auto failed = write_whole(options.out, built.value())) return failed;
  const Result<city::MicroGrids> opened = city::MicroGrids::open(built.value());
  if (!opened) return opened.error();
  std::printf("%s: %zu micro-grids, fingerprint %016llx\n", options.out.c_str(), opened.value().size(),
              static_cast<unsigned long long>(opened.value().fingerprint().value()));
  return std::nullopt;
}

}  // namespace dispatch135::citybuild
