// Broken invariants stop the process, in every build type.
#pragma once

namespace dispatch135 {

// Prints the place, the condition and the message to standard error, and aborts.
[[noreturn]] void check_failed(const char* file, int line, const char* condition, const char* message);

}  // namespace dispatch135

// D135_CHECK(condition, "what it means when it does not hold")
#define D135_CHECK(condition, message)                                      \
  do {                                                                      \
    if (!(condition)) [[unlikely]] {                                        \
      ::dispatch135::check_failed(__FILE__, __LINE__, #condition, message); \
    }                                                                       \
  } while (false)
