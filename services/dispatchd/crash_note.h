// Which record a node was applying when its process died: without it nobody knows which one to skip.
#pragma once

#include <cstdint>

namespace dispatch135::dispatchd {

// From here on a failed check or a crash of this process prints to standard error what the thread was applying, and
// what to do about it. Once, at the start.
void print_crash_notes();

// While it lives, the calling thread applies that record of dispatch.log.
class CrashNote {
 public:
  CrashNote(std::int32_t partition, std::int64_t offset);
  ~CrashNote();
  CrashNote(const CrashNote&) = delete;
  CrashNote& operator=(const CrashNote&) = delete;
};

}  // namespace dispatch135::dispatchd
