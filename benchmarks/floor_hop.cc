// One process of the floor of bench_e2e: `forward` stands where intake stands, `push` where dispatchd does, each with
// the threads that these have.
#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "benchmarks/e2e_stamp.h"
#include "dispatch135/v1/field_units.grpc.pb.h"
#include "engine/base/check.h"
#include "services/common/grpc_bytes.h"
#include "services/common/grpc_server.h"
#include "services/common/logging.h"
#include "services/common/shutdown.h"
#include "services/dispatchd/grpc_stream.h"
#include "services/log/kafka_log.h"

namespace dispatch135::benchmarks {
namespace {

using log::Topic;

constexpr std::size_t kWaiting = 100'000;
constexpr std::size_t kWaitingBytes = 256U << 20;
constexpr const char* kRegion = "320000";

struct Options {
  common::KafkaSettings kafka;
  std::size_t bytes = 0;
  std::string listen;
};

template <typename Opened>
auto value_of(Opened opened) {
  D135_CHECK(opened.ok(), "the settings of the floor are right");
  return std::move(opened.value());
}

void follow(log::KafkaReader& reader, Topic topic, std::int32_t partition) {
  const auto end = reader.end_offset(topic, partition);
  D135_CHECK(end.has_value(), "the broker answers");
  reader.follow(topic, partition, *end);
}

// Pushes to the stream that is open; without one what comes is dropped.
class Pusher final : public v1::FieldUnits::WithRawCallbackMethod_Connect<v1::FieldUnits::Service> {
 public:
  explicit Pusher(boost::asio::io_context& loop) : loop_(loop) {}
  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* Connect(grpc::CallbackServerContext* context) override {
    auto* stream = new Stream(*this, *context);
    stream->StartSendInitialMetadata();
    boost::asio::post(loop_, [this, stream] { stream_ = stream; });
    return stream;
  }
  void push(const v1::UnitOrder& order) {
    if (stream_ == nullptr) return;
    D135_CHECK(stream_->push(common::to_bytes(order)), "the receiver reads at the rate that is measured");
  }

 private:
  class Stream final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>, public dispatchd::OutQueue {
   public:
    Stream(Pusher& pusher, grpc::CallbackServerContext& context)
        : OutQueue(context, kWaiting, kWaitingBytes), pusher_(pusher) {}
    void OnWriteDone(bool ok) override { write_done(ok); }
    void OnCancel() override { cancelled(); }
    void OnDone() override {
      done();
      boost::asio::post(pusher_.loop_, [this] {
        if (pusher_.stream_ == this) pusher_.stream_ = nullptr;
        delete this;
      });
    }

   private:
    void start_write(const grpc::ByteBuffer* message) override { StartWrite(message); }
    void finish(const grpc::Status& status) override { Finish(status); }
    Pusher& pusher_;
  };
  boost::asio::io_context& loop_;
  Stream* stream_ = nullptr;
};

void forward(const Options& options) {
  boost::asio::io_context loop(1);
  common::ShutdownSignals signals(loop, [&loop] { loop.stop(); });
  const auto writer = value_of(log::KafkaWriter::open(loop, options.kafka));
  const auto reader = value_of(log::KafkaReader::open(loop, options.kafka, [&](const log::Record& record) {
    const bool taken = writer->append(Topic::kLog, 0, kRegion, stamped(stamp_of(record.value), options.bytes), {});
    D135_CHECK(taken, "the broker takes what comes at the rate that is measured");
  }));
  const std::int32_t partitions = writer->partitions(Topic::kIncidents);
  D135_CHECK(partitions > 0, "the broker answers");
  for (std::int32_t partition = 0; partition < partitions; ++partition) follow(*reader, Topic::kIncidents, partition);
  loop.run();
}

void push(const Options& options) {
  boost::asio::io_context loop(1);
  common::ShutdownSignals signals(loop, [&loop] { loop.stop(); });
  Pusher pusher(loop);
  v1::UnitOrder order;
  order.mutable_assignment()->mutable_incident()->set_description(stamped(0, options.bytes));
  const std::size_t around = order.ByteSizeLong() - options.bytes;
  const auto reader = value_of(log::KafkaReader::open(loop, options.kafka, [&](const log::Record& record) {
    order.mutable_assignment()->mutable_incident()->set_description(
        stamped(stamp_of(record.value), options.bytes - around));
    pusher.push(order);
  }));
  follow(*reader, Topic::kLog, 0);
  const auto server = value_of(common::GrpcServer::start({.listen = options.listen}, {&pusher}));
  loop.run();
  server->shutdown({0});
}

}  // namespace
}  // namespace dispatch135::benchmarks

int main(int argc, char** argv) {
  using namespace dispatch135::benchmarks;
  CLI::App app("A process of the floor of bench_e2e");
  Options options;
  app.require_subcommand(1);
  app.add_option("--kafka", options.kafka.bootstrap, "HOST:PORT of a broker")->required();
  app.add_option("--topic-prefix", options.kafka.topic_prefix, "Before the names of its topics")->required();
  app.add_option("--bytes", options.bytes, "Size of what it passes on")->required()->check(CLI::Range(64, 100'000));
  app.add_option("--listen", options.listen, "HOST:PORT of the pusher");
  const auto* forwarder = app.add_subcommand("forward", "From incidents to dispatch.log");
  app.add_subcommand("push", "From dispatch.log to a stream");
  CLI11_PARSE(app, argc, argv);
  dispatch135::common::start_logging("floor_hop", {.level = "warn", .format = dispatch135::common::LogFormat::kText});
  *forwarder ? forward(options) : push(options);
  return 0;
}
