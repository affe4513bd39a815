// Puts the sections of a city file one after the other, in the order of their ids.
#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include "engine/base/check.h"
#include "engine/base/hash.h"
#include "engine/city/format.h"

namespace dispatch135::city::format {

class FileWriter {
 public:
  FileWriter() : bytes_(sizeof(Header) + sizeof(SectionTable)) {}

  template <typename T>
  void add(Section section, const std::vector<T>& records) {
    add(section, std::as_bytes(std::span(records)));
  }
  void add(Section section, std::span<const std::byte> content) {
    D135_CHECK(static_cast<std::size_t>(section) == written_ + 1, "sections are written in their order");
    SectionEntry& entry = table_[written_++];
    entry.id = static_cast<std::uint32_t>(section);
    entry.offset = bytes_.size();
    entry.size = content.size();
    bytes_.insert(bytes_.end(), content.begin(), content.end());
    entry.checksum = hash_bytes(bytes_.data() + entry.offset, entry.size);
    while (bytes_.size() % kAlignment != 0) bytes_.push_back(std::byte{0});
  }

  std::vector<std::byte> finish() && {
    D135_CHECK(written_ == kSections, "every section is written");
    const Header header;
    std::memcpy(bytes_.data(), &header, sizeof(header));
    std::memcpy(bytes_.data() + sizeof(header), &table_, sizeof(table_));
    return std::move(bytes_);
  }

 private:
  std::vector<std::byte> bytes_;
  SectionTable table_;
  std::size_t written_ = 0;
};

}  // namespace dispatch135::city::format
