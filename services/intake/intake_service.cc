#include "services/intake/intake_service.h"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "services/common/grpc_bytes.h"
#include "services/common/grpc_server.h"
#include "services/common/refusal.h"

namespace dispatch135::intake {
namespace {

// Events of one stream that were read and not yet answered; more are left to gRPC's flow control.
constexpr std::size_t kUnansweredPerStream = 256;
// A stream whose publisher reports more than it may is asked for its next event so much later.
constexpr std::chrono::milliseconds kPause(50);

grpc::Status unavailable(const Published& published) { return {grpc::StatusCode::UNAVAILABLE, published.reason}; }

std::string not_an(const google::protobuf::Message& event) { return "the message is not a " + event.GetTypeName(); }

template <typename Event>
grpc::ServerUnaryReactor* report(boost::asio::io_context& loop, Publisher& publisher, ReportGate& gate,
                                 grpc::CallbackServerContext* context, const grpc::ByteBuffer* bytes,
                                 grpc::ByteBuffer* receipt) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  if (!gate.take(common::address_of(context->peer()))) {
    reactor->Finish({grpc::StatusCode::RESOURCE_EXHAUSTED,
                     "more than " + std::to_string(gate.per_s()) +
                         " events a second come from this address; send it again after a pause, or use a stream"});
    return reactor;
  }
  Event event;
  if (!common::from_bytes(*bytes, event)) {
    reactor->Finish(common::refused(v1::REJECT_CODE_MALFORMED, not_an(event)));
    return reactor;
  }
  boost::asio::post(loop, [&publisher, event = std::move(event), receipt, reactor] {
    publisher.publish(event, [receipt, reactor](const Published& published) {
      switch (published.outcome) {
        case Published::Outcome::kAccepted:
          *receipt = common::to_bytes(published.receipt);
          return reactor->Finish(grpc::Status::OK);
        case Published::Outcome::kRefused:
          return reactor->Finish(common::refused(published.receipt.refusal_code(), published.receipt.refusal_reason()));
        case Published::Outcome::kUnavailable:
          return reactor->Finish(unavailable(published));
      }
    });
  });
  return reactor;
}

// One stream of events and its receipts, in the order of the events. Ends with UNAVAILABLE at the first event that the
// broker does not acknowledge; the receipts before it have been sent.
template <typename Event>
class ReportStream final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  ReportStream(boost::asio::io_context& loop, Publisher& publisher, ReportGate& gate, std::string address)
      : loop_(loop), publisher_(publisher), gate_(gate), address_(std::move(address)) {
    go_on(std::unique_lock(mutex_));
  }

  void OnReadDone(bool ok) override {
    std::unique_lock lock(mutex_);
    reading_ = false;
    if (ok) {
      take();
    } else {
      no_more_events_ = true;
    }
    go_on(std::move(lock));
  }

  void OnWriteDone(bool ok) override {
    std::unique_lock lock(mutex_);
    writing_ = false;
    if (!ok && !failure_) failure_ = grpc::Status::CANCELLED;
    go_on(std::move(lock));
  }

  // Reads and writes come back as failed, and every event that was read is still answered: nothing to do here.
  void OnCancel() override {}
  void OnDone() override { delete this; }

 private:
  void take() {
    std::optional<Published>& place = answers_.emplace_back();
    Event event;
    if (!common::from_bytes(event_, event)) {
      place.emplace().outcome = Published::Outcome::kRefused;
      place->receipt.set_refusal_code(v1::REJECT_CODE_MALFORMED);
      place->receipt.set_refusal_reason(not_an(event));
      return;
    }
    ++unanswered_;
    boost::asio::post(loop_, [this, number = first_ + answers_.size() - 1, event = std::move(event)] {
      publisher_.publish(event, [this, number](const Published& published) { answer(number, published); });
    });
  }

  void answer(std::uint64_t number, const Published& published) {
    std::unique_lock lock(mutex_);
    --unanswered_;
    answers_[number - first_] = published;
    go_on(std::move(lock));
  }

  // Begins whatever can begin now. Nothing may touch this object after it, since it may have ended.
  void go_on(std::unique_lock<std::mutex> lock) {
    if (finished_) return;
    if (!failure_ && !answers_.empty() && answers_.front() &&
        answers_.front()->outcome == Published::Outcome::kUnavailable) {
      failure_ = unavailable(*answers_.front());
    }
    if (!failure_ && !writing_ && !answers_.empty() && answers_.front()) {
      receipt_ = common::to_bytes(answers_.front()->receipt);
      answers_.pop_front();
      ++first_;
      writing_ = true;
      this->StartWrite(&receipt_);
    }
    if (!failure_ && !no_more_events_ && !reading_ && !pausing_ && answers_.size() < kUnansweredPerStream) {
      if (gate_.take(address_)) {
        reading_ = true;
        this->StartRead(&event_);
      } else {
        pausing_ = true;
        boost::asio::post(loop_, [this] { pause(); });
      }
    }
    const bool over = failure_ || (no_more_events_ && answers_.empty());
    if (!over || writing_ || pausing_ || unanswered_ > 0) return;
    finished_ = true;
    const grpc::Status status = failure_.value_or(grpc::Status::OK);
    lock.unlock();
    this->Finish(status);
  }

  // On the loop.
  void pause() {
    auto timer = std::make_shared<boost::asio::steady_timer>(loop_, kPause);
    timer->async_wait([this, timer](const boost::system::error_code&) {
      std::unique_lock lock(mutex_);
      pausing_ = false;
      go_on(std::move(lock));
    });
  }

  boost::asio::io_context& loop_;
  Publisher& publisher_;
  ReportGate& gate_;
  const std::string address_;
  std::mutex mutex_;  // Guards all below.
  grpc::ByteBuffer event_;
  grpc::ByteBuffer receipt_;
  std::deque<std::optional<Published>> answers_;  // From the first whose receipt is not written.
  std::uint64_t first_ = 0;                       // The number of answers_.front().
  std::size_t unanswered_ = 0;                    // By the publisher; their answers refer to this object.
  bool reading_ = false;
  bool writing_ = false;
  bool pausing_ = false;  // The timer refers to this object.
  bool no_more_events_ = false;
  bool finished_ = false;
  std::optional<grpc::Status> failure_;
};

}  // namespace

grpc::ServerUnaryReactor* IntakeService::ReportIncident(grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* event, grpc::ByteBuffer* receipt) {
  return report<v1::IncidentEvent>(loop_, publisher_, gate_, context, event, receipt);
}

grpc::ServerUnaryReactor* IntakeService::ReportAlert(grpc::CallbackServerContext* context,
                                                     const grpc::ByteBuffer* event, grpc::ByteBuffer* receipt) {
  return report<v1::AlertReport>(loop_, publisher_, gate_, context, event, receipt);
}

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* IntakeService::ReportIncidents(
    grpc::CallbackServerContext* context) {
  return new ReportStream<v1::IncidentEvent>(loop_, publisher_, gate_, common::address_of(context->peer()));
}

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* IntakeService::ReportAlerts(
    grpc::CallbackServerContext* context) {
  return new ReportStream<v1::AlertReport>(loop_, publisher_, gate_, common::address_of(context->peer()));
}

}  // namespace dispatch135::intake
