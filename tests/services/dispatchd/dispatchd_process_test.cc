// The dispatchd binary against librdkafka's mock cluster: from an event in the log to the order at the unit, and
// SIGTERM.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "dispatch135/v1/console.grpc.pb.h"
#include "dispatch135/v1/field_units.grpc.pb.h"
#include "services/demo/child.h"
#include "services/log/kafka_log.h"
#include "services/log/mock_cluster.h"
#include "tests/engine/map_fixture.h"
#include "tests/services/served_program.h"

namespace dispatch135::dispatchd::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kNotFollowed = "follows a partition no longer, and leads none";
constexpr RegionId kRegion = dispatch135::testing::AsciiMap::kRegion;

struct Dispatchd : services::testing::ServedProgram {
  explicit Dispatchd(const std::vector<std::string>& flags, const char* output = nullptr)
      : ServedProgram(D135_DISPATCHD, flags, output) {}
};

struct DispatchdProcess : ::testing::Test {
  DispatchdProcess() : map("A--1--B") {
    map.add_post("west", 'A');
    map.add_unit("W1", "west");
    char name[] = "/tmp/dispatchd_test_XXXXXX";
    folder = mkdtemp(name);
    write_city(map, city_file());
  }
  ~DispatchdProcess() override {
    unlink(city_file().c_str());
    rmdir(folder.c_str());
  }
  static void write_city(const dispatch135::testing::AsciiMap& drawn, const std::string& path) {
    const auto built = drawn.build();
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(built.bytes().data()), static_cast<std::streamsize>(built.bytes().size()));
  }
  std::string city_file() const { return folder + "/map.city"; }
  std::vector<std::string> flags(const std::string& bootstrap) const {
    return {"--kafka",      bootstrap,     "--kafka-embedded",
            "--listen",     "127.0.0.1:0", "--city",
            city_file(),    "--policy",    "config/policies/default.yaml",
            "--log-format", "json",        "--node",
            "node-1"};
  }
  // The unit's stream at the node, once it leads the unit's partition and the city is in force; before, the unit is
  // told to come again.
  struct Session {
    std::unique_ptr<grpc::ClientContext> context;
    std::unique_ptr<grpc::ClientReaderWriter<v1::UnitMessage, v1::UnitOrder>> stream;
  };
  static Session signed_on(v1::FieldUnits::Stub& stub) {
    v1::UnitMessage sign_on;
    sign_on.mutable_sign_on()->set_unit_id(1);
    sign_on.mutable_sign_on()->set_region(kRegion.value());
    sign_on.mutable_sign_on()->set_device_id("device");
    Session session;
    v1::UnitOrder order;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!order.has_signed_on() && std::chrono::steady_clock::now() < deadline) {
      session.context = std::make_unique<grpc::ClientContext>();
      session.stream = stub.Connect(session.context.get());
      session.stream->Write(sign_on);
      if (session.stream->Read(&order)) continue;
      const grpc::Status status = session.stream->Finish();
      // It asks again at once, sooner than one address may.
      EXPECT_TRUE(status.error_code() == grpc::StatusCode::UNAVAILABLE ||
                  status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED)
          << status.error_message();
    }
    EXPECT_TRUE(order.has_signed_on()) << "nobody serves the unit";
    return session;
  }
  static void append(log::MockCluster& cluster, RegionId region, const v1::LogRecord& record) {
    boost::asio::io_context loop;
    auto writer = log::KafkaWriter::open(loop, cluster.settings());
    ASSERT_TRUE(writer.ok());
    bool appended = false;
    const std::int32_t partition = log::partition_of(region, writer.value()->partitions(log::Topic::kLog));
    writer.value()->append(log::Topic::kLog, partition, "region", record.SerializeAsString(),
                           [&appended](const log::Appended& result) { appended = result.ok; });
    while (!appended) loop.run_one();
  }
  v1::LogRecord incident() const {
    v1::LogRecord record;
    record.set_region(kRegion.value());
    v1::IncidentReported& body = *record.mutable_incident_reported();
    body.set_source("110");
    body.set_event_id("e1");
    body.set_category(v1::CATEGORY_PUBLIC_ORDER);
    body.set_severity(v1::SEVERITY_MEDIUM);
    body.set_place_class(v1::PLACE_CLASS_RESIDENTIAL);
    body.mutable_position()->set_latitude_e7(map.at('1').latitude_e7);
    body.mutable_position()->set_longitude_e7(map.at('1').longitude_e7);
    return record;
  }

  dispatch135::testing::AsciiMap map;
  std::string folder;
};

TEST_F(DispatchdProcess, AnEventInTheLogBecomesAnOrderAtTheUnitAndSigtermEndsItWell) {
  log::MockCluster cluster;
  Dispatchd dispatchd(flags(cluster.bootstrap()));
  const auto serves = dispatchd.until("serves gRPC");
  ASSERT_TRUE(serves);
  const std::string address = serves->at("address");
  ASSERT_TRUE(dispatchd.until("leads a partition"));

  const auto channel = grpc::CreateChannel(address, grpc::InsecureChannelCredentials());
  const auto stub = v1::FieldUnits::NewStub(channel);
  const Session session = signed_on(*stub);
  const auto& stream = session.stream;
  append(cluster, kRegion, incident());
  v1::UnitOrder order;
  ASSERT_TRUE(stream->Read(&order));
  EXPECT_EQ(order.sequence(), 1U);
  EXPECT_EQ(order.assignment().incident().event_id(), "e1");

  const auto consoles = v1::Console::NewStub(channel);
  grpc::ClientContext asking;
  v1::StatisticsRequest request;
  request.set_region(kRegion.value());
  v1::StatisticsResponse counts;
  ASSERT_TRUE(consoles->Statistics(&asking, request, &counts).ok());
  EXPECT_EQ(counts.assignments(), 1U);

  dispatchd.terminate();
  EXPECT_FALSE(stream->Read(&order));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(dispatchd.wait(), 0);
}

// What it logs is all that a node writes to its own disk unless its state differs.
TEST_F(DispatchdProcess, S15ANodeWhoseLogCannotBeWrittenGoesOnDeciding) {
  log::MockCluster cluster;
  const std::string address = "127.0.0.1:" + std::to_string(demo::free_port());
  auto full = flags(cluster.bootstrap());
  std::replace(full.begin(), full.end(), std::string("127.0.0.1:0"), address);
  Dispatchd dispatchd(full, "/dev/full");
  const Session session =
      signed_on(*v1::FieldUnits::NewStub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials())));
  append(cluster, kRegion, incident());
  v1::UnitOrder order;
  ASSERT_TRUE(session.stream->Read(&order));
  EXPECT_EQ(order.assignment().incident().event_id(), "e1");
  dispatchd.terminate();
  EXPECT_EQ(dispatchd.wait(), 0);
}

TEST_F(DispatchdProcess, ANodeThatLacksTheCityFileStaysOutOfTheGroupAndTheOneThatHasItLeads) {
  log::MockCluster cluster;
  std::optional<Dispatchd> first(std::in_place, flags(cluster.bootstrap()));
  const std::string address = first->until("serves gRPC")->at("address");
  signed_on(*v1::FieldUnits::NewStub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials())));

  dispatch135::testing::AsciiMap other("A--1--B--C");
  other.add_post("west", 'A');
  other.add_unit("W1", "west");
  const std::string file = folder + "/other.city";
  write_city(other, file);
  std::vector<std::string> with_other = flags(cluster.bootstrap());
  std::replace(with_other.begin(), with_other.end(), city_file(), file);
  Dispatchd lacking(with_other);
  ASSERT_TRUE(lacking.until(kNotFollowed));

  first->terminate();
  EXPECT_EQ(first->wait(), 0);
  Dispatchd second(flags(cluster.bootstrap()));
  const std::string next = second.until("serves gRPC")->at("address");
  signed_on(*v1::FieldUnits::NewStub(grpc::CreateChannel(next, grpc::InsecureChannelCredentials())));
  lacking.terminate();
  EXPECT_THAT(lacking.rest(), Not(HasSubstr("joins the group")));
  EXPECT_EQ(lacking.wait(), 0);
  unlink(file.c_str());
}

TEST_F(DispatchdProcess, ALeaderThatTheLogAsksForAnotherCityFileLeavesTheGroup) {
  log::MockCluster cluster;
  Dispatchd dispatchd(flags(cluster.bootstrap()));
  const std::string address = dispatchd.until("serves gRPC")->at("address");
  signed_on(*v1::FieldUnits::NewStub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials())));
  v1::LogRecord record;
  record.set_region(110000);
  record.mutable_city_activated()->set_fingerprint(1);
  append(cluster, RegionId(110000), record);
  ASSERT_TRUE(dispatchd.until(kNotFollowed));
  ASSERT_TRUE(dispatchd.until("leads a partition no longer"));
  ASSERT_TRUE(dispatchd.until(
      "cannot follow a partition: leaves the group; leads the others until a node that can follow all leads them"));
  dispatchd.terminate();
  EXPECT_EQ(dispatchd.wait(), 0);
}

TEST_F(DispatchdProcess, WithoutABrokerItSaysSoAndWaitsAndSigtermEndsItWell) {
  Dispatchd dispatchd(flags("127.0.0.1:1"));
  ASSERT_TRUE(dispatchd.until("no broker yet; waits for one"));
  dispatchd.terminate();
  EXPECT_EQ(dispatchd.wait(), 0);
}

TEST_F(DispatchdProcess, S22BadSettingsAreRefusedWholeAndGoodOnesHoldWithoutARestart) {
  const std::string file = folder + "/dispatchd.yaml";
  const auto write = [&](const std::string& text) { std::ofstream(file) << text; };
  write("limits: {unit_streams: 100}\n");
  auto with_file = flags("127.0.0.1:1");
  with_file.insert(with_file.end(), {"--config", file});
  Dispatchd node(with_file);
  ASSERT_TRUE(node.until("no broker yet; waits for one"));

  write("log: {level: debug}\nlimits:\n  unit_streams: 50\n  calls_per_s: many\n");
  node.hang_up();
  auto said = node.until("the settings were not read again; those from before stay in force");
  ASSERT_TRUE(said);
  EXPECT_THAT(said->value("error", ""), HasSubstr(file + ":4: limits.calls_per_s"));

  write("group: another\nlimits: {unit_streams: 50}\n");
  node.hang_up();
  said = node.until("the settings were not read again; those from before stay in force");
  ASSERT_TRUE(said);
  EXPECT_THAT(said->value("error", ""), HasSubstr(file + ": group: cannot change while the process runs"));

  write("log: {level: debug}\nlimits: {unit_streams: 50}\n");
  node.hang_up();
  said = node.until("the settings were read again and are in force");
  ASSERT_TRUE(said);
  EXPECT_EQ(said->value("level_now", ""), "debug");
  node.terminate();
  EXPECT_EQ(node.wait(), 0);
  unlink(file.c_str());
}

TEST_F(DispatchdProcess, ABadSettingIsToldByFileAndLine) {
  const std::string file = folder + "/bad.yaml";
  std::ofstream(file) << "listen: 127.0.0.1:0\nsession_timeout: soon\n";
  Dispatchd dispatchd({"--config", file});
  EXPECT_EQ(dispatchd.wait(), 1);
  unlink(file.c_str());
}

}  // namespace
}  // namespace dispatch135::dispatchd::testing
