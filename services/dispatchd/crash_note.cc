#include "services/dispatchd/crash_note.h"

#include <unistd.h>

#include <array>
#include <csignal>
#include <cstddef>
#include <cstring>

namespace dispatch135::dispatchd {
namespace {

struct Applying {
  volatile bool any = false;
  volatile std::int32_t partition = 0;
  volatile std::int64_t offset = 0;
};
thread_local Applying applying;

// Only what a signal handler may do: no memory, no streams.
class Line {
 public:
  Line& operator<<(const char* text) {
    for (; *text != '\0' && size_ < text_.size(); ++text) text_[size_++] = *text;
    return *this;
  }
  Line& operator<<(std::int64_t number) {
    std::array<char, 20> digits{};
    std::size_t count = 0;
    do {
      digits[count++] = static_cast<char>('0' + number % 10);
      number /= 10;
    } while (number > 0);
    while (count > 0 && size_ < text_.size()) text_[size_++] = digits[--count];
    return *this;
  }
  void print() const {
    const auto written = write(STDERR_FILENO, text_.data(), size_);
    static_cast<void>(written);
  }

 private:
  std::array<char, 512> text_{};
  std::size_t size_ = 0;
};

void on_death(int signal) {
  if (applying.any) {
    Line line;
    line << "died while applying the record at offset " << applying.offset << " of partition " << applying.partition
         << " of dispatch.log. If it dies of the same record when it is started again, have all nodes pass it over: "
            "dispatchctl log skip --partition "
         << std::int64_t{applying.partition} << " --offset " << applying.offset << " --reason WHY\n";
    line.print();
  }
  // The handler was reset when it was called: the same signal ends the process now.
  raise(signal);
}

}  // namespace

void print_crash_notes() {
  struct sigaction action {};
  action.sa_handler = on_death;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_NODEFER);
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL}) sigaction(signal, &action, nullptr);
}

CrashNote::CrashNote(std::int32_t partition, std::int64_t offset) {
  applying.partition = partition;
  applying.offset = offset;
  applying.any = true;
}

CrashNote::~CrashNote() { applying.any = false; }

}  // namespace dispatch135::dispatchd
