#include "engine/core/call_words.h"

#include <algorithm>
#include <string>

#include "engine/base/hash.h"
#include "engine/base/limits.h"

namespace dispatch135::core {
namespace {

constexpr std::uint32_t kUnknown = 500;
constexpr std::size_t kShortestWord = 3;

enum class Kind { kSeparator, kLetter, kDigit, kIdeograph };

// The next character of UTF-8 text; 0 for a byte that is none, which is passed over.
char32_t next_character(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<std::uint8_t>(text[i]) : std::uint8_t{0};
  };
  const std::uint8_t lead = byte(at);
  if ((lead >= 0x80 && lead < 0xc0) || lead >= 0xf8) {
    ++at;
    return 0;
  }
  const std::size_t more = lead < 0x80 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
  char32_t value = more == 0 ? lead : lead & (0x3fU >> more);
  for (std::size_t i = 1; i <= more; ++i) {
    if ((byte(at + i) & 0xc0) != 0x80) {
      ++at;
      return 0;
    }
    value = value << 6 | (byte(at + i) & 0x3fU);
  }
  at += 1 + more;
  return value;
}

// Full-width forms stand 0xFEE0 above ASCII; letters of the Latin alphabet become small.
char32_t folded(char32_t c) {
  if (c >= 0xff01 && c <= 0xff5e) c -= 0xfee0;
  if (c >= U'A' && c <= U'Z') c += U'a' - U'A';
  return c;
}

Kind kind_of(char32_t c) {
  if (c >= U'0' && c <= U'9') return Kind::kDigit;
  if (c >= U'a' && c <= U'z') return Kind::kLetter;
  if (c < 0xc0) return Kind::kSeparator;
  const bool ideograph = (c >= 0x3040 && c <= 0x9fff) || (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
                         (c >= 0x20000 && c <= 0x3ffff);
  if (ideograph) return Kind::kIdeograph;
  const bool mark = c == 0xd7 || c == 0xf7 || (c >= 0x2000 && c <= 0x2bff) || (c >= 0x3000 && c <= 0x303f) ||
                    (c >= 0xfe00 && c <= 0xffff);
  return mark ? Kind::kSeparator : Kind::kLetter;
}

// Cuts one text into words; a run of one kind at a time.
class Cutter {
 public:
  explicit Cutter(std::vector<std::uint32_t>& words) : words_(words) {}

  void cut(std::string_view text) {
    for (std::size_t at = 0; at < text.size() && words_.size() < limits::kWordsCompared;) {
      const char32_t c = folded(next_character(text, at));
      const Kind kind = kind_of(c);
      if (kind != kind_) finish();
      kind_ = kind;
      if (kind == Kind::kSeparator) continue;
      run_.push_back(c);
      if (kind == Kind::kIdeograph && run_.size() >= 2) add(run_.size() - 2, 2);
    }
    finish();
  }

 private:
  void finish() {
    const bool word = kind_ == Kind::kLetter      ? run_.size() >= kShortestWord
                      : kind_ == Kind::kDigit     ? true
                      : kind_ == Kind::kIdeograph ? run_.size() == 1
                                                  : false;
    if (word) add(0, run_.size());
    run_.clear();
    kind_ = Kind::kSeparator;
  }
  void add(std::size_t first, std::size_t count) {
    if (words_.size() >= limits::kWordsCompared) return;
    words_.push_back(static_cast<std::uint32_t>(hash_bytes(run_.data() + first, count * sizeof(char32_t))));
  }

  std::vector<std::uint32_t>& words_;
  std::u32string run_;
  Kind kind_ = Kind::kSeparator;
};

}  // namespace

std::vector<std::uint32_t> words_of(std::string_view address, std::string_view description) {
  std::vector<std::uint32_t> words;
  Cutter cutter(words);
  cutter.cut(address);
  cutter.cut(description);
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

std::uint32_t common_words(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b) {
  std::uint32_t common = 0;
  for (auto x = a.begin(), y = b.begin(); x != a.end() && y != b.end();) {
    if (*x == *y) {
      ++common;
      ++x;
      ++y;
    } else if (*x < *y) {
      ++x;
    } else {
      ++y;
    }
  }
  return common;
}

std::uint32_t words_likeness(std::size_t words_of_a, std::size_t words_of_b, std::uint32_t common) {
  if (words_of_a == 0 || words_of_b == 0) return kUnknown;
  return static_cast<std::uint32_t>(2'000 * std::size_t{common} / (words_of_a + words_of_b));
}

}  // namespace dispatch135::core
