#include "services/fieldsim/publisher.h"

#include <utility>

namespace dispatch135::fieldsim {
namespace {

constexpr DurationMs kFullQueuePause{10};

}  // namespace

Publisher::Publisher(Hotline& hotline, log::Writer& writer, Stats& stats, std::function<std::int64_t()> now_us)
    : hotline_(&hotline), writer_(&writer), stats_(&stats), now_us_(std::move(now_us)) {}

void Publisher::step() {
  if (!stopped_) {
    for (auto& publication : hotline_->step({now_us_() / 1'000})) waiting_.push_back(std::move(publication));
  }
  while (!waiting_.empty() && send(waiting_.front())) waiting_.pop_front();
}

TimeMs Publisher::next_wakeup() const {
  if (!waiting_.empty()) return TimeMs{now_us_() / 1'000} + kFullQueuePause;
  return stopped_ ? TimeMs{INT64_MAX} : hotline_->next_due();
}

bool Publisher::send(const Publication& publication) {
  DiaryEntry entry;
  entry.event = DiaryEvent::kPublished;
  entry.source = publication.source;
  entry.event_id = publication.event_id;
  entry.topic = log::topic_name(publication.topic);
  entry.kind = name_of(publication.kind);
  entry.repeated = publication.repeated;
  const std::int64_t sent_us = now_us_();
  entry.exact_us = sent_us;
  const bool taken = writer_->append(publication.topic, -1, publication.event_id, publication.value,
                                     [this, entry = std::move(entry)](const log::Appended& appended) mutable {
                                       --unanswered_;
                                       entry.at = {now_us_() / 1'000};
                                       entry.acked = appended.ok;
                                       entry.partition = appended.partition;
                                       entry.offset = appended.offset;
                                       entry.detail = appended.error;
                                       stats_->write(entry);
                                     });
  if (!taken) return false;
  ++unanswered_;
  stats_->on_sent(publication, sent_us);
  return true;
}

}  // namespace dispatch135::fieldsim
