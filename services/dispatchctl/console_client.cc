#include "services/dispatchctl/console_client.h"

#include <iostream>
#include <random>
#include <thread>

#include "services/common/grpc_channel.h"
#include "services/common/refusal.h"
#include "services/dispatchctl/subcommands.h"
#include "services/dispatchctl/words.h"

namespace dispatch135::dispatchctl {
namespace {

bool worth_trying_again(const grpc::Status& status) {
  return status.ok() || status.error_code() == grpc::StatusCode::UNAVAILABLE ||
         status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED;
}

}  // namespace

ConsoleClient::ConsoleClient(const std::string& address)
    : address_(address), stub_(v1::Console::NewStub(common::open_channel(address))) {}

void ConsoleClient::check(const grpc::Status& status) const {
  if (status.ok()) return;
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE) {
    throw CommandError(address_ + " does not answer: " + status.error_message(), kUnreachable);
  }
  if (const auto refusal = common::refusal_in(status)) {
    throw CommandError("refused (" + word("REJECT_CODE_", v1::RejectCode_Name(refusal->code())) +
                       "): " + refusal->reason());
  }
  throw CommandError(address_ + ": " + status.error_message());
}

void ConsoleClient::watch(std::uint32_t region, bool positions,
                          const std::function<bool(const v1::WatchEvent&)>& on_event) {
  v1::WatchRequest request;
  request.set_region(region);
  request.set_positions(positions);
  bool connected = false;
  std::minstd_rand random(std::random_device{}());
  while (true) {
    grpc::ClientContext context;
    const auto stream = stub_->Watch(&context, request);
    v1::WatchEvent event;
    while (stream->Read(&event)) {
      connected = true;
      if (event.event_case() != v1::WatchEvent::kPositions) request.set_from_revision(event.revision());
      if (on_event(event)) continue;
      context.TryCancel();
      stream->Finish();
      return;
    }
    const grpc::Status status = stream->Finish();
    if (!connected || !worth_trying_again(status)) check(status);
    std::cerr << "the connection to " << address_ << " was lost (" << status.error_message() << "); connecting again\n";
    // Not all consoles of a node that was lost come to the next one in the same moment.
    std::this_thread::sleep_for(std::chrono::milliseconds(std::uniform_int_distribution(200, 2'000)(random)));
  }
}

}  // namespace dispatch135::dispatchctl
