// A file of calls.
#include <cstddef>
#include <cstdint>
#include <string>

#include "services/simulate/calls_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  (void)dispatch135::simulate::parse_calls(text, "calls.csv").ok();
  return 0;
}
