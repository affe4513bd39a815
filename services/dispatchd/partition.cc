#include "services/dispatchd/partition.h"

namespace dispatch135::dispatchd {

const v1::RecordRejected* rejection_of(const v1::LogRecord& record, std::span<const v1::Decision> decisions) {
  for (const v1::Decision& decision : decisions) {
    if (!decision.has_record_rejected()) continue;
    const v1::Origin& origin = decision.record_rejected().origin();
    if (origin.process() == record.origin().process() && origin.sequence() == record.origin().sequence()) {
      return &decision.record_rejected();
    }
  }
  return nullptr;
}

}  // namespace dispatch135::dispatchd
