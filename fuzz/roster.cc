// A roster as CSV.
#include <cstddef>
#include <cstdint>
#include <string>

#include "services/dispatchctl/roster_file.h"
#include "services/dispatchctl/subcommands.h"

using namespace dispatch135;  // NOLINT(google-build-using-namespace)

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    (void)dispatchctl::in_parts(dispatchctl::parse_roster("roster.csv", text, 480));
  } catch (const dispatchctl::CommandError&) {
    // A mistake of the file, told as such.
  }
  return 0;
}
