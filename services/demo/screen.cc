#include "services/demo/screen.h"

#include <algorithm>
#include <cstdio>

namespace dispatch135::demo {
namespace {

template <typename... Args>
std::string format(const char* pattern, Args... args) {
  char text[256];
  std::snprintf(text, sizeof text, pattern, args...);
  return text;
}

std::string lower(std::string_view prefix, std::string_view name) {
  if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  std::string text(name);
  for (char& c : text) c = c == '_' ? ' ' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

// "0:42" left, or "-0:07" when it has passed.
std::string countdown(std::int64_t left_ms) {
  const std::int64_t s = (left_ms < 0 ? -left_ms : left_ms) / 1'000;
  return format("%s%lld:%02lld", left_ms < 0 ? "-" : "", static_cast<long long>(s / 60),
                static_cast<long long>(s % 60));
}

std::string share(const RingCount& ring) {
  const std::uint64_t decided = ring.in_time + ring.late;
  if (decided == 0) return "    -  ";
  return format("%5.1f %%", 100.0 * static_cast<double>(ring.in_time) / static_cast<double>(decided));
}

unsigned long long number(std::uint64_t value) { return value; }

// How a call stands to its ring.
Line ring_state(const v1::Incident& incident, std::int64_t now_ms) {
  if (incident.breached()) return {"BREACHED", Line::Look::kBad};
  if (incident.first_on_scene_at_ms() != 0) {
    return {format("there after %s", countdown(incident.first_on_scene_at_ms() - incident.opened_at_ms()).c_str()),
            Line::Look::kGood};
  }
  if (incident.ended_at_ms() != 0) return {"ended before", Line::Look::kPlain};
  return {countdown(incident.deadline_at_ms() - now_ms) + " left", Line::Look::kPlain};
}

// Numbers of incidents are long; their last digits tell them apart.
unsigned long long short_id(std::uint64_t id) { return id & 0xffff'ffff'ffffULL; }

Line call_line(const v1::Incident& incident, std::int64_t now_ms) {
  const Line state = ring_state(incident, now_ms);
  return {format("  #%-7llu %-12s %-9s ring %u  %-15s %s", short_id(incident.incident_id()),
                 lower("CATEGORY_", v1::Category_Name(incident.category())).c_str(),
                 lower("SEVERITY_", v1::Severity_Name(incident.severity())).c_str(), incident.ring_min(),
                 state.text.c_str(), lower("INCIDENT_STATUS_", v1::IncidentStatus_Name(incident.status())).c_str()),
          state.look};
}

Line order_line(const OrderShown& order, const Scoreboard& board, std::int64_t now_ms) {
  const v1::Incident* incident = board.incident(order.incident_id);
  std::string text =
      format("  unit %-8llu to #%-7llu ETA %5.1f s  %-8s", number(order.unit_id), short_id(order.incident_id),
             static_cast<double>(order.eta_ms) / 1'000.0, order.in_time ? "in time" : "too late");
  if (incident == nullptr) return {text, Line::Look::kPlain};
  const Line state = ring_state(*incident, now_ms);
  return {text + format("  ring %u  %s", incident->ring_min(), state.text.c_str()), state.look};
}

std::string units_line(const Scoreboard& board) {
  std::string text = "units  ";
  for (const auto& [status, count] : board.units()) {
    text +=
        " " + lower("UNIT_SECONDARY_STATUS_", v1::UnitSecondaryStatus_Name(status)) + " " + std::to_string(count) + ",";
  }
  text.pop_back();
  return text;
}

std::string latency_text(const Latency& latency) {
  if (latency.count == 0) return "report to order: no call yet";
  return format("report to order: p50 %.1f ms, p99 %.1f ms, max %.1f ms of %llu calls", latency.p50_ms, latency.p99_ms,
                latency.max_ms, number(latency.count));
}

std::string counts_text(const Scoreboard::Counts& counts) {
  return format("calls %llu: open %llu, waiting %llu; reached %llu, closed %llu, cancelled %llu, breached %llu",
                number(counts.calls), number(counts.open), number(counts.waiting), number(counts.on_scene),
                number(counts.closed), number(counts.cancelled), number(counts.breached));
}

}  // namespace

std::vector<Line> draw(const Scoreboard& board, const Surroundings& around, std::size_t columns, std::size_t rows) {
  std::vector<Line> lines;
  lines.push_back({format("Dispatch135   %s of %s   ", countdown(around.elapsed_s * 1'000).c_str(),
                          countdown(around.seconds * 1'000).c_str()) +
                       around.title,
                   Line::Look::kTitle});
  lines.push_back({counts_text(board.counts())});
  lines.push_back({units_line(board)});
  lines.push_back({latency_text(around.latency)});
  for (const auto& [minutes, ring] : board.rings()) {
    lines.push_back({format("ring of %u min  %s in time   (%llu in time, %llu late, %llu pending)", minutes,
                            share(ring).c_str(), number(ring.in_time), number(ring.late), number(ring.pending)),
                     ring.late > 0 ? Line::Look::kBad : Line::Look::kPlain});
  }
  const std::size_t left = rows > lines.size() + 2 ? rows - lines.size() - 2 : 0;
  const std::size_t orders = std::min(left / 2, board.latest_orders().size());
  const std::size_t calls = std::min(left - orders, board.latest_calls().size());
  lines.push_back({"latest calls", Line::Look::kTitle});
  for (std::size_t i = 0; i < calls; ++i) {
    lines.push_back(call_line(*board.incident(board.latest_calls()[i]), around.now_ms));
  }
  lines.push_back({"latest orders", Line::Look::kTitle});
  for (std::size_t i = 0; i < orders; ++i) {
    lines.push_back(order_line(board.latest_orders()[i], board, around.now_ms));
  }
  if (lines.size() > rows) lines.resize(rows);
  for (Line& line : lines) line.text.resize(std::min(line.text.size(), columns));
  return lines;
}

std::string headline(const Scoreboard& board, const Surroundings& around) {
  std::string text = countdown(around.elapsed_s * 1'000) + "  " + counts_text(board.counts()) + "; in time";
  for (const auto& [minutes, ring] : board.rings()) {
    std::string part = share(ring);
    part.erase(0, part.find_first_not_of(' '));
    part.erase(part.find_last_not_of(' ') + 1);
    text += format(" %u min %s", minutes, part.c_str());
  }
  return text + "; " + latency_text(around.latency);
}

}  // namespace dispatch135::demo
