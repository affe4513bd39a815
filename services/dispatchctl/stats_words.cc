#include "services/dispatchctl/stats_words.h"

#include <algorithm>
#include <cstdio>
#include <string_view>
#include <vector>

#include "dispatch135/v1/types.pb.h"
#include "services/dispatchctl/words.h"

namespace dispatch135::dispatchctl {
namespace {

std::string share(std::uint64_t part, std::uint64_t of) {
  if (of == 0) return "-";
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", static_cast<double>(part) * 100 / static_cast<double>(of));
  return text;
}

std::string seconds(const v1::TimeStatistics& timing, std::int64_t ms) {
  if (timing.count() == 0) return "-";
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", static_cast<double>(ms) / 1'000);
  return text;
}

std::string within(const v1::TimeStatistics& timing, int limit) {
  return limit < timing.within_size() ? share(timing.within(limit), timing.count()) : "-";
}

std::string key_word(v1::StatisticsGrouping grouping, const v1::GroupStatistics& group) {
  if (grouping == v1::STATISTICS_GROUPING_CATEGORY && v1::Category_IsValid(static_cast<int>(group.key()))) {
    return word("CATEGORY_", v1::Category_Name(static_cast<v1::Category>(group.key())));
  }
  return std::to_string(group.key());
}

std::string grouping_word(v1::StatisticsGrouping grouping) {
  return word("STATISTICS_GROUPING_", v1::StatisticsGrouping_Name(grouping));
}

// "30s", "5min", "2h".
std::string limit_word(std::int64_t ms) {
  if (ms % 3'600'000 == 0) return std::to_string(ms / 3'600'000) + "h";
  if (ms % 60'000 == 0 && ms != 60'000) return std::to_string(ms / 60'000) + "min";
  return std::to_string(ms / 1'000) + "s";
}

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

}  // namespace

std::string table_of(v1::StatisticsGrouping grouping, const StatisticsGroups& groups) {
  std::vector<std::vector<std::string>> rows = {{grouping_word(grouping), "opened", "breaches", "void %", "dupl %",
                                                 "orders", "signed 30s %", "60s %", "on scene 1min %", "3min %",
                                                 "5min %", "mean s", "p50 s", "p90 s", "feedback 30min %", "2h %"}};
  for (const v1::GroupStatistics& group : groups) {
    const std::uint64_t ended = group.closed() + group.cancelled();
    rows.push_back(
        {key_word(grouping, group) + (group.name().empty() ? "" : " " + group.name()), std::to_string(group.opened()),
         std::to_string(group.breaches()), share(group.void_calls() + group.false_alarms(), ended),
         share(group.duplicates(), group.opened()), std::to_string(group.assignments()), within(group.signing(), 0),
         within(group.signing(), 1), within(group.response(), 0), within(group.response(), 1),
         within(group.response(), 2), seconds(group.response(), group.response().mean_ms()),
         seconds(group.response(), group.response().p50_ms()), seconds(group.response(), group.response().p90_ms()),
         within(group.feedback(), 0), within(group.feedback(), 2)});
  }
  std::vector<std::size_t> widths(rows[0].size());
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    text += row[0] + std::string(widths[0] - row[0].size(), ' ');
    for (std::size_t i = 1; i < row.size(); ++i) text += "  " + std::string(widths[i] - row[i].size(), ' ') + row[i];
    text += "\n";
  }
  return text;
}

std::string csv_of(v1::StatisticsGrouping grouping, const StatisticsGroups& groups) {
  std::string text =
      grouping_word(grouping) + ",name,opened,closed,cancelled,breaches,void,false_alarms,duplicates,assignments";
  const auto heads = [&](const std::string& what, const v1::TimeStatistics& timing) {
    text += "," + what;
    for (const std::int64_t limit : timing.limits_ms()) text += "," + what + "_" + limit_word(limit);
    text += "," + what + "_mean_ms," + what + "_p50_ms," + what + "_p90_ms";
  };
  const v1::GroupStatistics none;
  const v1::GroupStatistics& first = groups.empty() ? none : groups.Get(0);
  heads("signed", first.signing());
  heads("on_scene", first.response());
  heads("feedback", first.feedback());
  text += "\n";
  for (const v1::GroupStatistics& group : groups) {
    text += key_word(grouping, group) + "," + quoted(group.name());
    for (const std::uint64_t count :
         {group.opened(), group.closed(), group.cancelled(), group.breaches(), group.void_calls(), group.false_alarms(),
          group.duplicates(), group.assignments()}) {
      text += "," + std::to_string(count);
    }
    for (const v1::TimeStatistics* timing : {&group.signing(), &group.response(), &group.feedback()}) {
      text += "," + std::to_string(timing->count());
      for (const std::uint64_t count : timing->within()) text += "," + std::to_string(count);
      for (const std::int64_t ms : {timing->mean_ms(), timing->p50_ms(), timing->p90_ms()}) {
        text += "," + std::to_string(ms);
      }
    }
    text += "\n";
  }
  return text;
}

}  // namespace dispatch135::dispatchctl
