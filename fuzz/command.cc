// A dispatcher's command: checked at the edge, then applied.
#include "dispatch135/v1/console.pb.h"
#include "fuzz/engine_under_test.h"
#include "fuzz/message_mutator.h"
#include "services/dispatchd/commands.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

using namespace dispatch135;  // NOLINT(google-build-using-namespace)

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  v1::CommandRequest message;
  const std::size_t changed = seed % 4 == 0 ? 0 : fuzz::mutate_bytes(message, data, size, most, seed);
  return changed > 0 ? changed : LLVMFuzzerMutate(data, size, most);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  v1::CommandRequest request;
  if (!request.ParseFromArray(data, static_cast<int>(size))) return 0;
  if (dispatchd::malformed(request.command())) return 0;
  v1::LogRecord record;
  record.set_region(request.region());
  *record.mutable_operator_command() = request.command();
  fuzz::EngineUnderTest engine;
  engine.apply(record, 1'000);
  engine.look();
  return 0;
}
