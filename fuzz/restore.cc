// The state that a snapshot carries, decompressed (v1::SnapshotState): refused, or an engine that goes on, whatever
// stands in it. Its hash is not looked at here: a node refuses most of this before.
#include <cstring>
#include <string>
#include <utility>

#include "dispatch135/v1/snapshot.pb.h"
#include "engine/base/check.h"
#include "engine/stats/statistics.h"
#include "fuzz/engine_under_test.h"
#include "fuzz/message_mutator.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

using namespace dispatch135;  // NOLINT(google-build-using-namespace)

namespace {

// Another number in the place of one: the top bit of a byte, which says whether more follows, stays. Else what comes
// after would be read as something else, and hardly ever to the end.
void change_number(std::string& bytes, fuzz::Choice& choice) {
  if (bytes.empty()) return;
  char& byte = bytes[choice.below(bytes.size())];
  const std::uint64_t other = choice.below(3) == 0 ? choice.below(4) : choice.below(128);
  byte = static_cast<char>((static_cast<unsigned char>(byte) & 0x80U) | other);
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  fuzz::Choice choice(seed);
  v1::SnapshotState state;
  if (choice.below(8) == 0 || !state.ParseFromArray(data, static_cast<int>(size))) {
    return LLVMFuzzerMutate(data, size, most);
  }
  for (std::uint64_t left = 1 + choice.below(3); left > 0; --left) {
    if (state.statistics_size() > 0 && choice.below(16) == 0) {
      change_number(*state.mutable_statistics(0)->mutable_counts(), choice);
    } else {
      change_number(*state.mutable_engine(), choice);
    }
  }
  const std::string bytes = state.SerializeAsString();
  if (bytes.empty() || bytes.size() > most) return LLVMFuzzerMutate(data, size, most);
  std::memcpy(data, bytes.data(), bytes.size());
  return bytes.size();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  v1::SnapshotState state;
  if (!state.ParseFromArray(data, static_cast<int>(size))) return 0;
  for (const v1::SnapshotStatistics& kept : state.statistics()) {
    (void)stats::Statistics::restore(kept.counts()).ok();
  }
  auto restored = core::Engine::restore(0, fuzz::TownUnderTest::get().catalog(), state.engine());
  if (!restored.ok()) {
    D135_CHECK(!restored.error().message.empty(), "what is refused is refused with its reason");
    return 0;
  }
  std::string saved;
  restored.value().save(saved);
  auto again = core::Engine::restore(0, fuzz::TownUnderTest::get().catalog(), saved);
  D135_CHECK(again.ok(), again.ok() ? "" : again.error().message.c_str());
  D135_CHECK(again.value().state_hash() == restored.value().state_hash(), "it is the same then");
  fuzz::EngineUnderTest engine(std::move(restored.value()));
  engine.look();
  engine.go_on();
  engine.look();
  return 0;
}
