// Connections to the nodes that a console may ask: each has the state, so when one does not answer the next is asked.
#pragma once

#include <grpcpp/grpcpp.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "dispatch135/v1/console.grpc.pb.h"
#include "dispatch135/v1/console.pb.h"

namespace dispatch135::dispatchctl {

class ConsoleClient {
 public:
  // HOST:PORT of each; at least one. The first is asked first.
  explicit ConsoleClient(const std::vector<std::string>& nodes);

  // One call, e.g. ask(&v1::Console::Stub::GetIncident, request). Each node has a second, the last what is left of ten.
  // A command must have a command_id: it may reach several. Throws CommandError with what was refused and why, or that
  // nobody answered.
  template <typename Request, typename Response>
  Response ask(grpc::Status (v1::Console::Stub::*method)(grpc::ClientContext*, const Request&, Response*),
               const Request& request) {
    Response response;
    call([&](v1::Console::Stub& node, grpc::ClientContext& context) {
      response.Clear();
      return (node.*method)(&context, request, &response);
    });
    return response;
  }

  // Hands on each event until `on_event` says false. When the stream breaks, goes on at the next node after the last
  // revision seen. Throws CommandError when no node gives a first event, and for what trying again does not mend.
  void watch(std::uint32_t region, bool positions, const std::function<bool(const v1::WatchEvent&)>& on_event);

 private:
  struct Node {
    std::string address;
    std::shared_ptr<grpc::Channel> channel;
    std::unique_ptr<v1::Console::Stub> stub;
  };
  void call(const std::function<grpc::Status(v1::Console::Stub&, grpc::ClientContext&)>& make);
  bool connects() const;
  void check(const grpc::Status& status) const;
  const Node& node() const { return nodes_[asked_]; }
  void go_on_to_the_next() { asked_ = (asked_ + 1) % nodes_.size(); }

  std::vector<Node> nodes_;
  std::size_t asked_ = 0;
};

}  // namespace dispatch135::dispatchctl
