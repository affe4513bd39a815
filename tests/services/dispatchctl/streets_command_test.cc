// Closures, speeds and ways on the command line: against a Console that keeps what it was asked.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>

#include <cstdio>
#include <fstream>
#include <string>

#include "dispatch135/v1/console.grpc.pb.h"
#include "services/common/grpc_server.h"
#include "services/common/refusal.h"
#include "tests/services/dispatchctl/command_line.h"

namespace dispatch135::dispatchctl {
namespace {

using testing::Done;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Unit 7 is under way; the region has one closure.
class StreetsConsole final : public v1::Console::Service {
 public:
  v1::OperatorCommand commanded;

 private:
  grpc::Status Command(grpc::ServerContext*, const v1::CommandRequest* request,
                       v1::CommandResponse* response) override {
    commanded = request->command();
    response->mutable_applied()->set_change_id(4'711);
    return grpc::Status::OK;
  }
  grpc::Status GetRoute(grpc::ServerContext*, const v1::GetRouteRequest* request, v1::Route* route) override {
    if (request->unit_id() != 7) return common::refused(v1::REJECT_CODE_UNKNOWN_ASSIGNMENT, "unit holds no assignment");
    for (const std::int32_t step : {0, 1, 2, 3}) {
      route->add_points()->set_latitude_e7(315'000'000 + step);
      route->mutable_points(step)->set_longitude_e7(1'203'000'000);
    }
    const auto leg = [route](const char* street, std::uint32_t length_mm, std::int64_t time_ms, std::uint32_t first) {
      v1::RouteLeg& added = *route->add_legs();
      added.set_street(street);
      added.set_length_mm(length_mm);
      added.set_time_ms(time_ms);
      added.set_first_point(first);
    };
    leg("Ring Road", 250'000, 25'000, 0);
    leg("", 80'000, 9'500, 2);
    route->set_length_mm(330'000);
    route->set_time_ms(34'500);
    return grpc::Status::OK;
  }
  grpc::Status Watch(grpc::ServerContext*, const v1::WatchRequest*,
                     grpc::ServerWriter<v1::WatchEvent>* events) override {
    v1::WatchEvent event;
    v1::StreetsChange& change = *event.mutable_snapshot()->add_streets();
    change.set_change_id(4'711);
    change.mutable_change()->mutable_whole_city();
    change.mutable_change()->set_closed(true);
    change.set_operator_id("zhang");
    events->Write(event);
    return grpc::Status::OK;
  }
};

class StreetsCommand : public ::testing::Test {
 protected:
  Done run(const std::string& command, const std::string& rest) {
    return testing::run_at(server_->address(), command, rest);
  }
  const v1::ChangeStreets& change(const std::string& verb, const std::string& rest) {
    const Done done = run("streets " + verb, "--operator zhang " + rest);
    EXPECT_EQ(done.exit_code, 0) << done.error;
    EXPECT_THAT(done.output, HasSubstr("change of streets 4711"));
    return console_.commanded.change_streets();
  }
  std::string wrong(const std::string& rest) {
    console_.commanded.Clear();
    const Done done = run("streets close", "--operator zhang " + rest);
    EXPECT_NE(done.exit_code, 0) << rest;
    EXPECT_FALSE(console_.commanded.has_change_streets()) << rest;
    return done.error;
  }

  StreetsConsole console_;
  std::unique_ptr<common::GrpcServer> server_ = std::move(common::GrpcServer::start({}, {&console_}).value());
};

TEST_F(StreetsCommand, APlaceIsAPieceOrAStreetOrANearbyStreetByName) {
  const v1::ChangeStreets piece = change("close", "--at 31.5744,120.3012 --direction backward");
  EXPECT_TRUE(piece.closed());
  EXPECT_EQ(piece.piece().at().latitude_e7(), 315'744'000);
  EXPECT_EQ(piece.piece().at().longitude_e7(), 1'203'012'000);
  EXPECT_EQ(piece.piece().direction(), v1::DIRECTION_BACKWARD);
  const v1::ChangeStreets street = change("close", "--at 31.5744,120.3012 --street");
  EXPECT_TRUE(street.has_street());
  EXPECT_EQ(street.street().name(), "");
  const v1::ChangeStreets named = change("close", "--at 31.5744,120.3012 --name 'Ring Road'");
  EXPECT_EQ(named.street().name(), "Ring Road");
  EXPECT_EQ(named.street().near().latitude_e7(), 315'744'000);
}

TEST_F(StreetsCommand, EdgesAreGivenByNumberWithTheirDirection) {
  const v1::ChangeStreets edges = change("close", "--edges 12,13f,14b --fingerprint 00ff00ff00ff00ff");
  EXPECT_THAT(edges.edges().forward(), ElementsAre(12, 13));
  EXPECT_THAT(edges.edges().backward(), ElementsAre(12, 14));
  EXPECT_EQ(edges.edges().fingerprint(), 0x00ff00ff00ff00ffU);
}

TEST_F(StreetsCommand, AnAreaIsReadFromGeoJson) {
  const std::string file = ::testing::TempDir() + "d135_area.geojson";
  std::ofstream(file) << R"({"type":"FeatureCollection","features":[
    {"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[120.0,31.0]}},
    {"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":
      [[[120.30,31.57],[120.31,31.57],[120.31,31.58],[120.30,31.57]]]}}]})";
  const v1::ChangeStreets area = change("close", "--polygon " + file);
  ASSERT_EQ(area.area().corners_size(), 3) << "the last one repeats the first";
  EXPECT_EQ(area.area().corners(1).longitude_e7(), 1'203'100'000);
  EXPECT_EQ(area.area().corners(2).latitude_e7(), 315'800'000);
  std::ofstream(file) << R"({"type":"LineString","coordinates":[[1,2],[3,4]]})";
  EXPECT_THAT(wrong("--polygon " + file), HasSubstr("has no Polygon"));
  std::ofstream(file) << "{";
  EXPECT_THAT(wrong("--polygon " + file), HasSubstr("is not GeoJSON"));
  std::remove(file.c_str());
  EXPECT_THAT(wrong("--polygon " + file), HasSubstr("cannot read"));
}

TEST_F(StreetsCommand, ASpeedIsPerCentOfTheOneAsBuiltForKindsAndClasses) {
  const v1::ChangeStreets slow =
      change("slow", "--whole-city --speed 12.5 --kinds car,car-with-siren --classes motorway,living-street");
  EXPECT_TRUE(slow.has_whole_city());
  EXPECT_EQ(slow.speed_permille(), 125U);
  EXPECT_THAT(slow.travel_kinds(), ElementsAre(v1::TRAVEL_KIND_CAR, v1::TRAVEL_KIND_CAR_WITH_SIREN));
  EXPECT_THAT(slow.classes(), ElementsAre(v1::ROAD_CLASS_MOTORWAY, v1::ROAD_CLASS_LIVING_STREET));
}

TEST_F(StreetsCommand, TimesAreByTheClockThatTheOffsetNames) {
  const v1::ChangeStreets timed = change("close",
                                         "--whole-city --from 2026-11-23T07:00 --until '2026-11-23 19:00:30' "
                                         "--daily 07:00-09:00 --daily 22:00-05:00 --days mon-fri --utc-offset +08:00");
  EXPECT_EQ(timed.from_ms(), 1'795'388'400'000) << "2026-11-22 23:00 UTC";
  EXPECT_EQ(timed.until_ms(), 1'795'388'400'000 + 12 * 3'600'000 + 30'000);
  ASSERT_EQ(timed.windows_size(), 2);
  EXPECT_EQ(timed.windows(0).begin_min(), 420U);
  EXPECT_EQ(timed.windows(0).end_min(), 540U);
  EXPECT_EQ(timed.windows(1).end_min(), 300U);
  EXPECT_EQ(timed.windows(1).weekdays(), 0b0011111U);
  EXPECT_EQ(timed.utc_offset_min(), 480);
  EXPECT_EQ(change("close", "--whole-city --daily 00:00-24:00 --days fri-mon").windows(0).weekdays(), 0b1110001U);
}

TEST_F(StreetsCommand, WhatIsMistypedIsToldAndNothingIsSent) {
  EXPECT_THAT(wrong(""), HasSubstr("say which streets by one of"));
  EXPECT_THAT(wrong("--whole-city --at 31,120"), HasSubstr("say which streets by one of"));
  EXPECT_THAT(wrong("--at 31.5;120.3"), HasSubstr("LATITUDE,LONGITUDE"));
  EXPECT_THAT(wrong("--at 120.3,31.5"), HasSubstr("LATITUDE,LONGITUDE")) << "the wrong way round";
  EXPECT_THAT(wrong("--at 31,120 --direction left"), HasSubstr("'left' is not known"));
  EXPECT_THAT(wrong("--whole-city --kinds tram"), HasSubstr("'tram' is not known"));
  EXPECT_THAT(wrong("--whole-city --classes alley"), HasSubstr("'alley' is not known"));
  EXPECT_THAT(wrong("--whole-city --daily 7-9"), HasSubstr("like 07:00-09:00"));
  EXPECT_THAT(wrong("--whole-city --daily 07:00-09:00 --days monday"), HasSubstr("like mon-fri"));
  EXPECT_THAT(wrong("--whole-city --days mon"), HasSubstr("--days goes with --daily"));
  EXPECT_THAT(wrong("--whole-city --from tomorrow"), HasSubstr("like 2026-11-23T07:00"));
  EXPECT_THAT(wrong("--whole-city --from 2026-02-30T07:00"), HasSubstr("like 2026-11-23T07:00"));
  EXPECT_THAT(wrong("--whole-city --utc-offset CST"), HasSubstr("like +08:00"));
  EXPECT_THAT(wrong("--edges 12x --fingerprint ff"), HasSubstr("'12x'"));
  EXPECT_THAT(wrong("--edges 12 --fingerprint wuxi"), HasSubstr("--fingerprint"));
}

TEST_F(StreetsCommand, AChangeIsEndedByItsIdAndTheListShowsIt) {
  EXPECT_EQ(run("streets restore", "--operator zhang 4711").exit_code, 0);
  EXPECT_EQ(console_.commanded.restore_streets().change_id(), 4'711U);
  EXPECT_THAT(run("streets list", "").output, HasSubstr("change of streets 4711 (whole city: closed"));
}

TEST_F(StreetsCommand, AWayIsATableOrAMap) {
  const Done table = run("route", "7");
  EXPECT_THAT(table.output, HasSubstr("250 m     25.0 s  Ring Road\n"));
  EXPECT_THAT(table.output, HasSubstr("80 m      9.5 s  (no name)\n"));
  EXPECT_THAT(table.output, HasSubstr("330 m     34.5 s  in all\n"));
  const Done map = run("route", "7 --geojson");
  EXPECT_THAT(map.output, HasSubstr("\"FeatureCollection\""));
  EXPECT_THAT(map.output, HasSubstr("\"street\": \"Ring Road\""));
  const Done none = run("route", "8");
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_THAT(none.error, HasSubstr("holds no assignment"));
}

}  // namespace
}  // namespace dispatch135::dispatchctl
