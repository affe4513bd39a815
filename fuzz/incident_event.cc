// What a hotline publishes: protobuf or JSON.
#include "dispatch135/v1/events.pb.h"
#include "fuzz/message_mutator.h"
#include "services/intake/event_check.h"
#include "tests/services/intake/fixture.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

using namespace dispatch135;  // NOLINT(google-build-using-namespace)

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  v1::IncidentEvent message;
  const std::size_t changed = seed % 4 == 0 ? 0 : fuzz::mutate_bytes(message, data, size, most, seed);
  return changed > 0 ? changed : LLVMFuzzerMutate(data, size, most);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const intake::SquareRegions regions;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)intake::check_source_event(log::Topic::kIncidents, bytes, regions, intake::kNow).ok();
  return 0;
}
