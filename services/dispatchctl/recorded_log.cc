#include "services/dispatchctl/recorded_log.h"

#include <algorithm>
#include <cstring>

#include "engine/base/hash.h"
#include "engine/base/limits.h"

namespace dispatch135::dispatchctl {
namespace {

constexpr char kMagic[] = "D135REC1";
constexpr std::size_t kMagicSize = sizeof kMagic - 1;
constexpr std::size_t kHeadSize = 1 + 4 + 8 + 8 + 4;
constexpr std::size_t kChecksumSize = 8;
// A decision may be larger than the record that it answers: an incident with its text, and every candidate.
constexpr std::uint32_t kLargestValue = 4 * limits::kLogRecordBytes;

template <typename T>
void put(std::string& out, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i)
    out += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i) & 0xff);
}

template <typename T>
T take(const char*& in) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    value |= static_cast<std::uint64_t>(static_cast<unsigned char>(*in++)) << (8 * i);
  }
  return static_cast<T>(value);
}

}  // namespace

Result<RecordedLogWriter> RecordedLogWriter::create(const std::string& path) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(kMagic, kMagicSize);
  if (!out) return Error{path + ": cannot be written"};
  return RecordedLogWriter(std::move(out));
}

void RecordedLogWriter::add(const RecordedRecord& record) {
  std::string bytes;
  put(bytes, static_cast<std::uint8_t>(record.kind));
  put(bytes, record.partition);
  put(bytes, record.offset);
  put(bytes, record.timestamp.since_epoch);
  put(bytes, static_cast<std::uint32_t>(record.value.size()));
  bytes += record.value;
  put(bytes, hash_bytes(bytes.data(), bytes.size()));
  out_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

bool RecordedLogWriter::finish() {
  out_.close();
  return out_.good();
}

Result<std::uint64_t> read_recorded_log(const std::string& path,
                                        const std::function<void(const RecordedRecord&)>& on_record) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error{path + ": cannot be opened"};
  char magic[kMagicSize] = {};
  in.read(magic, kMagicSize);
  if (std::memcmp(magic, kMagic, kMagicSize) != 0) {
    return Error{path + ": not a recorded log of this version (it must begin with " + kMagic + ")"};
  }
  std::uint64_t count = 0;
  std::uint64_t at = kMagicSize;
  std::string bytes;
  while (in.peek() != std::ifstream::traits_type::eof()) {
    const auto wrong = [&](const std::string& what) {
      return Error{path + ": record " + std::to_string(count) + " at byte " + std::to_string(at) + ": " + what};
    };
    bytes.resize(kHeadSize);
    if (!in.read(bytes.data(), kHeadSize)) return wrong("cut short");
    RecordedRecord record;
    const char* head = bytes.data();
    const auto kind = take<std::uint8_t>(head);
    record.kind = static_cast<RecordedRecord::Kind>(kind);
    record.partition = take<std::uint32_t>(head);
    record.offset = take<std::uint64_t>(head);
    record.timestamp.since_epoch = take<std::int64_t>(head);
    const auto size = take<std::uint32_t>(head);
    if (kind < 1 || kind > 2) return wrong("of an unknown kind: " + std::to_string(kind));
    if (size > kLargestValue) return wrong("too large: " + std::to_string(size) + " bytes");
    bytes.resize(kHeadSize + size + kChecksumSize);
    if (!in.read(bytes.data() + kHeadSize, size + static_cast<std::streamsize>(kChecksumSize)))
      return wrong("cut short");
    const char* checksum = bytes.data() + kHeadSize + size;
    if (take<std::uint64_t>(checksum) != hash_bytes(bytes.data(), kHeadSize + size)) {
      return wrong("its checksum does not match");
    }
    record.value = bytes.substr(kHeadSize, size);
    on_record(record);
    ++count;
    at += bytes.size();
  }
  return count;
}

}  // namespace dispatch135::dispatchctl
