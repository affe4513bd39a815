// What an operator types, and what it does: against a Console that keeps what it was asked.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "dispatch135/v1/console.grpc.pb.h"
#include "services/common/grpc_server.h"
#include "services/common/refusal.h"
#include "services/dispatchctl/subcommands.h"
#include "tests/services/dispatchctl/command_line.h"

namespace dispatch135::dispatchctl {
namespace {

using ::testing::AllOf;
using testing::Done;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::run_at;

// Knows no incident 404.
class FakeConsole final : public v1::Console::Service {
 public:
  v1::CommandRequest commanded;
  v1::StatisticsRequest asked;
  int watches = 0;

 private:
  grpc::Status Command(grpc::ServerContext*, const v1::CommandRequest* request,
                       v1::CommandResponse* response) override {
    commanded = *request;
    if (request->command().cancel().incident_id() == 404) {
      return common::refused(v1::REJECT_CODE_UNKNOWN_INCIDENT, "no incident 404 in this region");
    }
    response->set_revision(77);
    return grpc::Status::OK;
  }
  grpc::Status GetIncident(grpc::ServerContext*, const v1::GetIncidentRequest* request,
                           v1::Incident* incident) override {
    incident->set_incident_id(42);
    incident->set_source(request->source());
    incident->set_event_id(request->event_id());
    return grpc::Status::OK;
  }
  grpc::Status Statistics(grpc::ServerContext*, const v1::StatisticsRequest* request,
                          v1::StatisticsResponse* response) override {
    asked = *request;
    response->set_opened(3);
    v1::GroupStatistics& group = *response->add_groups();
    group.set_key(320205);
    group.set_opened(3);
    return grpc::Status::OK;
  }
  // Breaks off once, then ends the tale.
  grpc::Status Watch(grpc::ServerContext*, const v1::WatchRequest* request,
                     grpc::ServerWriter<v1::WatchEvent>* events) override {
    ++watches;
    v1::WatchEvent event;
    event.set_revision(request->from_revision() + 1);
    event.mutable_decisions()->add_decisions()->mutable_policy_in_force()->set_name("of watch " +
                                                                                    std::to_string(watches));
    events->Write(event);
    if (watches == 1) return {grpc::StatusCode::UNAVAILABLE, "the node is shutting down"};
    return common::refused(v1::REJECT_CODE_UNKNOWN_REGION, "the region has gone");
  }
};

class Dispatchctl : public ::testing::Test {
 protected:
  Done run(const std::string& command, const std::string& rest) { return run_at(server_->address(), command, rest); }
  const v1::OperatorCommand& command(const std::string& rest) {
    const Done done = run("command", "--operator zhang --reason test " + rest);
    EXPECT_EQ(done.exit_code, 0) << done.error;
    EXPECT_THAT(done.output, HasSubstr("applied, at revision 77"));
    return console_.commanded.command();
  }

  FakeConsole console_;
  std::unique_ptr<common::GrpcServer> server_ = std::move(common::GrpcServer::start({}, {&console_}).value());
};

TEST_F(Dispatchctl, MovesOfUnitsAreConfirmedDeclinedMadeAndEnded) {
  const auto cover = [this](const std::string& rest) -> const v1::OperatorCommand& {
    const std::size_t name = rest.find(' ');
    const Done done = run("cover " + rest.substr(0, name), "--operator zhang" + rest.substr(name));
    EXPECT_EQ(done.exit_code, 0) << done.error;
    return console_.commanded.command();
  };
  EXPECT_EQ(cover("confirm --move 3").confirm_move().move_id(), 3U);
  EXPECT_EQ(cover("decline --move 4").decline_move().move_id(), 4U);
  EXPECT_EQ(cover("move --unit 7 --post 12").move_unit().unit_id(), 7U);
  EXPECT_EQ(console_.commanded.command().move_unit().post_id(), 12U);
  EXPECT_EQ(cover("back --unit 7").send_back().unit_id(), 7U);
  EXPECT_EQ(run("cover move", "--operator zhang --unit 7").exit_code, -1) << "where to?";
}

TEST_F(Dispatchctl, MattersAreAssignedSignedForReturnedTransferredHandledVerifiedAndScored) {
  const auto matter = [this](const std::string& rest) -> const v1::OperatorCommand& {
    const std::size_t name = rest.find(' ');
    const Done done = run("matter " + rest.substr(0, name), "--operator zhang --reason so" + rest.substr(name));
    EXPECT_EQ(done.exit_code, 0) << done.error;
    return console_.commanded.command();
  };
  EXPECT_EQ(matter("assign --matter 5 --centre 320205").assign_matter().centre_id(), 320'205U);
  EXPECT_EQ(console_.commanded.command().reason(), "so");
  EXPECT_EQ(matter("accept --matter 5").accept_matter().matter_id(), 5U);
  EXPECT_EQ(matter("return --matter 5").return_matter().matter_id(), 5U);
  EXPECT_EQ(matter("escalate --matter 5").escalate_matter().matter_id(), 5U);
  EXPECT_EQ(matter("transfer --matter 5 --to police").transfer_matter().channel(), v1::CHANNEL_POLICE);
  EXPECT_EQ(matter("worker --matter 5 --unit 7").order_worker().unit_id(), 7U);
  EXPECT_EQ(matter("handled --matter 5 --disposition handled").handle_matter().disposition(), v1::DISPOSITION_HANDLED);
  EXPECT_EQ(matter("verify --matter 5 --score 4").verify_matter().score(), 4U);
  EXPECT_EQ(matter("reopen --matter 5").reopen_matter().matter_id(), 5U);
  EXPECT_EQ(matter("close --matter 5").close_matter().matter_id(), 5U);
  EXPECT_EQ(matter("score --matter 5 --score 90").score_matter().score(), 90U);
  EXPECT_EQ(matter("transfer --incident 42 --to city-service").transfer_matter().incident_id(), 42U);
  EXPECT_EQ(run("matter transfer", "--operator zhang --to police").exit_code, 1) << "what?";
  EXPECT_EQ(run("matter transfer", "--operator zhang --matter 5 --to moon").exit_code, 1);
}

TEST_F(Dispatchctl, APolicyIsPutInForceWhole) {
  const Done done = run("policy activate", "config/policies/by-force.yaml --operator li --reason night --reapply");
  EXPECT_EQ(done.exit_code, 0) << done.error;
  const v1::PolicyActivated& activated = console_.commanded.command().activate_policy();
  EXPECT_EQ(activated.policy().name(), "by-force");
  EXPECT_TRUE(activated.reapply());
  EXPECT_NE(run("policy activate", "config/policies/none.yaml --operator li").exit_code, 0);
}

TEST_F(Dispatchctl, NeighboursAreAskedForUnitsAndGetThemBack) {
  const Done asked = run("neighbour ask", "--operator zhang --reason burst --incident 42 --from 320500");
  EXPECT_EQ(asked.exit_code, 0) << asked.error;
  EXPECT_EQ(console_.commanded.command().ask_neighbour().incident_id(), 42U);
  EXPECT_EQ(console_.commanded.command().ask_neighbour().region(), 320'500U);
  const Done released = run("neighbour release", "--operator zhang --reason over --incident 42 --request 3");
  EXPECT_EQ(released.exit_code, 0) << released.error;
  EXPECT_EQ(console_.commanded.command().release_neighbour().incident_id(), 42U);
  EXPECT_EQ(console_.commanded.command().release_neighbour().request_id(), 3U);
  EXPECT_EQ(run("neighbour ask", "--operator zhang --incident 42").exit_code, -1) << "whom?";
}

TEST_F(Dispatchctl, ATargetIsSeenAndThePlanForItConfirmedAndEnded) {
  const auto pursuit = [this](const std::string& rest) -> const v1::OperatorCommand& {
    const std::size_t name = rest.find(' ');
    const Done done = run("pursuit " + rest.substr(0, name), "--operator zhang --reason so" + rest.substr(name));
    EXPECT_EQ(done.exit_code, 0) << done.error;
    return console_.commanded.command();
  };
  const v1::ReportSighting seen = pursuit("sighting --incident 42 --lat 31.5 --lon 120.25 --force").report_sighting();
  EXPECT_EQ(seen.incident_id(), 42U);
  EXPECT_EQ(seen.position().latitude_e7(), 315'000'000);
  EXPECT_TRUE(seen.force());
  EXPECT_EQ(seen.seen_at_ms(), 0) << "now";
  EXPECT_EQ(console_.commanded.command().reason(), "so");
  EXPECT_NE(pursuit("sighting --incident 42 --lat 31.5 --lon 120.25 --datum gcj02")
                .report_sighting()
                .position()
                .latitude_e7(),
            315'000'000);
  EXPECT_EQ(pursuit("confirm --incident 42 --plan 3").confirm_pursuit().plan(), 3U);
  EXPECT_EQ(pursuit("confirm --incident 42 --plan 3 --point 1 --point 4").confirm_pursuit().points(1), 4U);
  EXPECT_EQ(pursuit("end --incident 42").end_pursuit().incident_id(), 42U);
  EXPECT_EQ(run("pursuit confirm", "--operator zhang --incident 42").exit_code, -1) << "which plan?";
  EXPECT_EQ(run("pursuit sighting", "--operator zhang --incident 42 --lat 1 --lon 2 --datum mars").exit_code, 1);
}

TEST_F(Dispatchctl, EachCommandSaysWhatTheOperatorMeant) {
  EXPECT_EQ(command("assign --incident 42 --unit 7").assign().unit_id(), 7U);
  EXPECT_EQ(console_.commanded.command().assign().incident_id(), 42U);
  EXPECT_EQ(command("release --unit 7").release().unit_id(), 7U);
  EXPECT_EQ(command("cancel --incident 42").cancel().incident_id(), 42U);
  EXPECT_EQ(command("close --incident 42 --disposition false-alarm").close().disposition(),
            v1::DISPOSITION_FALSE_ALARM);
  EXPECT_EQ(command("verify --incident 42 --score 4").verify_incident().score(), 4U);
  EXPECT_EQ(command("reopen --incident 42").reopen_incident().incident_id(), 42U);
  EXPECT_EQ(command("severity --incident 42 --to critical").change_severity().severity(), v1::SEVERITY_CRITICAL);
  EXPECT_EQ(command("merge --incident 43 --into 42").merge().child(), 43U);
  EXPECT_EQ(console_.commanded.command().merge().into(), 42U);
  EXPECT_EQ(command("unmerge --incident 43").unmerge().child(), 43U);
  const v1::Premise bank = command(
                               "premise-register --premise 7 --name Bank --lat 31.5 --lon 120.25 --place bank "
                               "--alarm-point 71 --alarm-point 72 --hazard gas --contact guard --keys inside")
                               .register_premise()
                               .premise();
  EXPECT_EQ(bank.premise_id(), 7U);
  EXPECT_EQ(bank.name(), "Bank");
  EXPECT_EQ(bank.position().longitude_e7(), 1'202'500'000);
  EXPECT_EQ(bank.place_class(), v1::PLACE_CLASS_BANK);
  EXPECT_EQ(bank.alarm_points_size(), 2);
  EXPECT_EQ(bank.hazards(0), "gas");
  EXPECT_EQ(bank.contacts(0), "guard");
  EXPECT_EQ(bank.keys(), "inside");
  EXPECT_EQ(command("premise-remove --premise 7").remove_premise().premise_id(), 7U);
  EXPECT_TRUE(command("unit-in --unit 7").unit_service().in_service());
  EXPECT_FALSE(command("unit-out --unit 7").unit_service().in_service());
  EXPECT_TRUE(command("post-in --post 3").post_service().in_service());
  EXPECT_EQ(command("post-out --post 3").post_service().post_id(), 3U);
  EXPECT_FALSE(console_.commanded.command().post_service().in_service());
  EXPECT_EQ(console_.commanded.command().operator_id(), "zhang");
  EXPECT_EQ(console_.commanded.command().reason(), "test");
}

TEST_F(Dispatchctl, EachCommandHasAFreshIdUnlessOneIsGiven) {
  const std::string first = command("release --unit 7").command_id();
  EXPECT_NE(command("release --unit 7").command_id(), first);
  EXPECT_EQ(command("--id mine release --unit 7").command_id(), "mine");
  EXPECT_EQ(command("settle-check --unit 7").settle_unit_check().unit_id(), 7U);
}

TEST_F(Dispatchctl, ARefusedCommandSaysWhyAndIsNotWorthSendingAgain) {
  const Done refused = run("command", "--operator zhang cancel --incident 404");
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.error, AllOf(HasSubstr("no incident 404"), Not(HasSubstr("again"))));
}

TEST_F(Dispatchctl, ACommandThatNobodyAnsweredTellsHowToSendTheSameAgain) {
  const Done lost = run_at("127.0.0.1:1", "command", "--operator zhang --id mine cancel --incident 42");
  EXPECT_EQ(lost.exit_code, kUnreachable);
  EXPECT_THAT(lost.error, HasSubstr("again: --id mine"));
}

TEST_F(Dispatchctl, AnUnknownWordIsAnsweredWithTheKnownOnes) {
  const Done run = this->run("command", "--operator zhang severity --incident 42 --to grave");
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.error, HasSubstr("critical, high, medium, low"));
}

TEST_F(Dispatchctl, AnIncidentIsAskedForByItsIdOrByItsSourcesName) {
  EXPECT_THAT(run("incident", "--source 110 --event a17").output, HasSubstr("incident 42 (110/a17)"));
  EXPECT_THAT(run("incident", "--source 110").error, HasSubstr("Give --incident, or --source and --event"));
  EXPECT_EQ(run("incident", "--source 110 --incident 42").exit_code, -1);
}

TEST_F(Dispatchctl, StatisticsAreShownInAllOrByGroup) {
  EXPECT_THAT(run("stats", "").output, HasSubstr("incidents: 3 opened"));
  EXPECT_EQ(console_.asked.group_by(), v1::STATISTICS_GROUPING_UNSPECIFIED);
  const Done table = run("stats", "--by district --key 320205 --utc-offset 480");
  EXPECT_THAT(table.output, AllOf(HasSubstr("district"), HasSubstr("320205")));
  EXPECT_EQ(console_.asked.group_by(), v1::STATISTICS_GROUPING_DISTRICT);
  EXPECT_EQ(console_.asked.keys(0), 320205U);
  EXPECT_EQ(console_.asked.utc_offset_min(), 480);
  EXPECT_THAT(run("stats", "--by hour --csv").output, HasSubstr("hour,name,opened,"));
  EXPECT_THAT(run("stats", "--by weekday").error, HasSubstr("unit, post, district, category or hour"));
  EXPECT_THAT(run("stats", "--csv").error, HasSubstr("--by"));
}

TEST_F(Dispatchctl, SeveralNodesAreNamedByCommas) {
  EXPECT_THAT(run_at("127.0.0.1:1," + server_->address(), "stats", "").output, HasSubstr("incidents: 3 opened"));
}

TEST_F(Dispatchctl, AWatchWithNobodyThereEndsAtOnce) {
  EXPECT_EQ(run_at("127.0.0.1:1", "watch", "").exit_code, kUnreachable);
}

TEST_F(Dispatchctl, AWatchGoesOnAfterALostConnectionAndEndsWithARefusal) {
  const Done run = this->run("watch", "");
  EXPECT_EQ(console_.watches, 2);
  EXPECT_THAT(run.output, AllOf(HasSubstr("of watch 1"), HasSubstr("of watch 2")));
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.error, HasSubstr("the region has gone"));
}

}  // namespace
}  // namespace dispatch135::dispatchctl
