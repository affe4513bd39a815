#include "services/dispatchd/outbox.h"

namespace dispatch135::dispatchd {

struct Outbox::Flight {
  std::size_t count = 0;
  bool failed = false;
};

Outbox::Outbox(std::int32_t partition, log::Writer& writer)
    : partition_(partition), writer_(&writer), flight_(std::make_shared<Flight>()) {}
Outbox::Outbox(Outbox&&) noexcept = default;
Outbox::~Outbox() = default;

void Outbox::add(std::span<const v1::Decision> decisions) {
  for (const v1::Decision& decision : decisions) {
    const DecisionKey key = key_of(decision.id());
    if (any_published_ && key <= last_published_) continue;
    waiting_.push_back({key, std::to_string(decision.region()), decision.SerializeAsString()});
    bytes_ += waiting_.back().value.size();
  }
}

void Outbox::published(const DecisionKey& key) {
  if (any_published_ && key <= last_published_) return;
  any_published_ = true;
  last_published_ = key;
  while (!waiting_.empty() && waiting_.front().key <= key) {
    bytes_ -= waiting_.front().value.size();
    waiting_.pop_front();
    if (next_ > 0) --next_;
  }
}

std::size_t Outbox::publish() {
  if (flight_->failed) {
    if (flight_->count > 0) return 0;
    flight_->failed = false;
    next_ = 0;
  }
  std::size_t appended = 0;
  while (next_ < waiting_.size() && flight_->count < kPublishing) {
    const Waiting& decision = waiting_[next_];
    const bool taken = writer_->append(log::Topic::kDecisions, partition_, decision.region, decision.value,
                                       [flight = flight_](const log::Appended& result) {
                                         --flight->count;
                                         if (!result.ok) flight->failed = true;
                                       });
    if (!taken) break;
    ++flight_->count;
    ++next_;
    ++appended;
  }
  return appended;
}

std::size_t Outbox::unsent() const { return flight_->failed ? waiting_.size() : waiting_.size() - next_; }

}  // namespace dispatch135::dispatchd
