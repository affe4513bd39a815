#include "services/intake/rejects.h"

namespace dispatch135::intake {

v1::RejectedInput rejected_input(std::string_view original, const common::Refused& refused, TimeMs now,
                                 std::string_view node) {
  v1::RejectedInput out;
  out.set_partition(-1);
  out.set_offset(-1);
  out.set_code(refused.code);
  out.set_reason(refused.reason);
  out.set_rejected_at_ms(now.since_epoch);
  out.set_refused_by("intake " + std::string(node));
  out.set_original(std::string(original.substr(0, kKeptBytes)));
  out.set_original_size(original.size());
  return out;
}

v1::RejectedInput rejected_input(const log::Record& record, const common::Refused& refused, TimeMs now,
                                 std::string_view node) {
  v1::RejectedInput out = rejected_input(record.value, refused, now, node);
  out.set_topic(std::string(log::topic_name(record.topic)));
  out.set_partition(record.partition);
  out.set_offset(record.offset);
  return out;
}

}  // namespace dispatch135::intake
