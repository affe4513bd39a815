// Any records of dispatch.log, in any order: apply() is total.
#include <algorithm>
#include <cstring>
#include <utility>

#include "fuzz/engine_under_test.h"
#include "fuzz/message_mutator.h"
#include "fuzz/record_sequence.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

using namespace dispatch135;  // NOLINT(google-build-using-namespace)

namespace {

constexpr std::size_t kMostRecords = 200;  // So that no input is slow.

void change(std::vector<fuzz::TimedRecord>& records, fuzz::Choice& choice) {
  const std::size_t at = choice.below(records.size());
  const auto place = records.begin() + static_cast<std::ptrdiff_t>(at);
  switch (choice.below(8)) {
    case 0:
      records.erase(place);
      break;
    case 1:
      records.insert(place, fuzz::TimedRecord(*place));
      break;
    case 2:
      std::swap(records[at], records[choice.below(records.size())]);
      break;
    case 3:
      records[at].gap = static_cast<std::uint8_t>(choice.below(256));
      break;
    default:
      fuzz::mutate(records[at].record, choice);
  }
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  fuzz::Choice choice(seed);
  std::vector<fuzz::TimedRecord> records = fuzz::parse_records({data, size});
  if (records.empty() || choice.below(8) == 0) return LLVMFuzzerMutate(data, size, most);
  for (std::uint64_t left = 1 + choice.below(4); left > 0 && !records.empty(); --left) change(records, choice);
  const std::string bytes = fuzz::serialize_records(records);
  if (bytes.empty() || bytes.size() > most) return LLVMFuzzerMutate(data, size, most);
  std::memcpy(data, bytes.data(), bytes.size());
  return bytes.size();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::vector<fuzz::TimedRecord> records = fuzz::parse_records({data, size});
  fuzz::EngineUnderTest engine;
  for (std::size_t i = 0; i < std::min(records.size(), kMostRecords); ++i) {
    engine.apply(records[i].record, fuzz::gap_ms(records[i].gap));
  }
  engine.look();
  return 0;
}
