#include "services/fieldsim/unit_stream.h"

#include <utility>

namespace dispatch135::fieldsim {

std::unique_ptr<UnitStream> UnitStream::open(v1::FieldUnits::Stub& stub, Callbacks callbacks) {
  std::unique_ptr<UnitStream> stream(new UnitStream(std::move(callbacks)));
  stub.async()->Connect(&stream->context_, stream.get());
  stream->AddHold();
  stream->StartRead(&stream->incoming_);
  stream->StartCall();
  return stream;
}

void UnitStream::send(v1::UnitMessage message) {
  const v1::UnitMessage* first = nullptr;
  bool full = false;
  {
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    full = waiting_.size() >= kWaiting;
    if (!full) {
      waiting_.push_back(std::move(message));
      if (!writing_) {
        writing_ = true;
        first = &waiting_.front();
      }
    }
  }
  if (full) return close();
  if (first != nullptr) StartWrite(first);
}

void UnitStream::close() { context_.TryCancel(); }

void UnitStream::OnReadDone(bool ok) {
  if (ok) {
    callbacks_.received(std::move(incoming_));
    incoming_.Clear();
    StartRead(&incoming_);
    return;
  }
  std::unique_lock lock(mutex_);
  end_writing(lock);
}

void UnitStream::OnWriteDone(bool ok) {
  std::unique_lock lock(mutex_);
  writing_ = false;
  waiting_.pop_front();
  if (!ok || ended_) return end_writing(lock);
  if (waiting_.empty()) return;
  writing_ = true;
  const v1::UnitMessage* next = &waiting_.front();
  lock.unlock();
  StartWrite(next);
}

void UnitStream::end_writing(std::unique_lock<std::mutex>& lock) {
  ended_ = true;
  const bool let_go = held_ && !writing_;
  if (let_go) held_ = false;
  lock.unlock();
  if (let_go) RemoveHold();
}

void UnitStream::OnDone(const grpc::Status& status) {
  // The owner may destroy this as soon as it is told.
  const auto closed = std::move(callbacks_.closed);
  closed(status);
}

}  // namespace dispatch135::fieldsim
