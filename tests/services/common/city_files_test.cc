#include "services/common/city_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <vector>

#include "tests/engine/map_fixture.h"

namespace dispatch135::common {
namespace {

using dispatch135::testing::AsciiMap;
using ::testing::HasSubstr;

class CityFilesTest : public ::testing::Test {
 protected:
  CityFilesTest() {
    std::string name = std::filesystem::temp_directory_path() / "city_files_XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~CityFilesTest() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& drawing) {
    AsciiMap map(drawing);
    map.add_post("west", 'A');
    const auto built = map.build();
    return write_bytes(name, {reinterpret_cast<const char*>(built.bytes().data()), built.bytes().size()});
  }
  std::string write_bytes(const std::string& name, std::string_view bytes) {
    const std::string path = folder_ / name;
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  std::filesystem::path folder_;
};

TEST_F(CityFilesTest, ACityIsFoundByItsFingerprintAndByItsRegion) {
  const auto files = CityFiles::open({write("a.city", "A--1--B"), write("b.city", "A--1--B--C")});
  ASSERT_TRUE(files.ok()) << files.error().message;
  const auto all = files.value()->all();
  ASSERT_EQ(all.size(), 2U);
  ASSERT_NE(all[0]->fingerprint(), all[1]->fingerprint());
  EXPECT_EQ(files.value()->find(all[1]->fingerprint()), all[1]);
  EXPECT_EQ(files.value()->find(AsciiMap::kRegion), all[0]) << "the first file that has the region counts";
  EXPECT_EQ(files.value()->find(CityFingerprint(1)), nullptr);
  EXPECT_EQ(files.value()->find(RegionId(999'999)), nullptr);
}

TEST_F(CityFilesTest, NoFilesAreNoCities) {
  const auto files = CityFiles::open({});
  ASSERT_TRUE(files.ok());
  EXPECT_TRUE(files.value()->all().empty());
}

TEST_F(CityFilesTest, AMissingOrWrongFileIsToldByItsName) {
  const std::string good = write("a.city", "A--1--B");
  const auto missing = CityFiles::open({good, folder_ / "none.city"});
  ASSERT_FALSE(missing.ok());
  EXPECT_THAT(missing.error().message, HasSubstr("none.city"));
  const auto wrong = CityFiles::open({good, write_bytes("text.city", "not a city")});
  ASSERT_FALSE(wrong.ok());
  EXPECT_THAT(wrong.error().message, HasSubstr("text.city: "));
}

}  // namespace
}  // namespace dispatch135::common
