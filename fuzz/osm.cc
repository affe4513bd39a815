// An OpenStreetMap file, as PBF or XML, into a city's draft.
#include <cstddef>
#include <cstdint>
#include <sstream>

#include "fuzz/input_file.h"
#include "services/citybuild/osm_import.h"

using namespace dispatch135;  // NOLINT(google-build-using-namespace)

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const fuzz::InputFile file(data[0] == '<' ? ".osm" : ".osm.pbf", data, size);
  citybuild::OsmOptions options;
  options.pbf = file.path();
  options.region = RegionId(320'200);
  options.name = "fuzz";
  options.posts = "osm";
  std::ostringstream told;
  citybuild::Report report(told, false);
  const auto draft = citybuild::import_osm(options, report);
  if (draft) (void)city::build_city(draft.value()).ok();
  return 0;
}
