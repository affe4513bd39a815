// What goes wrong is told with file and reason, ends with status 1, and leaves the city file that was there as it was.
#include <gmock/gmock.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "engine/city/format.h"
#include "tests/services/citybuild/command_line.h"

namespace dispatch135::citybuild {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class BadInput : public CommandLineTest {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(build_block());
    good_ = content("block.city");
  }

  std::string content(const std::string& name) const {
    std::ifstream in(folder_.path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::set<std::string> files() const {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path(""))) {
      names.insert(entry.path().filename().string());
    }
    return names;
  }

  // What the import says that must fail, and leave the city that was there, and nothing else.
  std::string import_refusal(const std::vector<std::string>& more = {}, const std::string& map = "@map.osm") const {
    const auto before = files();
    std::vector<std::string> words = import_words(map);
    words.insert(words.end(), more.begin(), more.end());
    const std::string told = refusal(words);
    EXPECT_EQ(files(), before);
    EXPECT_EQ(content("block.city"), good_) << "the city that was there changed";
    return told;
  }

  // A region of a degree around the block, so that a post can be in it and far from any road.
  std::vector<std::string> with_a_wide_region() const {
    folder_.file("d.geojson", R"({"features": [{"properties": {"code": 320200}, "geometry":
        {"type": "Polygon", "coordinates": [[[119, 30], [121, 30], [121, 32], [119, 32]]]}}]})");
    return {"--districts", "@d.geojson"};
  }

  std::string check_refusal(const std::string& bytes) const {
    folder_.file("bad.city", bytes);
    return refusal({"check", "@bad.city"});
  }

  city::format::SectionTable sections() const {
    city::format::SectionTable table;
    std::memcpy(&table, good_.data() + sizeof(city::format::Header), sizeof(table));
    return table;
  }
  static std::string section_text(std::size_t index) {
    return "section " + std::to_string(index + 1) + " (" + std::string(city::format::kSectionNames[index]) + ")";
  }

  std::string good_;
};

TEST_F(BadInput, CityFileThatIsNoneIsRefused) {
  EXPECT_EQ(check_refusal(""),
            "citybuild: bad.city: city file: too short for its header; build it again with citybuild\n");
  EXPECT_EQ(check_refusal(std::string(10'000, 'x')),
            "citybuild: bad.city: city file: does not start with D135CITY; build it again with citybuild\n");
  EXPECT_EQ(refusal({"check", "@absent.city"}), "citybuild: absent.city: cannot be read: No such file or directory\n");
  EXPECT_EQ(refusal({"check", "@."}), "citybuild: .: is not a plain file\n");
}

TEST_F(BadInput, CityFileThatIsCutOffIsRefusedWithTheSection) {
  const city::format::SectionTable table = sections();
  for (std::size_t i = 0; i < table.size(); ++i) {
    const city::format::SectionEntry& section = table[i];
    if (section.size == 0) continue;
    EXPECT_EQ(check_refusal(good_.substr(0, section.offset + section.size - 1)),
              "citybuild: bad.city: city file: " + section_text(i) +
                  " reaches beyond the end of the file; build it again with citybuild\n");
  }
  EXPECT_EQ(check_refusal(good_ + std::string(8, '\0')),
            "citybuild: bad.city: city file: has 8 bytes after its last section; build it again with citybuild\n");
}

TEST_F(BadInput, CityFileOfAnotherVersionIsRefused) {
  std::string other = good_;
  other[offsetof(city::format::Header, version)] = static_cast<char>(city::format::kVersion + 1);
  const std::string reads = std::to_string(city::format::kVersion);
  EXPECT_EQ(check_refusal(other), "citybuild: bad.city: city file: version " +
                                      std::to_string(city::format::kVersion + 1) + ", this program reads " + reads +
                                      "; build it again with citybuild\n");
}

TEST_F(BadInput, FlippedBitIsRefusedWithTheSection) {
  const city::format::SectionTable table = sections();
  for (std::size_t i = 0; i < table.size(); ++i) {
    const city::format::SectionEntry& section = table[i];
    if (section.size == 0) continue;
    std::string flipped = good_;
    char& byte = flipped[section.offset + section.size / 2];
    byte = static_cast<char>(byte ^ 4);
    EXPECT_EQ(check_refusal(flipped), "citybuild: bad.city: city file: " + section_text(i) +
                                          " is damaged (checksum); build it again with citybuild\n");
  }
}

TEST_F(BadInput, MapThatIsNoneIsRefused) {
  for (const char* name : {"noise.osm.pbf", "noise.osm", "noise.txt"}) {
    folder_.file(name, "This is no map, and never was one.");
    EXPECT_THAT(
        import_refusal({}, "@" + std::string(name)),
        StartsWith("citybuild: " + std::string(name) + ": cannot be read as OpenStreetMap data (.osm.pbf or .osm): "));
  }
  EXPECT_THAT(import_refusal({}, "@absent.osm.pbf"),
              StartsWith("citybuild: absent.osm.pbf: cannot be read as OpenStreetMap data (.osm.pbf or .osm): "));
}

TEST_F(BadInput, MapThatIsCutOffIsRefused) {
  const std::string map = content("map.osm");
  folder_.file("map.osm", map.substr(0, map.size() / 2));
  EXPECT_THAT(import_refusal(), StartsWith("citybuild: map.osm: cannot be read as OpenStreetMap data"));
}

TEST_F(BadInput, MapWithoutRoadsIsRefused) {
  Map map;
  map.node(1, 0, 0).node(2, 0, 10).way(11, {1, 2}, tag("highway", "raceway"));
  folder_.file("map.osm", map.str());
  EXPECT_EQ(import_refusal(),
            "citybuild: map.osm: has no road for any kind of travel that has a profile (of 0 ways); is it an extract "
            "without highways, or without nodes?\n");
}

TEST_F(BadInput, PostOutsideTheCityIsToldWithDistanceAndStreet) {
  folder_.file("posts.csv", "id,name,kind,lat,lon\n42,Field,outpost,30.98,120.005\n");
  EXPECT_EQ(import_refusal(),
            "citybuild: post 42 (Field) lies in no region, 2217 m from the nearest road for anybody (South)\n");
}

TEST_F(BadInput, PostOffTheRoadIsToldWithDistanceAndStreet) {
  folder_.file("posts.csv", "id,name,kind,lat,lon,units,travel_kind\n42,Field,outpost,30.98,120.005,1,motorcycle\n");
  EXPECT_EQ(import_refusal(with_a_wide_region()),
            "citybuild: post 42 (Field) is 2217 m from the nearest road for motorcycles (South); at most 1000 m are "
            "allowed\n");
}

TEST_F(BadInput, DuplicateIdsAreToldWithBothLines) {
  folder_.file("posts.csv", "id,name,kind,lat,lon\n42,A,outpost,31.0,120.0\n\n42,B,outpost,31.01,120.0\n");
  EXPECT_EQ(import_refusal(), "citybuild: posts.csv:4: id 42 is that of posts.csv:2 too\n");
}

TEST_F(BadInput, DistrictThatIsThereTwiceIsRefused) {
  folder_.file("d.geojson", R"({"features": [
      {"properties": {"code": 320213}, "geometry": {"type": "Polygon", "coordinates": [[[119, 30], [121, 30], [121, 32]]]}},
      {"properties": {"code": 320213}, "geometry": {"type": "Polygon", "coordinates": [[[119, 30], [121, 30], [121, 32]]]}}]})");
  EXPECT_EQ(import_refusal({"--districts", "@d.geojson"}), "citybuild: district 320213 is there twice\n");
}

TEST_F(BadInput, PostsFileWithoutAPostIsRefused) {
  folder_.file("posts.csv", "id,name,kind,lat,lon\n");
  EXPECT_EQ(import_refusal(), "citybuild: posts.csv: has no post\n");
}

TEST_F(BadInput, ProfileThatIsEmptyIsRefused) {
  std::filesystem::create_directory(folder_.path("profiles"));
  EXPECT_EQ(import_refusal({"--profiles", "@profiles"}),
            "citybuild: profiles: has no profile (*.yaml); config/profiles has one for each kind of travel\n");
  folder_.file("profiles/car.yaml", "");
  EXPECT_THAT(import_refusal({"--profiles", "@profiles"}),
              StartsWith("citybuild: profiles/car.yaml:1: kind: is missing; add it\n"
                         "profiles/car.yaml:1: speeds: is missing; add it\n"));
}

TEST_F(BadInput, NegativeSpeedIsRefusedWithItsLine) {
  std::filesystem::create_directory(folder_.path("profiles"));
  std::ifstream in(D135_SOURCE_DIR "/config/profiles/car.yaml");
  std::string profile{std::istreambuf_iterator<char>(in), {}};
  const std::size_t at = profile.find("  residential: ");
  ASSERT_NE(at, std::string::npos);
  profile.insert(at + std::strlen("  residential: "), "-");
  folder_.file("profiles/car.yaml", profile);
  EXPECT_EQ(import_refusal({"--profiles", "@profiles"}),
            "citybuild: profiles/car.yaml:20: speeds.residential: '-35' is not a number from 1 to 250\n");
}

TEST_F(BadInput, CityIsNotWrittenWhereItCannotBe) {
  const auto before = files();
  EXPECT_EQ(refusal({"synthetic", "--preset", "small", "--junctions", "600", "--out", "@absent/x.city"}),
            "citybuild: absent/x.city: cannot be written: No such file or directory\n");
  std::filesystem::create_directory(folder_.path("x.city"));
  EXPECT_EQ(refusal({"synthetic", "--preset", "small", "--junctions", "600", "--out", "@x.city"}),
            "citybuild: x.city: cannot be written: Is a directory\n");
  std::filesystem::remove(folder_.path("x.city"));
  EXPECT_EQ(files(), before) << "something half-written is left";
}

TEST_F(BadInput, NewCityTakesThePlaceOfTheOldOneWhole) {
  const auto before = files();
  folder_.file("posts.csv", "id,name,kind,lat,lon\n43,Other,outpost,31.0,120.0\n");
  EXPECT_EQ(run(import_words()).exit_status, 0);
  EXPECT_NE(content("block.city"), good_);
  EXPECT_EQ(run({"check", "@block.city"}).exit_status, 0);
  EXPECT_EQ(files(), before);
}

TEST_F(BadInput, WordsThatAreMissingOrUnknownAreTold) {
  EXPECT_THAT(refusal({"synthetic", "--out", "@x.city"}), HasSubstr("--preset or --recipe is required\n"));
  EXPECT_THAT(refusal({"synthetic", "--preset", "atlantis", "--out", "@x.city"}),
              HasSubstr("--preset: atlantis not in"));
  EXPECT_THAT(refusal({"check"}), HasSubstr("FILE is required\n"));
  EXPECT_THAT(refusal({"demolish"}), HasSubstr("A subcommand is required\n"));
}

}  // namespace
}  // namespace dispatch135::citybuild
