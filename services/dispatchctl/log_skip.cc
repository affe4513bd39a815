#include "services/dispatchctl/log_skip.h"

#include "engine/base/hash.h"
#include "engine/base/limits.h"

namespace dispatch135::dispatchctl {

Result<v1::Skip> make_skip(const SkipRequest& request, std::string_view record) {
  if (request.operator_id.empty() || request.operator_id.size() > limits::kOperatorIdBytes) {
    return Error{"--operator: say who you are, in at most " + std::to_string(limits::kOperatorIdBytes) + " bytes"};
  }
  if (request.reason.empty() || request.reason.size() > limits::kReasonBytes) {
    return Error{"--reason: say why, in at most " + std::to_string(limits::kReasonBytes) + " bytes"};
  }
  if (request.published && *request.published >= request.offset) {
    return Error{"the record was applied: decisions up to offset " + std::to_string(*request.published) +
                 " are published. Passing over it now would change the past; nothing was done"};
  }
  v1::Skip skip;
  skip.set_offset(request.offset);
  skip.set_checksum(hash_bytes(record.data(), record.size()));
  skip.set_operator_id(request.operator_id);
  skip.set_reason(request.reason);
  skip.set_skipped_at_ms(request.now.since_epoch);
  return skip;
}

}  // namespace dispatch135::dispatchctl
