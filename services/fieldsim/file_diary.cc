#include "services/fieldsim/file_diary.h"

#include <cerrno>
#include <cstring>

namespace dispatch135::fieldsim {

Result<std::unique_ptr<FileDiary>> FileDiary::open(const std::string& path) {
  std::FILE* file = nullptr;
  if (!path.empty()) {
    file = std::fopen(path.c_str(), "ae");
    if (file == nullptr) return Error{"cannot write the diary " + path + ": " + std::strerror(errno)};
  }
  return std::unique_ptr<FileDiary>(new FileDiary(file));
}

FileDiary::~FileDiary() {
  if (file_ != nullptr) std::fclose(file_);
}

void FileDiary::write(const DiaryEntry& entry) {
  if (file_ == nullptr) return;
  const std::string line = to_json_line(entry) + "\n";
  std::fwrite(line.data(), 1, line.size(), file_);
}

bool FileDiary::flush() { return file_ == nullptr || (std::fflush(file_) == 0 && std::ferror(file_) == 0); }

}  // namespace dispatch135::fieldsim
