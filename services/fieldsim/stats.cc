#include "services/fieldsim/stats.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace dispatch135::fieldsim {
namespace {

// Nearest rank; 0 without values. Reorders the values.
double percentile_ms(std::vector<std::uint32_t>& values_us, double share) {
  if (values_us.empty()) return 0;
  const auto rank = static_cast<std::ptrdiff_t>(share * static_cast<double>(values_us.size() - 1) + 0.5);
  std::nth_element(values_us.begin(), values_us.begin() + rank, values_us.end());
  return values_us[static_cast<std::size_t>(rank)] / 1'000.0;
}

// The order stands in the log record that opened its incident: nobody had to wait.
bool assigned_at_once(const v1::UnitOrder& order) {
  const std::uint64_t opened_by = std::uint64_t{order.decision().partition()} << 48 | order.decision().offset();
  return order.assignment().incident().incident_id() == opened_by;
}

}  // namespace

void Stats::write(const DiaryEntry& entry) {
  ++counts_[static_cast<std::size_t>(entry.event)];
  if (entry.event == DiaryEvent::kPublished) ++(entry.acked ? acked_ : failed_);
  if (entry.event != DiaryEvent::kOrderReceived && entry.event != DiaryEvent::kOrderRepeated) {
    return next_->write(entry);
  }
  DiaryEntry exact = entry;
  exact.exact_us = order_received_us_;
  next_->write(exact);
}

void Stats::on_sent(const Publication& publication, std::int64_t at_us) {
  ++published_;
  if (publication.kind != PublicationKind::kReport || publication.repeated) return;
  ++reports_;
  sent_us_.emplace(std::pair(publication.source, publication.event_id), at_us);
}

std::int64_t Stats::on_order(const v1::UnitOrder& order, std::int64_t at_us) {
  order_received_us_ = at_us;
  if (!order.has_assignment()) return -1;
  const v1::Incident& incident = order.assignment().incident();
  const auto sent = sent_us_.find({incident.source(), incident.event_id()});
  if (sent == sent_us_.end()) return -1;
  const std::int64_t latency_us = std::clamp<std::int64_t>(at_us - sent->second, 0, UINT32_MAX);
  sent_us_.erase(sent);
  if (!assigned_at_once(order)) {
    ++after_queue_;
    return -1;
  }
  latencies_us_.push_back(static_cast<std::uint32_t>(latency_us));
  return latency_us;
}

std::string Stats::line(TimeMs now, bool final) const {
  auto values = latencies_us_;
  nlohmann::ordered_json line;
  line["t_ms"] = now.since_epoch;
  line["published"] = published_;
  line["reports"] = reports_;
  line["acked"] = acked_;
  line["failed"] = failed_;
  line["orders"] = count(DiaryEvent::kOrderReceived);
  line["repeated_orders"] = count(DiaryEvent::kOrderRepeated);
  line["acknowledged"] = count(DiaryEvent::kAcknowledged);
  line["en_route"] = count(DiaryEvent::kEnRoute);
  line["on_scene"] = count(DiaryEvent::kOnScene);
  line["feedback"] = count(DiaryEvent::kFeedback);
  line["declined"] = count(DiaryEvent::kDeclined);
  line["ignored"] = count(DiaryEvent::kIgnored);
  line["silent"] = count(DiaryEvent::kSilent);
  line["cancelled"] = count(DiaryEvent::kCancelled);
  line["refused"] = count(DiaryEvent::kRefused);
  line["redirected"] = count(DiaryEvent::kRedirected);
  line["disconnected"] = count(DiaryEvent::kDisconnected);
  line["connected_units"] = connected_units_;
  line["violations"] = count(DiaryEvent::kViolation);
  line["after_queue"] = after_queue_;
  line["report_to_order_ms"] = {{"p50", percentile_ms(values, 0.5)},
                                {"p99", percentile_ms(values, 0.99)},
                                {"max", percentile_ms(values, 1)},
                                {"count", values.size()}};
  if (final) line["final"] = true;
  return line.dump();
}

}  // namespace dispatch135::fieldsim
