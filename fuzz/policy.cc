// A policy file.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "services/policy/policy_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)dispatch135::policy::parse_policy(text, "policy.yaml").ok();
  return 0;
}
