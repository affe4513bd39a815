// The diary as a file of JSON lines (docs/formats/diary.md).
#pragma once

#include <cstdio>
#include <memory>
#include <string>

#include "engine/base/result.h"
#include "services/fieldsim/diary.h"

namespace dispatch135::fieldsim {

// One thread. Lines reach the file when the buffer is full, with flush(), and at the end.
class FileDiary final : public Diary {
 public:
  // An empty path: nothing is kept. An existing file is continued.
  static Result<std::unique_ptr<FileDiary>> open(const std::string& path);
  ~FileDiary() override;
  FileDiary(const FileDiary&) = delete;
  FileDiary& operator=(const FileDiary&) = delete;

  void write(const DiaryEntry& entry) override;
  // False: the file does not take any more (a full disk).
  bool flush();

 private:
  explicit FileDiary(std::FILE* file) : file_(file) {}
  std::FILE* file_;  // Null: nothing is kept.
};

}  // namespace dispatch135::fieldsim
