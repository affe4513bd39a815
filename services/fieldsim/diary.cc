#include "services/fieldsim/diary.h"

#include <nlohmann/json.hpp>

#include "engine/base/check.h"

namespace dispatch135::fieldsim {

std::string_view name_of(DiaryEvent event) {
  switch (event) {
    case DiaryEvent::kPublished:
      return "published";
    case DiaryEvent::kConnected:
      return "connected";
    case DiaryEvent::kDisconnected:
      return "disconnected";
    case DiaryEvent::kRedirected:
      return "redirected";
    case DiaryEvent::kRefused:
      return "refused";
    case DiaryEvent::kOrderReceived:
      return "order_received";
    case DiaryEvent::kOrderRepeated:
      return "order_repeated";
    case DiaryEvent::kAcknowledged:
      return "acknowledged";
    case DiaryEvent::kDeclined:
      return "declined";
    case DiaryEvent::kIgnored:
      return "ignored";
    case DiaryEvent::kSilent:
      return "silent";
    case DiaryEvent::kDropped:
      return "dropped";
    case DiaryEvent::kEnRoute:
      return "en_route";
    case DiaryEvent::kOnScene:
      return "on_scene";
    case DiaryEvent::kFeedback:
      return "feedback";
    case DiaryEvent::kCancelled:
      return "cancelled";
    case DiaryEvent::kViolation:
      return "violation";
  }
  D135_CHECK(false, "a diary event outside the enum");
}

std::string to_json_line(const DiaryEntry& entry) {
  nlohmann::ordered_json line;
  line["t_ms"] = entry.at.since_epoch;
  if (entry.exact_us != 0) line["t_us"] = entry.exact_us;
  if (entry.unit.value() != 0) line["unit"] = entry.unit.value();
  line["event"] = name_of(entry.event);
  if (entry.sequence != 0) {
    line["sequence"] = entry.sequence;
    if (entry.bytes != 0) line["bytes"] = entry.bytes;
    line["decision"] = {{"partition", entry.decision.partition()},
                        {"offset", entry.decision.offset()},
                        {"index", entry.decision.index()}};
  }
  if (!entry.order.empty()) line["order"] = entry.order;
  if (entry.assignment_id != 0) line["assignment_id"] = entry.assignment_id;
  if (entry.incident_id != 0) line["incident_id"] = entry.incident_id;
  if (!entry.source.empty()) line["source"] = entry.source;
  if (!entry.event_id.empty()) line["event_id"] = entry.event_id;
  if (entry.event == DiaryEvent::kPublished) {
    line["topic"] = entry.topic;
    line["kind"] = entry.kind;
    line["repeated"] = entry.repeated;
    line["acked"] = entry.acked;
    if (entry.acked) {
      line["partition"] = entry.partition;
      line["offset"] = entry.offset;
    }
  }
  if (!entry.detail.empty()) line["detail"] = entry.detail;
  // Names from outside may be broken UTF-8; a line must still come out.
  return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace dispatch135::fieldsim
