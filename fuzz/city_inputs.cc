// What people bring beside a map: posts, places and outlines. The first byte says which, and in what form.
#include "services/citybuild/city_inputs.h"

#include <cstddef>
#include <cstdint>
#include <string>

#include "fuzz/input_file.h"

using namespace dispatch135;  // NOLINT(google-build-using-namespace)

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const char which = static_cast<char>(data[0]);
  if (which == 'o') {
    const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
    (void)citybuild::parse_outlines(text, "outlines.geojson", RegionId(320'200)).ok();
    return 0;
  }
  const bool json = which == 'P' || which == 'L';
  const fuzz::InputFile file(json ? ".geojson" : ".csv", data + 1, size - 1);
  if (which == 'p' || which == 'P') (void)citybuild::read_posts(file.path()).ok();
  if (which == 'l' || which == 'L') (void)citybuild::read_places(file.path()).ok();
  return 0;
}
