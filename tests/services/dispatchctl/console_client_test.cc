// A console that knows several nodes: it is served as long as one of them answers.
#include "services/dispatchctl/console_client.h"

#include <gmock/gmock.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string>
#include <vector>

#include "services/common/grpc_server.h"
#include "services/common/refusal.h"
#include "services/dispatchctl/subcommands.h"

namespace dispatch135::dispatchctl {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Node final : public v1::Console::Service {
 public:
  std::string address() const { return server_->address(); }

  grpc::StatusCode answers_with = grpc::StatusCode::OK;
  std::vector<std::string> commands;         // Their ids.
  std::vector<std::int64_t> watched_from{};  // Revisions.
  std::int64_t gives_up_to = 0;              // A watch breaks off after that revision.

 private:
  grpc::Status Command(grpc::ServerContext*, const v1::CommandRequest* request, v1::CommandResponse*) override {
    commands.push_back(request->command().command_id());
    return {answers_with, "not now"};
  }
  grpc::Status Watch(grpc::ServerContext*, const v1::WatchRequest* request,
                     grpc::ServerWriter<v1::WatchEvent>* events) override {
    watched_from.push_back(request->from_revision());
    for (std::int64_t revision = request->from_revision() + 1; revision <= gives_up_to; ++revision) {
      v1::WatchEvent event;
      event.set_revision(revision);
      events->Write(event);
    }
    return {grpc::StatusCode::UNAVAILABLE, "the node is shutting down"};
  }

  std::unique_ptr<common::GrpcServer> server_ = std::move(common::GrpcServer::start({}, {this}).value());
};

// As one that was stopped (SIGSTOP): the system takes connections for it, and it never says a word.
class StoppedNode {
 public:
  std::string address() const { return "127.0.0.1:" + std::to_string(socket_.local_endpoint().port()); }

 private:
  boost::asio::io_context context_;
  boost::asio::ip::tcp::acceptor socket_{context_, {boost::asio::ip::make_address("127.0.0.1"), 0}};
};

v1::CommandResponse command(ConsoleClient& client) {
  v1::CommandRequest request;
  request.mutable_command()->set_command_id("c1");
  return client.ask(&v1::Console::Stub::Command, request);
}

// The revisions of a watch that ends with the last one.
std::vector<std::int64_t> watch_up_to(ConsoleClient& client, std::int64_t last) {
  std::vector<std::int64_t> seen;
  client.watch(320200, false, [&](const v1::WatchEvent& event) {
    seen.push_back(event.revision());
    return event.revision() < last;
  });
  return seen;
}

TEST(ConsoleClient, WhatAStoppedNodeDoesNotAnswerIsAskedOfTheNextAndSoIsAllThatFollows) {
  const StoppedNode stopped;
  Node second;
  ConsoleClient client({stopped.address(), second.address()});
  command(client);
  command(client);
  EXPECT_THAT(second.commands, ElementsAre("c1", "c1"));
}

TEST(ConsoleClient, ACommandThatANodeCannotTakeNowGoesToTheNextUnderTheSameName) {
  Node first, second;
  first.answers_with = grpc::StatusCode::UNAVAILABLE;
  ConsoleClient client({first.address(), second.address()});
  command(client);
  EXPECT_THAT(first.commands, ElementsAre("c1"));
  EXPECT_THAT(second.commands, ElementsAre("c1"));
}

TEST(ConsoleClient, WhatOneNodeRefusesIsNotAskedOfAnother) {
  Node first, second;
  first.answers_with = grpc::StatusCode::INVALID_ARGUMENT;
  ConsoleClient client({first.address(), second.address()});
  EXPECT_THROW(command(client), CommandError);
  EXPECT_THAT(second.commands, IsEmpty());
}

TEST(ConsoleClient, WhenNobodyAnswersTheErrorSaysThatItIsWorthTryingAgain) {
  Node first;
  first.answers_with = grpc::StatusCode::UNAVAILABLE;
  ConsoleClient client({"127.0.0.1:1", first.address()});
  try {
    command(client);
    FAIL() << "nobody answered";
  } catch (const CommandError& error) {
    EXPECT_EQ(error.exit_code(), kUnreachable);
  }
}

TEST(ConsoleClient, AWatchGoesOnAtTheNextNodeAfterTheLastRevisionThatWasSeen) {
  Node first, second;
  first.gives_up_to = 3;
  second.gives_up_to = 5;
  ConsoleClient client({first.address(), second.address()});
  EXPECT_THAT(watch_up_to(client, 5), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(second.watched_from, ElementsAre(3));
}

TEST(ConsoleClient, AWatchBeginsAtTheNextNodeWhenTheFirstIsStopped) {
  const StoppedNode stopped;
  Node second;
  second.gives_up_to = 1;
  ConsoleClient client({stopped.address(), second.address()});
  EXPECT_THAT(watch_up_to(client, 1), ElementsAre(1));
}

TEST(ConsoleClient, AWatchThatNoNodeGivesAnythingEnds) {
  Node first, second;
  ConsoleClient client({first.address(), second.address()});
  EXPECT_THROW(watch_up_to(client, 1), CommandError);
  EXPECT_THAT(first.watched_from, ElementsAre(0));
  EXPECT_THAT(second.watched_from, ElementsAre(0));
}

}  // namespace
}  // namespace dispatch135::dispatchctl
