// Both services over a real connection on the loopback, with a node on the log in memory below them.
#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <future>
#include <thread>

#include "services/common/grpc_server.h"
#include "services/common/refusal.h"
#include "services/dispatchd/console_service.h"
#include "services/dispatchd/grpc_stream.h"
#include "services/dispatchd/unit_service.h"
#include "tests/services/dispatchd/cluster.h"

namespace dispatch135::dispatchd::testing {
namespace {

using ::testing::HasSubstr;

constexpr std::uint32_t kRegion = Cluster::kRegion.value();

ClientLimits few_streams() {
  ClientLimits limits;
  limits.units.queued_orders = 8;
  limits.units.streams = 100;
  return limits;
}

// One node that leads, with its server; virtual time follows the loop's timer.
class Station {
 public:
  explicit Station(const ClientLimits& limits = few_streams())
      : gate_(limits, machine_clock_), units_(loop_, gate_, machine_clock_), consoles_(loop_, gate_) {
    NodeSettings settings;
    settings.name = "a";
    settings.process = 1;
    settings.address = "a:7135";
    settings.regions[Cluster::kRegion] = {cluster.city.city().fingerprint(), policy::valid_policy()};
    writer_ = cluster.log.writer("a");
    reader_ = cluster.log.reader("a", [this](const log::Record& record) { node_->on_record(record); });
    node_ = std::make_unique<Node>(settings,
                                   NodePorts{cities_, *writer_, *reader_, units_, consoles_, cluster.clock, observer_});
    units_.serve(*node_);
    consoles_.serve(*node_);
    auto server = common::GrpcServer::start({}, {&units_, &consoles_});
    server_ = std::move(server.value());
    node_->start();
    cluster.settle();
    node_->on_led(0, true);
    cluster.settle();
    pump();
    thread_ = std::thread([this] { loop_.run(); });
    channel = grpc::CreateChannel("127.0.0.1:" + std::to_string(server_->port()), grpc::InsecureChannelCredentials());
  }
  ~Station() {
    on_loop([this] { node_->stop(); });
    server_->shutdown({1'000});
    loop_.stop();
    thread_.join();
  }

  void on_loop(const std::function<void()>& work) {
    std::promise<void> done;
    boost::asio::post(loop_, [&] {
      work();
      done.set_value();
    });
    done.get_future().wait();
  }

  Cluster cluster;  // Its city, clock and log; its own nodes are not used.
  std::shared_ptr<grpc::Channel> channel;

 private:
  void pump() {
    cluster.clock.ms += 1;
    cluster.settle();
    node_->on_timer();
    timer_.expires_after(std::chrono::milliseconds(1));
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (!error) pump();
    });
  }

  boost::asio::io_context loop_{1};
  boost::asio::steady_timer timer_{loop_};
  Cities cities_{&cluster.city.city()};
  Observer observer_;
  common::MachineClock machine_clock_;
  ClientGate gate_;
  UnitService units_;
  ConsoleService consoles_;
  std::unique_ptr<log::Writer> writer_;
  std::unique_ptr<log::Reader> reader_;
  std::unique_ptr<Node> node_;
  std::unique_ptr<common::GrpcServer> server_;
  std::thread thread_;
};

v1::UnitMessage sign_on(std::uint64_t unit) {
  v1::UnitMessage message;
  message.set_client_sequence(1);
  message.mutable_sign_on()->set_unit_id(unit);
  message.mutable_sign_on()->set_region(kRegion);
  message.mutable_sign_on()->set_device_id("device");
  return message;
}

TEST(DispatchdGrpc, AUnitSignsOnGetsItsOrderAndLeaves) {
  Station station;
  const auto stub = v1::FieldUnits::NewStub(station.channel);
  grpc::ClientContext context;
  const auto stream = stub->Connect(&context);
  ASSERT_TRUE(stream->Write(sign_on(1)));
  v1::UnitOrder order;
  ASSERT_TRUE(stream->Read(&order));
  EXPECT_EQ(order.signed_on().unit().unit_id(), 1U);
  station.on_loop([&] { station.cluster.report("e1"); });
  ASSERT_TRUE(stream->Read(&order));
  EXPECT_EQ(order.assignment().incident().event_id(), "e1");
  stream->WritesDone();
  EXPECT_FALSE(stream->Read(&order));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST(DispatchdGrpc, AnUnknownUnitIsToldWhatWasWrongInTheDetails) {
  Station station;
  const auto stub = v1::FieldUnits::NewStub(station.channel);
  grpc::ClientContext context;
  const auto stream = stub->Connect(&context);
  stream->Write(sign_on(77));
  v1::UnitOrder order;
  EXPECT_FALSE(stream->Read(&order));
  const grpc::Status status = stream->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  const auto refusal = common::refusal_in(status);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->code(), v1::REJECT_CODE_UNKNOWN_UNIT);
}

TEST(DispatchdGrpc, BytesThatAreNoMessageAreRefusedAsMalformed) {
  Station station;
  grpc::GenericStub stub(station.channel);
  grpc::CompletionQueue queue;
  grpc::ClientContext context;
  const auto stream = stub.PrepareCall(&context, "/dispatch135.v1.FieldUnits/Connect", &queue);
  const auto next = [&queue] {
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
    return ok;
  };
  stream->StartCall(nullptr);
  ASSERT_TRUE(next());
  const grpc::Slice junk("\xff\xff\xff\xff junk");
  stream->Write(grpc::ByteBuffer(&junk, 1), nullptr);
  ASSERT_TRUE(next());
  grpc::Status status;
  stream->Finish(&status, nullptr);
  ASSERT_TRUE(next());
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(common::refusal_in(status)->code(), v1::REJECT_CODE_MALFORMED);
}

TEST(DispatchdGrpc, ACallOfTheConsoleThatIsNoRequestIsRefusedAsMalformed) {
  Station station;
  grpc::GenericStub stub(station.channel);
  for (const char* method : {"GetIncident", "ListUnits", "Explain", "Command", "Statistics"}) {
    grpc::CompletionQueue queue;
    grpc::ClientContext context;
    const grpc::Slice junk("\xff\xff\xff\xff junk");
    const auto call = stub.PrepareUnaryCall(&context, std::string("/dispatch135.v1.Console/") + method,
                                            grpc::ByteBuffer(&junk, 1), &queue);
    call->StartCall();
    grpc::ByteBuffer response;
    grpc::Status status;
    call->Finish(&response, &status, nullptr);
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << method;
    const auto refusal = common::refusal_in(status);
    ASSERT_TRUE(refusal) << method;
    EXPECT_EQ(refusal->code(), v1::REJECT_CODE_MALFORMED) << method;
  }
}

TEST(DispatchdGrpc, ADeviceThatDoesNotReadIsClosedWithResourceExhausted) {
  ClientLimits limits = few_streams();
  limits.units.messages_per_s = 1'000'000;  // Else it would be read too slowly to fall behind.
  Station station(limits);
  const auto stub = v1::FieldUnits::NewStub(station.channel);
  grpc::ClientContext context;
  const auto stream = stub->Connect(&context);
  stream->Write(sign_on(1));
  // Each is answered with a refusal, and nobody reads them.
  v1::UnitMessage wrong;
  wrong.mutable_acknowledge();
  int written = 0;
  while (written < 1'000'000 && stream->Write(wrong)) ++written;
  EXPECT_LT(written, 1'000'000);
  v1::UnitOrder order;
  while (stream->Read(&order)) {
  }
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST(DispatchdGrpc, S20AStreamThatSaysNothingIsClosedSoThatItsPlaceIsFree) {
  ClientLimits limits = few_streams();
  limits.units.streams = 1;
  limits.units.sign_on_within_ms = 1;
  Station station(limits);
  const auto stub = v1::FieldUnits::NewStub(station.channel);
  grpc::ClientContext idle;
  const auto silent = stub->Connect(&idle);
  v1::UnitOrder order;
  EXPECT_FALSE(silent->Read(&order));
  const grpc::Status status = silent->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_THAT(status.error_message(), HasSubstr("did not sign on in time"));
}

TEST(DispatchdGrpc, S20AMessageOverTheLimitEndsItsStreamAndNoOther) {
  Station station;
  const auto stub = v1::FieldUnits::NewStub(station.channel);
  grpc::ClientContext honest_context;
  const auto honest = stub->Connect(&honest_context);
  ASSERT_TRUE(honest->Write(sign_on(1)));
  v1::UnitOrder order;
  ASSERT_TRUE(honest->Read(&order));

  for (const std::size_t bytes : {limits::kUnitMessageBytes, limits::kSourceEventBytes, std::size_t{5'000'000}}) {
    grpc::ClientContext context;
    const auto greedy = stub->Connect(&context);
    v1::UnitMessage large = sign_on(2);
    large.mutable_sign_on()->set_device_id(std::string(bytes, 'x'));
    greedy->Write(large);
    v1::UnitOrder nothing;
    EXPECT_FALSE(greedy->Read(&nothing));
    const auto code = greedy->Finish().error_code();
    EXPECT_TRUE(code == grpc::StatusCode::INVALID_ARGUMENT || code == grpc::StatusCode::RESOURCE_EXHAUSTED) << code;
  }
  station.on_loop([&] { station.cluster.report("e1"); });
  ASSERT_TRUE(honest->Read(&order));
  EXPECT_EQ(order.assignment().incident().event_id(), "e1");
}

TEST(DispatchdGrpc, S20ADeviceThatTalksTooFastIsRefusedMessageByMessageAndStillGetsItsOrder) {
  ClientLimits limits = few_streams();
  limits.units.queued_orders = 1'000;
  limits.units.messages_per_s = 10;
  Station station(limits);
  const auto stub = v1::FieldUnits::NewStub(station.channel);
  grpc::ClientContext context;
  const auto stream = stub->Connect(&context);
  ASSERT_TRUE(stream->Write(sign_on(1)));
  v1::UnitOrder order;
  ASSERT_TRUE(stream->Read(&order));
  v1::UnitMessage wrong;
  wrong.mutable_acknowledge();
  for (int i = 0; i < 2'000; ++i) ASSERT_TRUE(stream->Write(wrong));
  int missing = 0;
  int hasty = 0;
  while (hasty == 0 && stream->Read(&order)) {
    if (order.refusal().code() == v1::REJECT_CODE_MISSING_FIELD) ++missing;
    if (order.refusal().code() == v1::REJECT_CODE_CAPACITY) ++hasty;
  }
  EXPECT_GE(missing, 49) << "five seconds' worth, of which the sign-on is one";
  EXPECT_THAT(order.refusal().reason(), HasSubstr("more than 10 messages a second"));
  station.on_loop([&] { station.cluster.report("e1"); });
  while (!order.has_assignment() && stream->Read(&order)) {
  }
  EXPECT_EQ(order.assignment().incident().event_id(), "e1");
  context.TryCancel();
  stream->Finish();
}

TEST(DispatchdGrpc, S20ConsolesBeyondTheLimitAreRefusedAndTheOthersWatchOn) {
  ClientLimits limits;
  limits.consoles.streams = 1;
  limits.consoles.calls_per_s = 1;
  Station station(limits);
  const auto stub = v1::Console::NewStub(station.channel);
  v1::WatchRequest watch;
  watch.set_region(kRegion);
  grpc::ClientContext first_context;
  const auto first = stub->Watch(&first_context, watch);
  v1::WatchEvent event;
  ASSERT_TRUE(first->Read(&event));
  grpc::ClientContext second_context;
  const auto second = stub->Watch(&second_context, watch);
  v1::WatchEvent nothing;
  EXPECT_FALSE(second->Read(&nothing));
  EXPECT_EQ(second->Finish().error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);

  int exhausted = 0;
  for (int i = 0; i < 20; ++i) {
    grpc::ClientContext context;
    v1::ListUnitsRequest request;
    request.set_region(kRegion);
    v1::ListUnitsResponse response;
    if (stub->ListUnits(&context, request, &response).error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED) ++exhausted;
  }
  EXPECT_GT(exhausted, 0);
  station.on_loop([&] { station.cluster.report("e1"); });
  EXPECT_TRUE(first->Read(&event));
  first_context.TryCancel();
}

TEST(DispatchdGrpc, AConsoleWatchesCommandsAndAsks) {
  Station station;
  std::uint64_t incident = 0;
  station.on_loop([&] { incident = station.cluster.report("e1"); });
  const auto stub = v1::Console::NewStub(station.channel);

  grpc::ClientContext watching;
  v1::WatchRequest watch;
  watch.set_region(kRegion);
  const auto events = stub->Watch(&watching, watch);
  v1::WatchEvent event;
  ASSERT_TRUE(events->Read(&event));
  ASSERT_EQ(event.snapshot().incidents_size(), 1);

  grpc::ClientContext commanding;
  v1::CommandRequest request;
  request.set_region(kRegion);
  request.mutable_command()->set_command_id("c1");
  request.mutable_command()->set_operator_id("officer-7");
  request.mutable_command()->mutable_cancel()->set_incident_id(incident);
  v1::CommandResponse response;
  const grpc::Status done = stub->Command(&commanding, request, &response);
  ASSERT_TRUE(done.ok()) << done.error_message();
  ASSERT_TRUE(events->Read(&event));
  EXPECT_EQ(event.revision(), response.revision());

  grpc::ClientContext again;
  request.mutable_command()->set_command_id("c2");
  const grpc::Status refused = stub->Command(&again, request, &response);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(common::refusal_in(refused)->code(), v1::REJECT_CODE_INCIDENT_FINAL);

  grpc::ClientContext asking;
  v1::GetIncidentRequest get;
  get.set_region(kRegion);
  get.set_incident_id(4711);
  v1::Incident found;
  EXPECT_EQ(stub->GetIncident(&asking, get, &found).error_code(), grpc::StatusCode::NOT_FOUND);

  grpc::ClientContext asking_the_way;
  v1::GetRouteRequest get_route;
  get_route.set_region(kRegion);
  get_route.set_unit_id(1);
  v1::Route route;
  const grpc::Status no_way = stub->GetRoute(&asking_the_way, get_route, &route);
  EXPECT_EQ(no_way.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(common::refusal_in(no_way)->code(), v1::REJECT_CODE_UNKNOWN_ASSIGNMENT);
  watching.TryCancel();
}

TEST(DispatchdGrpc, StreamsAreClosedWithUnavailableWhenTheNodeStops) {
  auto station = std::make_unique<Station>();
  const auto stub = v1::FieldUnits::NewStub(station->channel);
  grpc::ClientContext context;
  const auto stream = stub->Connect(&context);
  stream->Write(sign_on(1));
  v1::UnitOrder order;
  ASSERT_TRUE(stream->Read(&order));
  station.reset();
  EXPECT_FALSE(stream->Read(&order));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace dispatch135::dispatchd::testing
