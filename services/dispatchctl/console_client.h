// A connection to a node's Console service.
#pragma once

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "dispatch135/v1/console.grpc.pb.h"
#include "dispatch135/v1/console.pb.h"

namespace dispatch135::dispatchctl {

class ConsoleClient {
 public:
  explicit ConsoleClient(const std::string& address);

  // One call, e.g. ask(&v1::Console::Stub::GetIncident, request). Throws CommandError with what was refused and why, or
  // that nobody answered within ten seconds.
  template <typename Request, typename Response>
  Response ask(grpc::Status (v1::Console::Stub::*method)(grpc::ClientContext*, const Request&, Response*),
               const Request& request) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
    Response response;
    check((stub_.get()->*method)(&context, request, &response));
    return response;
  }

  // Hands on each event until `on_event` says false. When the stream breaks, connects again after the last revision
  // seen. Throws CommandError when the first attempt fails, and for what trying again does not mend.
  void watch(std::uint32_t region, bool positions, const std::function<bool(const v1::WatchEvent&)>& on_event);

 private:
  void check(const grpc::Status& status) const;
  std::string address_;
  std::unique_ptr<v1::Console::Stub> stub_;
};

}  // namespace dispatch135::dispatchctl
