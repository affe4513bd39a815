#include "services/common/mapped_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace dispatch135::common {
namespace {

TEST(MappedFile, GivesTheBytesAlsoAfterAMove) {
  const auto path = testing::TempDir() + "mapped_file_test";
  std::ofstream(path) << "five!";
  auto opened = MappedFile::open(path);
  ASSERT_TRUE(opened.ok());
  const MappedFile file = std::move(opened.value());
  ASSERT_EQ(file.bytes().size(), 5u);
  EXPECT_EQ(static_cast<char>(file.bytes()[4]), '!');
  std::filesystem::remove(path);
}

TEST(MappedFile, AnEmptyFileGivesNoBytes) {
  const auto path = testing::TempDir() + "mapped_file_test_empty";
  std::ofstream(path) << "";
  const auto opened = MappedFile::open(path);
  ASSERT_TRUE(opened.ok());
  EXPECT_TRUE(opened.value().bytes().empty());
  std::filesystem::remove(path);
}

TEST(MappedFile, AMissingFileAndAFolderAreNamedInTheError) {
  EXPECT_EQ(MappedFile::open("/nonexistent").error().message,
            "/nonexistent: cannot be read: No such file or directory");
  EXPECT_EQ(MappedFile::open("/tmp").error().message, "/tmp: is not a plain file");
}

}  // namespace
}  // namespace dispatch135::common
