// Micro-grids from GeoJSON, as an operator types it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/services/citybuild/command_line.h"

namespace dispatch135::citybuild {
namespace {

using ::testing::HasSubstr;

class GridsCommand : public CommandLineTest {
 protected:
  static std::string square(const std::string& properties, const std::string& kind = "Polygon") {
    return R"({"type": "Feature", "properties": {)" + properties + R"(}, "geometry": {"type": ")" + kind +
           R"(", "coordinates": [[[120.0, 31.0], [120.1, 31.0], [120.1, 31.1], [120.0, 31.1], [120.0, 31.0]]]}})";
  }
  void write(const std::string& features) {
    folder_.file("g.geojson", R"({"type": "FeatureCollection", "features": [)" + features + "]}");
  }
  std::string refused() { return refusal({"grids", "--geojson", "@g.geojson", "--out", "@g.grids"}); }
};

TEST_F(GridsCommand, PolygonsBecomeAFileAndItsFingerprintIsTold) {
  write(square(R"("code": "320205001002003004", "township": 320205001, "worker": 7)"));
  const Done done = run({"grids", "--geojson", "@g.geojson", "--out", "@g.grids"});
  EXPECT_EQ(done.exit_status, 0) << done.error;
  EXPECT_THAT(done.output, HasSubstr("1 micro-grids, fingerprint "));
}

TEST_F(GridsCommand, WhatIsWrongIsToldWithItsPlace) {
  EXPECT_THAT(refused(), HasSubstr("g.geojson: cannot be read"));
  folder_.file("g.geojson", "[1, 2");
  EXPECT_THAT(refused(), HasSubstr("must be a GeoJSON FeatureCollection"));
  write(square(R"("name": "no code")"));
  EXPECT_THAT(refused(), HasSubstr("feature 1: the property code"));
  write(square(R"("code": 5)") + "," + square(R"("code": 6)", "Point"));
  EXPECT_THAT(refused(), HasSubstr("feature 2: must be a polygon"));
  write(square(R"("code": 5)") + "," + square(R"("code": 5)"));
  EXPECT_THAT(refused(), HasSubstr("micro-grid 5: the code stands twice"));
  write("");
  EXPECT_THAT(refused(), HasSubstr("1 to 4,000,000"));
}

}  // namespace
}  // namespace dispatch135::citybuild
