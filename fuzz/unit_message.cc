// What a field unit's device sends, up to the record that it becomes.
#include "dispatch135/v1/field_units.pb.h"
#include "fuzz/message_mutator.h"
#include "services/dispatchd/unit_messages.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

using namespace dispatch135;  // NOLINT(google-build-using-namespace)

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  v1::UnitMessage message;
  const std::size_t changed = seed % 4 == 0 ? 0 : fuzz::mutate_bytes(message, data, size, most, seed);
  return changed > 0 ? changed : LLVMFuzzerMutate(data, size, most);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  v1::UnitMessage message;
  if (!message.ParseFromArray(data, static_cast<int>(size))) return 0;
  (void)dispatchd::sign_on_record(message).ok();
  (void)dispatchd::unit_record(message, RegionId(320'200), UnitId(1), {1'700'000'000'000}).ok();
  return 0;
}
