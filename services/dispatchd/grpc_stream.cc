#include "services/dispatchd/grpc_stream.h"

#include <utility>

#include "services/common/refusal.h"

namespace dispatch135::dispatchd {

grpc::Status to_grpc(const Status& status) {
  switch (status.outcome) {
    case Outcome::kOk:
      return grpc::Status::OK;
    case Outcome::kRefused:
      return common::refused(status.code, status.message);
    case Outcome::kUnavailable:
      return {grpc::StatusCode::UNAVAILABLE, status.message};
    case Outcome::kExhausted:
      return {grpc::StatusCode::RESOURCE_EXHAUSTED, status.message};
  }
  return {grpc::StatusCode::INTERNAL, "an outcome outside the enum"};
}

bool OutQueue::push(grpc::ByteBuffer message) {
  const std::lock_guard lock(mutex_);
  if (closing_ || finished_) return true;
  if (writing_) {
    if (waiting_.size() >= messages_ || waiting_bytes_ + message.Length() > bytes_) return false;
    waiting_bytes_ += message.Length();
    waiting_.push_back(std::move(message));
    return true;
  }
  in_flight_ = std::move(message);
  writing_ = true;
  start_write(&in_flight_);
  return true;
}

void OutQueue::close(const grpc::Status& status, bool at_once) {
  const std::lock_guard lock(mutex_);
  if (closing_ || finished_) return;
  closing_ = true;
  status_ = status;
  if (at_once) drop_waiting();
  if (at_once || !writing_) finish_locked();
}

bool OutQueue::behind() {
  const std::lock_guard lock(mutex_);
  return !waiting_.empty();
}

void OutQueue::write_done(bool ok) {
  const std::lock_guard lock(mutex_);
  writing_ = false;
  if (finished_) return;
  if (!ok) {
    status_ = grpc::Status::CANCELLED;
    return finish_locked();
  }
  if (!waiting_.empty()) {
    in_flight_ = std::move(waiting_.front());
    waiting_.pop_front();
    waiting_bytes_ -= in_flight_.Length();
    writing_ = true;
    return start_write(&in_flight_);
  }
  if (closing_) finish_locked();
}

void OutQueue::cancelled() {
  const std::lock_guard lock(mutex_);
  if (finished_) return;
  status_ = grpc::Status::CANCELLED;
  finish_locked();
}

void OutQueue::cut() {
  const std::lock_guard lock(mutex_);
  if (!done_) context_.TryCancel();
}

void OutQueue::done() {
  const std::lock_guard lock(mutex_);
  done_ = true;
}

void OutQueue::drop_waiting() {
  waiting_.clear();
  waiting_bytes_ = 0;
}

void OutQueue::finish_locked() {
  closing_ = true;
  finished_ = true;
  drop_waiting();
  finish(status_);
}

}  // namespace dispatch135::dispatchd
