#include "fuzz/input_file.h"

#include <unistd.h>

#include <cstdio>
#include <fstream>

namespace dispatch135::fuzz {

InputFile::InputFile(const std::string& ending, const std::uint8_t* data, std::size_t size)
    : path_("/dev/shm/dispatch135-fuzz-" + std::to_string(::getpid()) + ending) {
  std::ofstream out(path_, std::ios::binary);
  out.write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
}

InputFile::~InputFile() { std::remove(path_.c_str()); }

}  // namespace dispatch135::fuzz
