#include "services/common/grpc_server.h"

#include <gtest/gtest.h>

#include "dispatch135/v1/console.grpc.pb.h"
#include "services/common/refusal.h"

namespace dispatch135::common {
namespace {

class RefusingConsole final : public v1::Console::Service {
  grpc::Status GetIncident(grpc::ServerContext*, const v1::GetIncidentRequest*, v1::Incident*) override {
    return refused(v1::REJECT_CODE_UNKNOWN_INCIDENT, "no incident 7 here; look at ListIncidents", 3);
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

}  // namespace
}  // namespace dispatch135::common
