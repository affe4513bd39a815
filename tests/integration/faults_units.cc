// A field unit whose network fails without a word while it is under way (S13).
#include <grpcpp/grpcpp.h>

#include <memory>

#include "dispatch135/v1/field_units.grpc.pb.h"
#include "engine/city/city.h"
#include "services/common/grpc_channel.h"
#include "services/common/mapped_file.h"
#include "services/demo/child.h"
#include "tests/integration/faults.h"

namespace dispatch135 {
namespace {

using namespace std::chrono_literals;

// The policy's silent_after, and the node's ping and its patience for the answer.
constexpr std::int64_t kDeadlineMs = 90'000;
constexpr std::int64_t kKeepaliveMs = 15'000;

// The last unit of the first city, which the fieldsim leaves out.
std::uint64_t last_unit(const WholeSystem& system) {
  const auto file = common::MappedFile::open(system.city_file());
  const city::City city = city::City::open(file.value().bytes()).value();
  return city.unit(UnitIndex(static_cast<std::uint32_t>(city.unit_count() - 1))).id.value();
}

// One officer's device on one connection. Waits for at most ten minutes in all.
class Device {
 public:
  Device(const std::string& address, std::uint64_t unit, std::uint32_t region, std::uint64_t last_order)
      : last_order_(last_order), stub_(v1::FieldUnits::NewStub(common::open_channel(address))) {
    context_.set_deadline(std::chrono::system_clock::now() + 10min);
    stream_ = stub_->Connect(&context_);
    v1::UnitMessage message;
    message.mutable_sign_on()->set_unit_id(unit);
    message.mutable_sign_on()->set_region(region);
    message.mutable_sign_on()->set_device_id("S13");
    say(std::move(message));
    next([](const v1::UnitOrder& order) { return order.has_signed_on(); });
  }

  void say(v1::UnitMessage message) {
    message.set_client_sequence(++said_);
    message.set_last_order_seen(last_order_);
    stream_->Write(message);
  }
  // Reads on to an order of that kind.
  template <typename Is>
  v1::UnitOrder next(Is is) {
    for (v1::UnitOrder order; stream_->Read(&order);) {
      last_order_ = std::max(last_order_, order.sequence());
      if (is(order)) return order;
    }
    throw SystemError("the unit's stream ended: " + stream_->Finish().error_message());
  }
  std::uint64_t said() const { return said_; }
  std::uint64_t last_order() const { return last_order_; }

 private:
  std::uint64_t said_ = 0;
  std::uint64_t last_order_;
  std::unique_ptr<v1::FieldUnits::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::UnitMessage, v1::UnitOrder>> stream_;
};

// The node has closed the old connection, and gRPC may find that out with the first stream.
std::unique_ptr<Device> connect_again(FaultRun& run, const std::string& address, std::uint64_t unit,
                                      std::uint32_t region, std::uint64_t last_order) {
  for (const std::int64_t until = wall_ms() + 30'000;; run.pass(200ms)) {
    try {
      return std::make_unique<Device>(address, unit, region, last_order);
    } catch (const SystemError&) {
      if (wall_ms() > until) throw;
    }
  }
}

v1::UnitMessage on_scene(std::uint64_t assignment) {
  v1::UnitMessage message;
  message.mutable_status()->set_status(v1::UNIT_SECONDARY_STATUS_ON_SCENE);
  message.mutable_status()->set_assignment_id(assignment);
  return message;
}

void a_unit_signs_and_falls_silent(FaultRun& run) {
  run.begin(5, 1);
  const std::uint64_t unit = last_unit(run.system());
  const std::uint32_t region = run.system().regions().front();
  const std::uint16_t port = demo::free_port();
  TcpProxy network(port, run.system().node_address(run.leader()));
  const std::string address = "127.0.0.1:" + std::to_string(port);

  auto device = std::make_unique<Device>(address, unit, region, 0);
  const v1::AssignmentOrder order =
      device->next([](const v1::UnitOrder& any) { return any.has_assignment(); }).assignment();
  v1::UnitMessage sign;
  sign.mutable_acknowledge()->set_assignment_id(order.assignment_id());
  device->say(sign);
  const auto signed_for = [&] { return run.timeline().sent(order.assignment_id())->acknowledged_at; };
  while (!signed_for()) run.pass(10ms);

  network.cut(true);
  const std::int64_t cut_at = wall_ms();
  const std::int64_t limit_ms = kDeadlineMs + kKeepaliveMs + 1'000;
  const auto replaced = [&] { return run.timeline().sent_for(order.assignment_id()); };
  while (replaced().empty() && wall_ms() - cut_at < 2 * limit_ms) run.pass(100ms);
  if (replaced().empty()) throw SystemError("nobody was sent in the place of the unit");
  const std::int64_t found_ms = *run.timeline().sent(order.assignment_id())->ended_at - cut_at;
  run.figure("found_after_ms", found_ms);
  run.figure("replaced_after_ms", run.timeline().sent(replaced().front())->at - cut_at);
  run.expect(found_ms <= limit_ms, "the silence was not found in time");

  // The network is back, and the officer, who heard nothing of it, has arrived.
  network.cut(false);
  const std::uint64_t last_order = device->last_order();
  device = connect_again(run, address, unit, region, last_order);
  device->say(on_scene(order.assignment_id()));
  const v1::Refusal refusal = device->next([](const v1::UnitOrder& any) { return any.has_refusal(); }).refusal();
  run.expect(refusal.client_sequence() == device->said() && refusal.code() == v1::REJECT_CODE_UNKNOWN_ASSIGNMENT,
             "the late answer was not refused as that: " + refusal.ShortDebugString());
  run.expect(!refusal.reason().empty(), "a refusal without a reason");
  v1::UnitMessage off;
  off.mutable_sign_off();
  device->say(off);

  run.settle();
  // Whoever was sent instead may have failed as well: then there is one more for each of them.
  std::size_t kept = 0;
  for (const std::uint64_t other : replaced()) kept += run.timeline().sent(other)->failed ? 0U : 1U;
  run.figure("sent_instead", static_cast<std::int64_t>(replaced().size()));
  run.expect(kept <= 1, "two were sent in the place of one");
}

}  // namespace

std::vector<Scenario> unit_scenarios(const FaultOptions& options) {
  const SystemOptions two = {.brokers = 3, .nodes = 2, .session_timeout = options.session_timeout};
  return {
      {"S13", "a unit signs, then its network drops every packet without a reset", two, a_unit_signs_and_falls_silent}};
}

}  // namespace dispatch135
