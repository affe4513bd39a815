// Everything of intake but its main(): gRPC on one side, Kafka (the mock cluster) on the other.
#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <thread>

#include "dispatch135/v1/intake.grpc.pb.h"
#include "dispatch135/v1/log.pb.h"
#include "services/common/clock.h"
#include "services/common/grpc_bytes.h"
#include "services/common/grpc_server.h"
#include "services/common/refusal.h"
#include "services/intake/intake_service.h"
#include "services/intake/router.h"
#include "services/log/kafka_log.h"
#include "services/log/mock_cluster.h"
#include "tests/services/intake/fixture.h"

namespace dispatch135::intake {
namespace {

using ::testing::HasSubstr;

constexpr int kEvents = 1'000;

v1::IncidentEvent report_now(const std::string& event_id, double longitude = 120.6) {
  v1::IncidentEvent event = valid_report(event_id, longitude);
  event.mutable_report()->clear_reported_at_ms();
  return event;
}

class IntakeFlow : public testing::Test {
 protected:
  IntakeFlow() {
    writer_ = std::move(log::KafkaWriter::open(loop_, cluster_.settings()).value());
    router_.emplace(regions_, *writer_, writer_->partitions(log::Topic::kLog), clock_, "n1", observer_);
    publisher_.emplace(regions_, *writer_, clock_, "n1", DurationMs{20'000});
    service_.emplace(loop_, *publisher_, gate_);
    group_ = std::move(
        log::KafkaGroupMember::open(loop_, cluster_.settings(),
                                    {.group = "intake", .topics = {log::Topic::kIncidents, log::Topic::kAlerts}},
                                    router_->callbacks())
            .value());
    router_->use(*group_);
    reader_ = std::move(log::KafkaReader::open(loop_, cluster_.settings(), [this](const log::Record& record) {
                          on_record(record);
                        }).value());
    for (std::int32_t partition = 0; partition < writer_->partitions(log::Topic::kLog); ++partition) {
      reader_->follow(log::Topic::kLog, partition, log::Reader::kBeginning);
    }
    for (std::int32_t partition = 0; partition < writer_->partitions(log::Topic::kRejects); ++partition) {
      reader_->follow(log::Topic::kRejects, partition, log::Reader::kBeginning);
    }
    server_ = std::move(common::GrpcServer::start({.listen = "127.0.0.1:0"}, {&*service_}).value());
    stub_ = v1::Intake::NewStub(grpc::CreateChannel(server_->address(), grpc::InsecureChannelCredentials()));
  }

  // Runs the client's part beside the loop; the loop ends when the client is done and `until` holds.
  void run(const std::function<void()>& client, const std::function<bool()>& until) {
    bool client_done = false;
    std::thread thread([&] {
      client();
      server_->shutdown({0});
      boost::asio::post(loop_, [&] { client_done = true; });
    });
    const auto work = boost::asio::make_work_guard(loop_);
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!(client_done && until()) && std::chrono::steady_clock::now() < give_up) {
      loop_.run_one_for(std::chrono::milliseconds(100));
      router_->retry();
    }
    thread.join();
    EXPECT_TRUE(until());
  }

  void on_record(const log::Record& record) {
    if (record.topic == log::Topic::kRejects) {
      v1::RejectedInput reject;
      EXPECT_TRUE(reject.ParseFromArray(record.value.data(), static_cast<int>(record.value.size())));
      rejects_.push_back(reject);
      return;
    }
    v1::LogRecord entry;
    EXPECT_TRUE(entry.ParseFromArray(record.value.data(), static_cast<int>(record.value.size())));
    EXPECT_EQ(record.partition, log::partition_of(RegionId(entry.region()), writer_->partitions(log::Topic::kLog)));
    events_[entry.incident_reported().event_id()] += 1;
  }

  boost::asio::io_context loop_{1};
  log::MockCluster cluster_;
  SquareRegions regions_;
  common::SystemClock clock_;
  RouterObserver observer_;
  std::unique_ptr<log::KafkaWriter> writer_;
  std::optional<IntakeRouter> router_;
  struct HandClock final : common::SteadyClock {
    std::int64_t now_ms() const override { return ms; }
    std::atomic<std::int64_t> ms = 1'000'000;
  } steady_clock_;
  ReportGate gate_{steady_clock_, 1'000'000};
  std::optional<Publisher> publisher_;
  std::optional<IntakeService> service_;
  std::unique_ptr<log::KafkaGroupMember> group_;
  std::unique_ptr<log::KafkaReader> reader_;
  std::unique_ptr<common::GrpcServer> server_;
  std::unique_ptr<v1::Intake::Stub> stub_;
  std::map<std::string, int> events_;  // In dispatch.log.
  std::vector<v1::RejectedInput> rejects_;
};

TEST_F(IntakeFlow, AReportedIncidentReachesTheLogAndARefusedOneTheRejects) {
  run(
      [this] {
        v1::ReportReceipt receipt;
        grpc::ClientContext good;
        const grpc::Status accepted = stub_->ReportIncident(&good, report_now("u1"), &receipt);
        EXPECT_TRUE(accepted.ok()) << accepted.error_message();
        EXPECT_EQ(receipt.topic(), "incidents");
        EXPECT_EQ(receipt.region(), 320200U);

        grpc::ClientContext bad;
        const grpc::Status refused = stub_->ReportIncident(&bad, report_now("u2", 2.35), &receipt);
        EXPECT_EQ(refused.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
        EXPECT_THAT(refused.error_message(), HasSubstr("report.location"));
        const auto refusal = common::refusal_in(refused);
        ASSERT_TRUE(refusal);
        EXPECT_EQ(refusal->code(), v1::REJECT_CODE_OUTSIDE_REGIONS);
      },
      [this] { return events_.count("u1") == 1 && rejects_.size() == 1; });
  EXPECT_EQ(events_.size(), 1U);
  EXPECT_EQ(rejects_[0].code(), v1::REJECT_CODE_OUTSIDE_REGIONS);
}

TEST_F(IntakeFlow, AStreamGetsOneReceiptPerEventInOrderAndGoesOnAfterARefusal) {
  run(
      [this] {
        grpc::ClientContext context;
        const auto stream = stub_->ReportIncidents(&context);
        std::thread sender([&stream] {
          for (int i = 0; i < kEvents; ++i) {
            v1::IncidentEvent event = report_now("s" + std::to_string(i), i % 2 == 0 ? 120.3 : 121.3);
            if (i % 10 == 7) event.mutable_report()->clear_category();
            if (!stream->Write(event)) break;
          }
          stream->WritesDone();
        });
        v1::ReportReceipt receipt;
        int count = 0;
        while (stream->Read(&receipt)) {
          EXPECT_EQ(receipt.event_id(), "s" + std::to_string(count));
          EXPECT_EQ(receipt.refusal_code(),
                    count % 10 == 7 ? v1::REJECT_CODE_MISSING_FIELD : v1::REJECT_CODE_UNSPECIFIED);
          ++count;
        }
        sender.join();
        const grpc::Status status = stream->Finish();
        EXPECT_TRUE(status.ok()) << status.error_message();
        EXPECT_EQ(count, kEvents);
      },
      [this] { return events_.size() == kEvents * 9 / 10 && rejects_.size() == kEvents / 10; });
  for (const auto& [event, times] : events_) EXPECT_EQ(times, 1) << event;
}

TEST_F(IntakeFlow, S20APublisherThatRunsWildIsToldSoAndAStreamIsReadNoFaster) {
  constexpr std::int64_t kPerS = 2;
  constexpr int kAtOnce = kPerS * common::TokenBucket::kBurstSeconds;
  gate_.set(kPerS);
  run(
      [this] {
        v1::ReportReceipt receipt;
        for (int i = 0; i <= kAtOnce; ++i) {
          grpc::ClientContext context;
          const grpc::Status status = stub_->ReportIncident(&context, report_now("u" + std::to_string(i)), &receipt);
          EXPECT_EQ(status.error_code(), i < kAtOnce ? grpc::StatusCode::OK : grpc::StatusCode::RESOURCE_EXHAUSTED);
          const char* const told = i < kAtOnce ? "" : "more than 2 events a second";
          EXPECT_THAT(status.error_message(), HasSubstr(told));
        }
        grpc::ClientContext context;
        const auto stream = stub_->ReportIncidents(&context);
        for (int i = 0; i < 2 * kAtOnce; ++i) EXPECT_TRUE(stream->Write(report_now("s" + std::to_string(i))));
        stream->WritesDone();
        int read = 0;
        for (const int more : {kAtOnce, kAtOnce, 1}) {
          steady_clock_.ms += common::TokenBucket::kBurstSeconds * 1'000;
          for (int i = 0; i < more && stream->Read(&receipt); ++i) ++read;
        }
        EXPECT_EQ(read, 2 * kAtOnce) << "nothing of the stream is lost";
        EXPECT_TRUE(stream->Finish().ok());
      },
      [this] { return events_.size() == 3U * kAtOnce; });
  EXPECT_GT(gate_.held_back(), 1U);
}

TEST_F(IntakeFlow, AMessageThatIsNoEventIsRefusedAndTheStreamGoesOn) {
  run(
      [this] {
        grpc::GenericStub stub(grpc::CreateChannel(server_->address(), grpc::InsecureChannelCredentials()));
        grpc::CompletionQueue queue;
        const auto next = [&queue] {
          void* tag = nullptr;
          bool ok = false;
          queue.Next(&tag, &ok);
          return ok;
        };
        const grpc::Slice junk("\xff\xff\xff\xff junk");
        const grpc::ByteBuffer no_event(&junk, 1);
        grpc::ByteBuffer answer;
        grpc::Status status;

        grpc::ClientContext calling;
        const auto call = stub.PrepareUnaryCall(&calling, "/dispatch135.v1.Intake/ReportIncident", no_event, &queue);
        call->StartCall();
        call->Finish(&answer, &status, nullptr);
        next();
        EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);

        grpc::ClientContext streaming;
        const auto stream = stub.PrepareCall(&streaming, "/dispatch135.v1.Intake/ReportIncidents", &queue);
        stream->StartCall(nullptr);
        ASSERT_TRUE(next());
        for (const grpc::ByteBuffer& event : {no_event, common::to_bytes(report_now("after junk"))}) {
          stream->Write(event, nullptr);
          ASSERT_TRUE(next());
        }
        stream->WritesDone(nullptr);
        ASSERT_TRUE(next());
        for (const v1::RejectCode expected : {v1::REJECT_CODE_MALFORMED, v1::REJECT_CODE_UNSPECIFIED}) {
          stream->Read(&answer, nullptr);
          ASSERT_TRUE(next());
          v1::ReportReceipt receipt;
          ASSERT_TRUE(common::from_bytes(answer, receipt));
          EXPECT_EQ(receipt.refusal_code(), expected);
        }
        stream->Finish(&status, nullptr);
        next();
        EXPECT_TRUE(status.ok()) << status.error_message();
      },
      [this] { return events_.count("after junk") == 1; });
}

TEST_F(IntakeFlow, AClientThatGoesAwayInTheMiddleOfItsStreamHarmsNobody) {
  run(
      [this] {
        {
          grpc::ClientContext context;
          const auto stream = stub_->ReportIncidents(&context);
          for (int i = 0; i < 50; ++i) stream->Write(report_now("gone" + std::to_string(i)));
          context.TryCancel();
        }
        v1::ReportReceipt receipt;
        grpc::ClientContext after;
        EXPECT_TRUE(stub_->ReportIncident(&after, report_now("after"), &receipt).ok());
      },
      [this] { return events_.count("after") == 1; });
}

}  // namespace
}  // namespace dispatch135::intake
