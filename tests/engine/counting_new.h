// Linked into a test program, counts its allocations.
#pragma once

#include <cstdint>

namespace dispatch135::testing {

// How often operator new was called so far, by all threads.
std::uint64_t allocation_count();

}  // namespace dispatch135::testing
