#include "services/dispatchctl/console_client.h"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <random>
#include <thread>
#include <utility>

#include "services/common/grpc_channel.h"
#include "services/common/refusal.h"
#include "services/dispatchctl/subcommands.h"
#include "services/dispatchctl/words.h"

namespace dispatch135::dispatchctl {
namespace {

using Clock = std::chrono::system_clock;

constexpr std::chrono::seconds kPatienceInAll(10);
constexpr std::chrono::seconds kNodePatience(1);  // With a node, when there is another.

// The node cannot now; the next may.
bool another_may(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::UNAVAILABLE ||
         status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED ||
         status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED;
}

}  // namespace

ConsoleClient::ConsoleClient(const std::vector<std::string>& nodes) {
  for (const std::string& address : nodes) {
    auto channel = common::open_channel(address);
    auto stub = v1::Console::NewStub(channel);
    nodes_.push_back({address, std::move(channel), std::move(stub)});
  }
}

void ConsoleClient::call(const std::function<grpc::Status(v1::Console::Stub&, grpc::ClientContext&)>& make) {
  const auto end = Clock::now() + kPatienceInAll;
  for (std::size_t left = nodes_.size(); left > 0; --left) {
    grpc::ClientContext context;
    context.set_deadline(left > 1 ? std::min(end, Clock::now() + kNodePatience) : end);
    const grpc::Status status = make(*node().stub, context);
    if (left == 1 || !another_may(status)) return check(status);
    std::cerr << node().address << " does not answer (" << status.error_message() << "); asking the next\n";
    go_on_to_the_next();
  }
}

// A call alone would wait for as long as a node takes connections and says nothing.
bool ConsoleClient::connects() const {
  const auto end = Clock::now() + (nodes_.size() > 1 ? kNodePatience : kPatienceInAll);
  for (auto state = node().channel->GetState(true); state != GRPC_CHANNEL_READY;
       state = node().channel->GetState(true)) {
    if (state == GRPC_CHANNEL_TRANSIENT_FAILURE || !node().channel->WaitForStateChange(state, end)) return false;
  }
  return true;
}

void ConsoleClient::check(const grpc::Status& status) const {
  if (status.ok()) return;
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE ||
      status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
    throw CommandError(node().address + " does not answer: " + status.error_message(), kUnreachable);
  }
  if (const auto refusal = common::refusal_in(status)) {
    throw CommandError("refused (" + word("REJECT_CODE_", v1::RejectCode_Name(refusal->code())) +
                       "): " + refusal->reason());
  }
  throw CommandError(node().address + ": " + status.error_message());
}

void ConsoleClient::watch(std::uint32_t region, bool positions,
                          const std::function<bool(const v1::WatchEvent&)>& on_event) {
  v1::WatchRequest request;
  request.set_region(region);
  request.set_positions(positions);
  bool seen = false;
  std::size_t in_vain = 0;  // Nodes that were asked since the last event.
  std::minstd_rand random(std::random_device{}());
  while (true) {
    grpc::Status status(grpc::StatusCode::UNAVAILABLE, "no connection");
    if (connects()) {
      grpc::ClientContext context;
      const auto stream = node().stub->Watch(&context, request);
      v1::WatchEvent event;
      while (stream->Read(&event)) {
        seen = true;
        in_vain = 0;
        if (event.event_case() != v1::WatchEvent::kPositions) request.set_from_revision(event.revision());
        if (on_event(event)) continue;
        context.TryCancel();
        stream->Finish();
        return;
      }
      status = stream->Finish();
    }
    ++in_vain;
    const bool nobody_knows_it = !seen && in_vain >= nodes_.size();
    if (nobody_knows_it || (!status.ok() && !another_may(status))) check(status);
    std::cerr << node().address << ": " << (status.ok() ? "the stream ended" : status.error_message());
    go_on_to_the_next();
    std::cerr << "; connecting to " << node().address << "\n";
    // Not all consoles of a node that was lost come to the next one in the same moment.
    std::this_thread::sleep_for(std::chrono::milliseconds(std::uniform_int_distribution(200, 2'000)(random)));
  }
}

}  // namespace dispatch135::dispatchctl
