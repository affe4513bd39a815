// The words of a call, for comparing it with another one.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace dispatch135::core {

// Numbers that stand for the words of both texts, each once, in rising order. A word is a run of letters (at least
// three, case does not count) or of digits; of Chinese, Japanese and Korean characters each pair of neighbours, and one
// that stands alone. Full-width letters and digits are those of ASCII. What is not UTF-8 separates. Of long texts the
// first limits::kWordsCompared words count.
std::vector<std::uint32_t> words_of(std::string_view address, std::string_view description);

// How many are in both. Each list as words_of() gives it.
std::uint32_t common_words(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b);

// Sørensen and Dice: twice the common words by all words; permille. 500, which says neither yes nor no, when a list is
// empty.
std::uint32_t words_likeness(std::size_t words_of_a, std::size_t words_of_b, std::uint32_t common);

}  // namespace dispatch135::core
