#include "benchmarks/e2e_floor.h"

#include <chrono>
#include <random>

#include "benchmarks/e2e_stamp.h"
#include "engine/base/check.h"

namespace dispatch135::benchmarks {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kFloorPatience(30);
constexpr std::chrono::milliseconds kProbeEvery(200);

}  // namespace

Floor::Floor(const common::KafkaSettings& settings, const std::string& address, std::size_t report_bytes)
    : report_bytes_(report_bytes) {
  auto writer = log::KafkaWriter::open(loop_, settings);
  D135_CHECK(writer.ok(), "the settings of the floor are right");
  writer_ = std::move(writer.value());
  const auto channel = grpc::CreateChannel(address, grpc::InsecureChannelCredentials());
  D135_CHECK(channel->WaitForConnected(std::chrono::system_clock::now() + kFloorPatience), "the pusher listens");
  stub_ = v1::FieldUnits::NewStub(channel);
  stream_ = fieldsim::UnitStream::open(
      *stub_, {.received =
                   [this](const v1::UnitOrder& order) {
                     const std::int64_t now_ns = steady_ns();
                     const std::int64_t sent_ns = stamp_of(order.assignment().incident().description());
                     const std::lock_guard lock(mutex_);
                     received_.push_back({sent_ns / 1'000, static_cast<double>(now_ns - sent_ns) / 1e6, true});
                   },
               .closed = [this](const grpc::Status&) { closed_.set_value(); }});
  const auto give_up = Clock::now() + kFloorPatience;
  while (received() == 0) {
    D135_CHECK(Clock::now() < give_up, "a record comes all the way");
    send();
    loop_.run_for(kProbeEvery);
  }
}

Floor::~Floor() {
  stream_->close();
  closed_.get_future().wait();
}

void Floor::send() {
  const std::string key = "e-1-" + std::to_string(++sent_);
  const bool taken = writer_->append(log::Topic::kIncidents, -1, key, stamped(steady_ns(), report_bytes_), {});
  D135_CHECK(taken, "the broker takes what comes at the rate that is measured");
}

std::size_t Floor::received() {
  const std::lock_guard lock(mutex_);
  return received_.size();
}

std::vector<Sample> Floor::measure(double rate_per_s, double seconds) {
  {
    const std::lock_guard lock(mutex_);
    received_.clear();
  }
  std::mt19937_64 random(1);
  std::exponential_distribution<double> gap_s(rate_per_s);
  const auto begin = Clock::now();
  std::size_t sent = 0;
  for (double at_s = gap_s(random); at_s < seconds; at_s += gap_s(random), ++sent) {
    const auto due = std::chrono::ceil<std::chrono::milliseconds>(std::chrono::duration<double>(at_s));
    while (Clock::now() < begin + due) loop_.run_one_until(begin + due);
    send();
  }
  const auto give_up = Clock::now() + kFloorPatience;
  while (received() < sent && Clock::now() < give_up) loop_.run_one_for(std::chrono::milliseconds(10));
  const std::lock_guard lock(mutex_);
  D135_CHECK(received_.size() == sent, "every push arrives before its time is believed");
  return received_;
}

}  // namespace dispatch135::benchmarks
