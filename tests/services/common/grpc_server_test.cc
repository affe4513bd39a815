#include "services/common/grpc_server.h"

#include <gtest/gtest.h>

#include "dispatch135/v1/console.grpc.pb.h"
#include "services/common/grpc_channel.h"
#include "services/common/refusal.h"

namespace dispatch135::common {
namespace {

class RefusingConsole final : public v1::Console::Service {
  grpc::Status GetIncident(grpc::ServerContext*, const v1::GetIncidentRequest*, v1::Incident*) override {
    return refused(v1::REJECT_CODE_UNKNOWN_INCIDENT, "no incident 7 here; look at ListIncidents", 3);
  }
  // As many units as the largest region may have.
  grpc::Status Watch(grpc::ServerContext*, const v1::WatchRequest*,
                     grpc::ServerWriter<v1::WatchEvent>* events) override {
    v1::WatchEvent event;
    for (std::size_t i = 0; i < limits::kUnits; ++i) {
      v1::Unit& unit = *event.mutable_snapshot()->add_units();
      unit.set_unit_id(320'200'000'000 + i);
      unit.set_post_id(320'200'000'000 + i);
      unit.set_call_sign("WX-P" + std::to_string(i));
      unit.set_incident_id(i << 20);
      unit.set_position_at_ms(1'700'000'000'000);
      unit.set_heard_at_ms(1'700'000'000'000);
      unit.mutable_position()->set_latitude_e7(315'000'000);
      unit.mutable_position()->set_longitude_e7(1'203'000'000);
    }
    events->Write(event);
    return grpc::Status::OK;
  }
};

TEST(GrpcServer, ServesOnAFreePortAndARefusalArrivesWithItsDetails) {
  RefusingConsole console;
  auto server = std::move(GrpcServer::start({}, {&console}).value());
  ASSERT_GT(server->port(), 0);
  auto stub = v1::Console::NewStub(grpc::CreateChannel(server->address(), grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  v1::Incident incident;
  const auto status = stub->GetIncident(&context, {}, &incident);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(status.error_message(), "no incident 7 here; look at ListIncidents");
  const auto refusal = refusal_in(status);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->code(), v1::REJECT_CODE_UNKNOWN_INCIDENT);
  EXPECT_EQ(refusal->client_sequence(), 3u);
  server->shutdown({0});
}

TEST(GrpcServer, TheSnapshotOfTheLargestRegionReachesOurClients) {
  RefusingConsole console;
  auto server = std::move(GrpcServer::start({}, {&console}).value());
  const auto units_seen = [](const std::shared_ptr<grpc::Channel>& channel) {
    const auto stub = v1::Console::NewStub(channel);
    grpc::ClientContext context;
    const auto stream = stub->Watch(&context, {});
    v1::WatchEvent event;
    return stream->Read(&event) ? static_cast<std::size_t>(event.snapshot().units_size()) : 0;
  };
  EXPECT_EQ(units_seen(grpc::CreateChannel(server->address(), grpc::InsecureChannelCredentials())), 0U)
      << "the default is enough: our own limit is not needed";
  EXPECT_EQ(units_seen(open_channel(server->address())), limits::kUnits);
}

TEST(GrpcServer, APortInUseIsAClearError) {
  RefusingConsole console, second;
  auto server = std::move(GrpcServer::start({}, {&console}).value());
  const auto other = GrpcServer::start({.listen = server->address()}, {&second});
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().message,
            "listen: cannot serve gRPC on '" + server->address() + "'; give a free HOST:PORT of this machine");
}

TEST(Refusal, AStatusWithoutDetailsHasNone) {
  EXPECT_FALSE(refusal_in(grpc::Status(grpc::StatusCode::INTERNAL, "x")));
  EXPECT_FALSE(refusal_in(grpc::Status(grpc::StatusCode::INTERNAL, "x", "\xff\xff garbage")));
}

TEST(GrpcServer, ClientsBehindOneAddressAreOneWhateverTheirPorts) {
  EXPECT_EQ(address_of("ipv4:192.0.2.1:4711"), "ipv4:192.0.2.1");
  EXPECT_EQ(address_of("ipv6:%5B2001:db8::1%5D:4711"), "ipv6:%5B2001:db8::1%5D");
  EXPECT_EQ(address_of("unix"), "unix");
}

}  // namespace
}  // namespace dispatch135::common
