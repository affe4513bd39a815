// Rosters on the command line: against a Console that keeps what it was asked.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "dispatch135/v1/console.grpc.pb.h"
#include "services/common/grpc_server.h"
#include "services/dispatchctl/roster_file.h"
#include "tests/services/dispatchctl/command_line.h"

namespace dispatch135::dispatchctl {
namespace {

using testing::Done;
using ::testing::HasSubstr;

constexpr std::int64_t kMidnight = 1'795'449'600'000;  // 2026-11-24 00:00:00 by a clock 8 hours ahead of UTC.
constexpr std::int64_t kHour = 3'600'000;
const std::string kHeader = "unit,post,from,to,breaks,overtime_min,area\n";

class RosterConsole final : public v1::Console::Service {
 public:
  std::vector<v1::OperatorCommand> commanded;

 private:
  grpc::Status Command(grpc::ServerContext*, const v1::CommandRequest* request, v1::CommandResponse*) override {
    commanded.push_back(request->command());
    return grpc::Status::OK;
  }
  grpc::Status Watch(grpc::ServerContext*, const v1::WatchRequest*,
                     grpc::ServerWriter<v1::WatchEvent>* events) override {
    v1::WatchEvent event;
    for (const std::uint64_t unit : {7, 8}) {
      v1::RosterShift& shift = *event.mutable_snapshot()->add_roster();
      shift.set_unit_id(unit);
      shift.set_post_id(3);
      shift.set_begin_ms(kMidnight);
      shift.set_end_ms(kMidnight + kHour);
    }
    v1::DutyWarned& warned = *event.mutable_snapshot()->add_duty_warnings();
    warned.set_kind(v1::DutyWarned::KIND_ABSENT);
    warned.set_stands(true);
    warned.set_unit_id(8);
    events->Write(event);
    return grpc::Status::OK;
  }
};

class RosterCommand : public ::testing::Test {
 protected:
  ~RosterCommand() override { std::remove(kFile); }
  Done publish(const std::string& csv, const std::string& rest = "") {
    std::ofstream(kFile) << csv;
    return testing::run_at(server_->address(), "roster publish",
                           "--operator zhang --utc-offset +08:00 " + rest + " " + kFile);
  }
  static constexpr const char* kFile = "roster_command_test.csv";
  RosterConsole console_;
  std::unique_ptr<common::GrpcServer> server_ = std::move(common::GrpcServer::start({}, {&console_}).value());
};

TEST_F(RosterCommand, AFileBecomesTheRosterOfItsDays) {
  const Done done = publish(kHeader +
                                "7,,2026-11-24T08:00,2026-11-24T16:00,12:00-12:30;14:00-14:10,60,\r\n"
                                "8,3,2026-11-24T22:00,2026-11-25T06:00,01:00-01:30,,\n"
                                "9,,2026-11-25 08:00,2026-11-25 16:00,,,31.5 120.3; 31.5 120.4; 31.6 120.4\n",
                            "--off 10,11");
  ASSERT_EQ(done.exit_code, 0) << done.error;
  EXPECT_THAT(done.output, HasSubstr("3 shifts published"));
  ASSERT_EQ(console_.commanded.size(), 1U);
  const v1::PublishRoster& roster = console_.commanded[0].publish_roster();
  EXPECT_EQ(roster.from_ms(), kMidnight);
  EXPECT_EQ(roster.until_ms(), kMidnight + 48 * kHour);
  EXPECT_EQ(roster.units_size(), 2);
  ASSERT_EQ(roster.shifts_size(), 3);
  EXPECT_EQ(roster.shifts(0).begin_ms(), kMidnight + 8 * kHour);
  EXPECT_EQ(roster.shifts(0).breaks_size(), 2);
  EXPECT_EQ(roster.shifts(0).breaks(0).begin_ms(), kMidnight + 12 * kHour);
  EXPECT_EQ(roster.shifts(0).breaks(0).end_ms(), kMidnight + 12 * kHour + kHour / 2);
  EXPECT_EQ(roster.shifts(0).overtime_limit_ms(), kHour);
  EXPECT_EQ(roster.shifts(1).post_id(), 3U);
  EXPECT_EQ(roster.shifts(1).breaks(0).begin_ms(), kMidnight + 25 * kHour) << "after midnight";
  EXPECT_EQ(roster.shifts(2).area_size(), 3);
  EXPECT_EQ(roster.shifts(2).area(2).latitude_e7(), 316'000'000);
}

TEST_F(RosterCommand, AMistakeIsToldWithItsLineAndNothingIsSent) {
  const auto mistake = [&](const std::string& line) {
    const Done done = publish(kHeader + line + "\n");
    EXPECT_EQ(done.exit_code, 1);
    EXPECT_TRUE(console_.commanded.empty());
    return done.error;
  };
  EXPECT_THAT(mistake("7,,2026-11-24T08:00,2026-11-24T16:00"), HasSubstr("csv:2: has 4 fields"));
  EXPECT_THAT(mistake("car,,2026-11-24T08:00,2026-11-24T16:00,,,"), HasSubstr("csv:2: unit: 'car' is not a whole"));
  EXPECT_THAT(mistake("7,,today,2026-11-24T16:00,,,"), HasSubstr("csv:2: from"));
  EXPECT_THAT(mistake("7,,2026-11-24T08:00,2026-11-24T16:00,noon,,"), HasSubstr("csv:2: breaks: 'noon'"));
  EXPECT_THAT(mistake("7,,2026-11-24T08:00,2026-11-24T16:00,,,here"), HasSubstr("csv:2: area"));
  EXPECT_THAT(publish("who,when\n").error, HasSubstr("csv:1: the first line is unit,post"));
  EXPECT_THAT(publish(kHeader).error, HasSubstr("has no shifts"));
}

TEST_F(RosterCommand, ALargeRosterIsPublishedInPartsThatKeepAUnitTogether) {
  std::string csv = kHeader;
  for (int unit = 1; unit <= 300; ++unit) {
    for (const char* day : {"24", "25"}) {
      csv += std::to_string(unit) + ",,2026-11-" + day + "T08:00,2026-11-" + day + "T16:00,,,\n";
    }
  }
  ASSERT_EQ(publish(csv, "--id week").exit_code, 0);
  ASSERT_EQ(console_.commanded.size(), 2U);
  EXPECT_EQ(console_.commanded[0].publish_roster().shifts_size(), 500);
  EXPECT_EQ(console_.commanded[1].publish_roster().shifts_size(), 100);
  EXPECT_EQ(console_.commanded[1].publish_roster().shifts(0).unit_id(), 251U);
  EXPECT_EQ(console_.commanded[1].command_id(), "week-2");
}

TEST_F(RosterCommand, ShowListsShiftsAndWhoIsMissed) {
  const Done all = testing::run_at(server_->address(), "roster show", "");
  EXPECT_THAT(all.output, HasSubstr("unit 7 at post 3: 2026-11-23 16:00:00 UTC to 2026-11-23 17:00:00 UTC"));
  EXPECT_THAT(all.output, HasSubstr("unit 8: absent"));
  EXPECT_THAT(all.output, HasSubstr("2 shifts"));
  EXPECT_THAT(testing::run_at(server_->address(), "roster show", "--unit 7").output, HasSubstr("1 shifts"));
}

}  // namespace
}  // namespace dispatch135::dispatchctl
