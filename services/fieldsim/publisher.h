// Carries what the hotlines say to the broker.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>

#include "services/fieldsim/hotline.h"
#include "services/fieldsim/stats.h"
#include "services/log/log.h"

namespace dispatch135::fieldsim {

// One thread, the writer's. While the writer's queue is full, publications wait here in order.
class Publisher {
 public:
  // All must outlive it, and the writer must have reported every append before it goes. `now_us`: microseconds since
  // 1970 UTC, never going back.
  Publisher(Hotline& hotline, log::Writer& writer, Stats& stats, std::function<std::int64_t()> now_us);
  // Publishes what is due.
  void step();
  // When step() is to be called again at the latest.
  TimeMs next_wakeup() const;
  // From now on the hotlines are quiet; what waits is still sent by step().
  void stop() { stopped_ = true; }
  bool drained() const { return waiting_.empty() && unanswered_ == 0; }

 private:
  bool send(const Publication& publication);

  Hotline* hotline_;
  log::Writer* writer_;
  Stats* stats_;
  std::function<std::int64_t()> now_us_;
  std::deque<Publication> waiting_;
  std::uint64_t unanswered_ = 0;
  bool stopped_ = false;
};

}  // namespace dispatch135::fieldsim
