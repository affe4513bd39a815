#include "benchmarks/e2e_floor.h"

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <charconv>
#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>

#include "dispatch135/v1/field_units.grpc.pb.h"
#include "engine/base/check.h"
#include "services/common/grpc_server.h"
#include "services/dispatchd/grpc_stream.h"
#include "services/fieldsim/unit_stream.h"
#include "services/log/kafka_log.h"

namespace dispatch135::benchmarks {
namespace {

using Clock = std::chrono::steady_clock;
using log::Topic;
constexpr std::chrono::seconds kPatience(30);

std::int64_t now_ns() { return Clock::now().time_since_epoch().count(); }

// A record that begins with the instant of its send, in digits (what stands in a protobuf string must be UTF-8).
std::string stamped(std::int64_t sent_ns, std::size_t bytes) {
  std::string value = std::to_string(sent_ns);
  value.resize(std::max(bytes, value.size()), 'x');
  return value;
}
std::int64_t stamp_of(std::string_view value) {
  std::int64_t sent_ns = 0;
  const auto parsed = std::from_chars(value.data(), value.data() + value.size(), sent_ns);
  D135_CHECK(parsed.ec == std::errc(), "only stamped records are sent here");
  return sent_ns;
}

// A loop with its thread.
class Loop {
 public:
  ~Loop() { stop(); }
  void start() {
    thread_ = std::thread([this] { context.run(); });
  }
  void stop() {
    context.stop();
    if (thread_.joinable()) thread_.join();
  }
  boost::asio::io_context context;

 private:
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{context.get_executor()};
  std::thread thread_;
};

// Pushes to the one stream that is open.
class Pusher final : public v1::FieldUnits::WithRawCallbackMethod_Connect<v1::FieldUnits::Service> {
 public:
  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* Connect(grpc::CallbackServerContext*) override {
    auto* stream = new Stream;
    stream_ = stream;
    stream->StartSendInitialMetadata();
    opened.set_value();
    return stream;
  }
  void push(const v1::UnitOrder& order) {
    D135_CHECK(stream_.load()->push(dispatchd::to_bytes(order)), "the receiver reads at the rate that is measured");
  }
  void close() { stream_.load()->close(grpc::Status::OK, true); }
  std::promise<void> opened;

 private:
  class Stream final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>, public dispatchd::OutQueue {
   public:
    Stream() : OutQueue(100'000) {}
    void OnWriteDone(bool ok) override { write_done(ok); }
    void OnCancel() override { cancelled(); }
    void OnDone() override { delete this; }

   private:
    void start_write(const grpc::ByteBuffer* message) override { StartWrite(message); }
    void finish(const grpc::Status& status) override { Finish(status); }
  };
  std::atomic<Stream*> stream_ = nullptr;
};

template <typename Opened>
auto value_of(Opened opened) {
  D135_CHECK(opened.ok(), "the settings of the floor are right");
  return std::move(opened.value());
}

}  // namespace

std::vector<double> measure_floor(const common::KafkaSettings& settings, const FloorLoad& load) {
  Pusher pusher;
  auto server = value_of(common::GrpcServer::start({}, {&pusher}));
  const auto stub = v1::FieldUnits::NewStub(grpc::CreateChannel(server->address(), grpc::InsecureChannelCredentials()));
  std::mutex mutex;
  std::vector<double> received_us;
  std::promise<void> closed;
  const std::int64_t count_from_ns = now_ns() + 1'000'000'000;
  std::atomic<std::size_t> received = 0;
  const auto stream = fieldsim::UnitStream::open(
      *stub, {.received =
                  [&](const v1::UnitOrder& order) {
                    const std::int64_t sent_ns = stamp_of(order.assignment().incident().description());
                    const double took_us = static_cast<double>(now_ns() - sent_ns) / 1e3;
                    if (sent_ns >= count_from_ns) {
                      const std::lock_guard lock(mutex);
                      received_us.push_back(took_us);
                    }
                    ++received;
                  },
              .closed = [&](const grpc::Status&) { closed.set_value(); }});
  pusher.opened.get_future().wait();

  Loop hotline, forward, push;
  auto reports = value_of(log::KafkaWriter::open(hotline.context, settings));
  auto logged = value_of(log::KafkaWriter::open(forward.context, settings));
  auto log_reader = value_of(log::KafkaReader::open(push.context, settings, [&](const log::Record& record) {
    v1::UnitOrder order;
    order.mutable_assignment()->mutable_incident()->set_description(stamped(stamp_of(record.value), load.order_bytes));
    pusher.push(order);
  }));
  auto report_reader = value_of(log::KafkaReader::open(forward.context, settings, [&](const log::Record& record) {
    const bool taken = logged->append(Topic::kLog, 0, record.key, stamped(stamp_of(record.value), load.log_bytes), {});
    D135_CHECK(taken, "the broker takes what comes at the rate that is measured");
  }));
  const std::int32_t partitions = reports->partitions(Topic::kIncidents);
  D135_CHECK(partitions > 0 && logged->partitions(Topic::kLog) > 0, "the broker answers");
  for (std::int32_t partition = 0; partition < partitions; ++partition) {
    report_reader->follow(Topic::kIncidents, partition, *report_reader->end_offset(Topic::kIncidents, partition));
  }
  log_reader->follow(Topic::kLog, 0, *log_reader->end_offset(Topic::kLog, 0));
  forward.start();
  push.start();

  std::mt19937_64 random(1);
  std::exponential_distribution<double> gap_s(load.rate_per_s);
  const auto begin = Clock::now();
  const auto end = begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(load.seconds));
  std::size_t sent = 0;
  for (auto next = begin; next < end;
       next += std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(gap_s(random)))) {
    while (Clock::now() < next) hotline.context.run_one_until(next);
    const std::string key = "e-" + std::to_string(++sent);
    D135_CHECK(reports->append(Topic::kIncidents, -1, key, stamped(now_ns(), load.report_bytes), {}),
               "the broker takes what comes at the rate that is measured");
  }
  const auto give_up = Clock::now() + kPatience;
  while (received < sent && Clock::now() < give_up) hotline.context.run_one_for(std::chrono::milliseconds(10));
  D135_CHECK(received == sent, "every push arrives before its time is believed");

  forward.stop();
  push.stop();
  report_reader.reset();
  log_reader.reset();
  pusher.close();
  closed.get_future().wait();
  server->shutdown({1'000});
  return received_us;
}

}  // namespace dispatch135::benchmarks
