#include "services/demo/watcher.h"

#include <chrono>

#include "services/common/grpc_channel.h"

namespace dispatch135::demo {

Watcher::Watcher(const std::string& node, const std::vector<std::uint32_t>& regions)
    : stub_(v1::Console::NewStub(common::open_channel(node))), regions_(regions), streams_(regions.size()) {
  for (std::size_t i = 0; i < regions_.size(); ++i) threads_.emplace_back([this, i] { watch(i); });
}

Watcher::~Watcher() {
  stopping_ = true;
  {
    const std::lock_guard lock(mutex_);
    for (grpc::ClientContext* stream : streams_) {
      if (stream != nullptr) stream->TryCancel();
    }
  }
  for (std::thread& thread : threads_) thread.join();
}

bool Watcher::ready() const {
  const std::lock_guard lock(mutex_);
  return led_.size() == regions_.size() && with_policy_.size() == regions_.size();
}

void Watcher::watch(std::size_t index) {
  v1::WatchRequest request;
  request.set_region(regions_[index]);
  while (!stopping_) {
    grpc::ClientContext context;
    {
      const std::lock_guard lock(mutex_);
      streams_[index] = &context;
    }
    const auto stream = stub_->Watch(&context, request);
    v1::WatchEvent event;
    while (!stopping_ && stream->Read(&event)) {
      if (!event.has_positions()) request.set_from_revision(event.revision());
      on_event(regions_[index], event);
    }
    if (stopping_) context.TryCancel();
    stream->Finish();
    {
      const std::lock_guard lock(mutex_);
      streams_[index] = nullptr;
    }
    // Not there yet, or gone for a moment.
    for (int i = 0; i < 4 && !stopping_; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

void Watcher::on_event(std::uint32_t region, const v1::WatchEvent& event) {
  const std::lock_guard lock(mutex_);
  board_.on_event(event);
  if (event.snapshot().has_leader()) led_.insert(region);
  if (!event.snapshot().policy().empty()) with_policy_.insert(region);
  for (const v1::Decision& decision : event.decisions().decisions()) {
    if (decision.has_leader_changed()) led_.insert(region);
    if (decision.has_policy_in_force()) with_policy_.insert(region);
  }
}

}  // namespace dispatch135::demo
