#include "tests/oracle/diary.h"

#include <fstream>
#include <nlohmann/json.hpp>

namespace dispatch135::oracle {
namespace {

using nlohmann::json;

std::optional<DiaryEntry::Kind> kind_of(const json& line) {
  static const std::map<std::string, DiaryEntry::Kind> kinds = {
      {"acknowledged", DiaryEntry::Kind::kAcknowledged}, {"declined", DiaryEntry::Kind::kDeclined},
      {"on_scene", DiaryEntry::Kind::kOnScene},          {"feedback", DiaryEntry::Kind::kFeedback},
      {"cancelled", DiaryEntry::Kind::kStopped},         {"violation", DiaryEntry::Kind::kViolation}};
  const std::string event = line.at("event");
  if (event == "published") {
    if (!line.at("acked").get<bool>()) return std::nullopt;
    return DiaryEntry::Kind::kPublished;
  }
  if (event == "order_received") {
    const std::string order = line.at("order");
    if (order == "check" || order == "area") return std::nullopt;
    return order == "assignment" ? DiaryEntry::Kind::kAssignmentReceived : DiaryEntry::Kind::kCancelReceived;
  }
  const auto kind = kinds.find(event);
  return kind == kinds.end() ? std::nullopt : std::optional(kind->second);
}

}  // namespace

DiaryLine parse_diary_line(const std::string& text) {
  try {
    const json line = json::parse(text);
    const auto kind = kind_of(line);
    if (!kind) return {};
    DiaryEntry entry;
    entry.kind = *kind;
    entry.at_us =
        line.contains("t_us") ? line["t_us"].get<std::int64_t>() : line.at("t_ms").get<std::int64_t>() * 1'000;
    entry.source = line.value("source", "");
    entry.event_id = line.value("event_id", "");
    entry.unit_id = line.value("unit", std::uint64_t{0});
    entry.assignment_id = line.value("assignment_id", std::uint64_t{0});
    entry.detail = line.value("detail", "");
    if (*kind == DiaryEntry::Kind::kPublished) {
      entry.topic = line.at("topic");
      entry.published_as = line.at("kind");
      entry.partition = line.at("partition");
      entry.offset = line.at("offset");
    } else {
      entry.unit_id = line.at("unit");
    }
    return {entry, ""};
  } catch (const json::exception& e) {
    return {std::nullopt, e.what()};
  }
}

std::vector<DiaryEntry> read_diary(const std::string& path, std::vector<std::string>& errors) {
  std::vector<DiaryEntry> entries;
  std::ifstream in(path);
  if (!in) {
    errors.push_back(path + ": cannot be opened");
    return entries;
  }
  std::string line;
  for (int number = 1; std::getline(in, line) && !in.eof(); ++number) {
    DiaryLine parsed = parse_diary_line(line);
    if (!parsed.error.empty()) errors.push_back(path + ":" + std::to_string(number) + ": " + parsed.error);
    if (parsed.entry) entries.push_back(std::move(*parsed.entry));
  }
  return entries;
}

}  // namespace dispatch135::oracle
