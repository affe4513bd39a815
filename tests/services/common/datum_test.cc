#include "services/common/datum.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>

namespace dispatch135::common {
namespace {

using ::testing::HasSubstr;

v1::Location location(double latitude, double longitude, v1::Datum datum) {
  v1::Location out;
  out.set_latitude_deg(latitude);
  out.set_longitude_deg(longitude);
  out.set_datum(datum);
  return out;
}

void expect_near(Degrees got, Degrees wanted, double tolerance) {
  EXPECT_NEAR(got.latitude, wanted.latitude, tolerance);
  EXPECT_NEAR(got.longitude, wanted.longitude, tolerance);
}

TEST(Datum, Gcj02AgreesWithThePublicVectors) {
  // Shanghai, Shenzhen, Beijing: the vectors of eviltransform. It takes 6,378,137 m for the axis, so we meet it to
  // 1e-6.
  expect_near(wgs84_to_gcj02({31.1774276, 121.5272106}), {31.17530398364597, 121.531541859215}, 1e-6);
  expect_near(wgs84_to_gcj02({22.543847, 113.912316}), {22.540796131694766, 113.9171764808363}, 1e-6);
  expect_near(wgs84_to_gcj02({39.911954, 116.377817}), {39.91334545536069, 116.38404722455657}, 1e-6);
  expect_near(wgs84_to_gcj02({30.6107779, 121.0917077}), {30.608604331756705, 121.09626935575027}, 1e-6);
  // coordtransform's.
  expect_near(wgs84_to_gcj02({39.915, 116.404}), {39.91640428150164, 116.41024449916938}, 1e-9);
}

TEST(Datum, Bd09AgreesWithThePublicVectors) {
  expect_near(gcj02_to_bd09({39.915, 116.404}), {39.92133699351021, 116.41036949371029}, 1e-9);
  expect_near(gcj02_to_bd09({30.608604331756705, 121.09626935575027}), {30.61484572185035, 121.10271732371203}, 1e-9);
  // The public inverse is an approximation, good to about 1e-6; ours is exact.
  expect_near(bd09_to_gcj02({39.915, 116.404}), {39.90865673957631, 116.39762729119315}, 5e-6);
}

TEST(Datum, InsideChinaEveryShiftIsUndoneToTheMillimetre) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> latitude(3.0, 54.0);
  std::uniform_real_distribution<double> longitude(73.0, 136.0);
  for (int i = 0; i < 20'000; ++i) {
    const Degrees place = {latitude(random), longitude(random)};
    const Degrees gcj02 = wgs84_to_gcj02(place);
    ASSERT_GT(std::hypot(gcj02.latitude - place.latitude, gcj02.longitude - place.longitude), 1e-5);
    const Degrees back = gcj02_to_wgs84(gcj02);
    ASSERT_NEAR(back.latitude, place.latitude, 1e-8);
    ASSERT_NEAR(back.longitude, place.longitude, 1e-8);
    const Degrees unbaidu = bd09_to_gcj02(gcj02_to_bd09(gcj02));
    ASSERT_NEAR(unbaidu.latitude, gcj02.latitude, 1e-8);
    ASSERT_NEAR(unbaidu.longitude, gcj02.longitude, 1e-8);
  }
}

TEST(Datum, OutsideChinaGcj02IsWgs84) {
  const Checked<geo::Point> porto = to_wgs84(location(41.1496, -8.611, v1::DATUM_GCJ02));
  ASSERT_TRUE(porto.ok());
  EXPECT_EQ(porto.value(), (geo::Point{411'496'000, -86'110'000}));
}

TEST(Datum, TheSamePlaceInFourDatumsIsOnePoint) {
  const Degrees wuxi = {31.4912, 120.3119};
  const Degrees gcj02 = wgs84_to_gcj02(wuxi);
  const Degrees bd09 = gcj02_to_bd09(gcj02);
  const geo::Point wanted = {314'912'000, 1'203'119'000};
  EXPECT_EQ(to_wgs84(location(wuxi.latitude, wuxi.longitude, v1::DATUM_WGS84)).value(), wanted);
  EXPECT_EQ(to_wgs84(location(wuxi.latitude, wuxi.longitude, v1::DATUM_CGCS2000)).value(), wanted);
  EXPECT_EQ(to_wgs84(location(gcj02.latitude, gcj02.longitude, v1::DATUM_GCJ02)).value(), wanted);
  EXPECT_EQ(to_wgs84(location(bd09.latitude, bd09.longitude, v1::DATUM_BD09)).value(), wanted);
}

TEST(Datum, TheEndsOfTheEarthAreAccepted) {
  EXPECT_EQ(to_wgs84(location(90, 180, v1::DATUM_WGS84)).value(), (geo::Point{900'000'000, 1'800'000'000}));
  EXPECT_EQ(to_wgs84(location(-90, -180, v1::DATUM_WGS84)).value(), (geo::Point{-900'000'000, -1'800'000'000}));
}

TEST(Datum, WhatIsNoPlaceOnEarthIsRefused) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double bad : {nan, infinity, -infinity, 180.0001, -181.0, 1e300}) {
    const Checked<geo::Point> longitude = to_wgs84(location(31, bad, v1::DATUM_WGS84));
    ASSERT_FALSE(longitude.ok()) << bad;
    EXPECT_EQ(longitude.refused().code, v1::REJECT_CODE_OUT_OF_RANGE);
    EXPECT_THAT(longitude.refused().reason, HasSubstr("longitude_deg"));
    const Checked<geo::Point> latitude = to_wgs84(location(bad, 120, v1::DATUM_GCJ02));
    ASSERT_FALSE(latitude.ok()) << bad;
    EXPECT_EQ(latitude.refused().code, v1::REJECT_CODE_OUT_OF_RANGE);
    EXPECT_THAT(latitude.refused().reason, HasSubstr("latitude_deg"));
  }
}

TEST(Datum, ALocationWithoutItsDatumIsRefused) {
  const Checked<geo::Point> none = to_wgs84(location(31, 120, v1::DATUM_UNSPECIFIED));
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.refused().code, v1::REJECT_CODE_MISSING_FIELD);
  const Checked<geo::Point> unknown = to_wgs84(location(31, 120, static_cast<v1::Datum>(77)));
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.refused().code, v1::REJECT_CODE_UNKNOWN_VALUE);
}

}  // namespace
}  // namespace dispatch135::common
