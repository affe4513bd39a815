#include "services/policy/policy_words.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "engine/base/limits.h"
#include "engine/policy/policy.h"

namespace dispatch135::policy {
namespace {

std::optional<int> find(const std::vector<Word>& known, const std::string& text) {
  for (const Word& word : known) {
    if (word.text == text) return word.value;
  }
  return std::nullopt;
}

std::string not_a_word(const std::string& text, const std::vector<Word>& known) {
  std::string message = "'" + text + "' is not one of: ";
  for (const Word& word : known) message += (&word == &known.front() ? "" : ", ") + word.text;
  return message;
}

}  // namespace

std::vector<Word> words(const google::protobuf::EnumDescriptor* type) {
  const std::string unspecified = type->FindValueByNumber(0)->name();
  const std::size_t prefix = unspecified.size() - std::string_view("UNSPECIFIED").size();
  std::vector<Word> out;
  for (int i = 0; i < type->value_count(); ++i) {
    if (type->value(i)->number() == 0) continue;
    std::string text = type->value(i)->name().substr(prefix);
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    out.push_back({std::move(text), type->value(i)->number()});
  }
  return out;
}

std::vector<int> values(common::YamlReader& reader, std::string_view key,
                        const google::protobuf::EnumDescriptor* type) {
  const std::vector<Word> known = words(type);
  std::vector<int> all;
  for (const std::string& text : reader.texts(key)) {
    if (const auto found = find(known, text)) {
      all.push_back(*found);
    } else {
      reader.fail(key, not_a_word(text, known));
    }
  }
  return all;
}

int value(common::YamlReader& reader, std::string_view key, const google::protobuf::EnumDescriptor* type) {
  if (!reader.has(key)) return 0;
  const std::vector<Word> known = words(type);
  const std::string text = reader.text(key, "");
  if (const auto found = find(known, text)) return *found;
  reader.fail(key, not_a_word(text, known));
  return 0;
}

DurationMs ring_edge(common::YamlReader& reader, std::string_view key) {
  if (!reader.has(key)) return {};
  const DurationMs time = reader.duration(key, kFiveMinutes, {1}, {limits::kPolicyTimeMs});
  if (time != kOneMinute && time != kThreeMinutes && time != kFiveMinutes) {
    reader.fail(key, "must be 1min, 3min or 5min");
  }
  return time;
}

}  // namespace dispatch135::policy
