// The settings of a service, a city's recipe or a travel profile. The first byte says which.
#include "services/fieldsim/config.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "fuzz/input_file.h"
#include "services/citybuild/profile.h"
#include "services/citybuild/recipe.h"
#include "services/dispatchd/settings.h"
#include "services/intake/settings.h"

using namespace dispatch135;  // NOLINT(google-build-using-namespace)

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const char which = static_cast<char>(data[0]);
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (which == 'd' || which == 'i') {
    const fuzz::InputFile file(".yaml", data + 1, size - 1);
    if (which == 'd') (void)dispatchd::read_settings(file.path()).ok();
    if (which == 'i') (void)intake::read_settings(file.path()).ok();
  }
  if (which == 'f') (void)fieldsim::parse_config(text, "fieldsim.yaml").ok();
  if (which == 'r') (void)citybuild::parse_recipe(text, "recipe.yaml").ok();
  if (which == 'p') (void)citybuild::parse_profile(text, "profile.yaml").ok();
  return 0;
}
