// An input as a file, for decoders that read files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace dispatch135::fuzz {

// A file in memory that is gone with this object.
class InputFile {
 public:
  // `ending`: of its name, such as ".osm".
  InputFile(const std::string& ending, const std::uint8_t* data, std::size_t size);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace dispatch135::fuzz
