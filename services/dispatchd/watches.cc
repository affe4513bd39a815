#include "services/dispatchd/watches.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace dispatch135::dispatchd {
namespace {

// The decisions of records that follow each other, as one.
History::Event together(const std::vector<History::Event>& events) {
  if (events.size() == 1) return events.front();
  auto all = std::make_shared<v1::WatchEvent>();
  all->set_revision(events.back()->revision());
  for (const History::Event& event : events) all->mutable_decisions()->MergeFrom(event->decisions());
  return all;
}

}  // namespace

void Watches::open(WatchId watch, const v1::WatchRequest& request) {
  const RegionId region(request.region());
  const Partition& partition = partitions_.of(region);
  if (partition.phase != Phase::kLive) {
    return transport_.close(watch, unavailable("this node has not read the region's log up to its end; watch again"));
  }
  const auto view = partition.regions.find(region);
  if (view == partition.regions.end()) {
    return transport_.close(watch, refused(v1::REJECT_CODE_UNKNOWN_REGION,
                                           "region " + std::to_string(region.value()) + " has no city in force here"));
  }
  std::optional<std::vector<History::Event>> missed;
  if (request.from_revision() > 0) missed = view->second.history.after(request.from_revision(), kResumeEvents);
  const bool resumes = missed.has_value();

  // It gets those from the history.
  if (const auto others = regions_.find(region); others != regions_.end()) send_waiting(others->second);
  Region& watched = regions_[region];
  if (!missed) missed = begin(partition, view->second.history, region, watched);
  Watch& opened = watched.watches[watch];
  opened.revision = missed->empty() ? request.from_revision() : missed->back()->revision();
  opened.positions = request.positions();
  region_of_[watch] = region;
  if (request.positions()) {
    if (!resumes) opened.owed = watched.heard_since_snapshot;
    ++watched.with_positions;
    if (!positions_at_ms_) positions_at_ms_ = clock_.now_ms() + kPositionsEveryMs;
  }
  for (const History::Event& event : *missed) {
    if (!send(watch, event)) return;
  }
}

// A snapshot and what came after it.
std::vector<History::Event> Watches::begin(const Partition& partition, const History& history, RegionId id,
                                           Region& region) {
  if (region.snapshot) {
    if (auto later = history.after(region.snapshot->revision(), kResumeEvents)) {
      later->insert(later->begin(), region.snapshot);
      return std::move(*later);
    }
  }
  auto event = std::make_shared<v1::WatchEvent>();
  event->set_revision(partition.next_offset);
  *event->mutable_snapshot() = partition.engine.snapshot(id);
  region.snapshot = std::move(event);
  region.heard_since_snapshot.clear();
  return {region.snapshot};
}

bool Watches::send(WatchId watch, const History::Event& event) {
  if (transport_.send(watch, event)) return true;
  close(watch, exhausted("the console does not read; watch again from the last revision"));
  return false;
}

void Watches::close(WatchId watch, const Status& status) {
  transport_.close(watch, status);
  on_closed(watch);
}

void Watches::on_closed(WatchId watch) {
  const auto found = region_of_.find(watch);
  if (found == region_of_.end()) return;
  const auto region = regions_.find(found->second);
  if (region->second.watches.at(watch).positions) --region->second.with_positions;
  region->second.watches.erase(watch);
  if (region->second.watches.empty()) regions_.erase(region);
  region_of_.erase(found);
}

void Watches::on_event(RegionId region, const History::Event& event) {
  const auto found = regions_.find(region);
  if (found == regions_.end()) return;
  Region& watched = found->second;
  watched.waiting.push_back(event);
  const std::int64_t due = watched.sent_ms + kTogetherMs;
  if (due <= clock_.now_ms() || watched.waiting.size() >= kTogetherEvents) return send_waiting(watched);
  together_at_ms_ = std::min(together_at_ms_.value_or(due), due);
}

void Watches::send_waiting(Region& region) {
  if (region.waiting.empty()) return;
  const std::vector<History::Event> events = std::exchange(region.waiting, {});
  const History::Event all = together(events);
  region.sent_ms = clock_.now_ms();
  std::vector<WatchId> slow;
  for (auto& [id, watch] : region.watches) {
    const std::int64_t has = std::exchange(watch.revision, std::max(watch.revision, all->revision()));
    bool taken = true;
    if (has < events.front()->revision()) {
      taken = transport_.send(id, all);
    } else {  // It has seen more of the log than this node when it came.
      for (const History::Event& event : events) {
        if (event->revision() > has) taken = taken && transport_.send(id, event);
      }
    }
    if (!taken) slow.push_back(id);
  }
  for (const WatchId id : slow) close(id, exhausted("the console does not read; watch again from the last revision"));
}

void Watches::on_heard(RegionId region, UnitId unit) {
  const auto found = regions_.find(region);
  if (found == regions_.end()) return;
  if (found->second.with_positions > 0) found->second.heard.insert(unit);
  if (found->second.snapshot) found->second.heard_since_snapshot.insert(unit);
}

History::Event Watches::positions(RegionId region, const std::set<UnitId>& units) const {
  auto event = std::make_shared<v1::WatchEvent>();
  for (const UnitId id : units) {
    const auto unit = partitions_.of(region).engine.unit(region, id);
    if (!unit) continue;
    v1::UnitPosition* position = event->mutable_positions()->add_units();
    position->set_unit_id(id.value());
    *position->mutable_position() = unit->position();
  }
  return event;
}

std::optional<std::int64_t> Watches::wakeup_ms() const {
  if (!positions_at_ms_ || !together_at_ms_) return positions_at_ms_ ? positions_at_ms_ : together_at_ms_;
  return std::min(*positions_at_ms_, *together_at_ms_);
}

void Watches::on_timer() {
  const std::int64_t now = clock_.now_ms();
  if (together_at_ms_ && *together_at_ms_ <= now) {
    together_at_ms_.reset();
    // Closing the last console of a region erases the region.
    for (auto next = regions_.begin(); next != regions_.end();) send_waiting((next++)->second);
  }
  if (positions_at_ms_ && *positions_at_ms_ <= now) send_positions();
}

void Watches::send_positions() {
  bool wanted = false;
  std::vector<WatchId> slow;
  for (auto& [region, watched] : regions_) {
    if (watched.with_positions == 0) continue;
    wanted = true;
    const History::Event news = watched.heard.empty() ? nullptr : positions(region, watched.heard);
    for (auto& [id, watch] : watched.watches) {
      if (!watch.positions) continue;
      if (transport_.behind(id)) {
        watch.owed.insert(watched.heard.begin(), watched.heard.end());
        continue;
      }
      History::Event event = news;
      if (!watch.owed.empty()) {
        watch.owed.insert(watched.heard.begin(), watched.heard.end());
        event = positions(region, watch.owed);
        watch.owed.clear();
      }
      if (event && !transport_.send(id, event)) slow.push_back(id);
    }
    watched.heard.clear();
  }
  for (const WatchId id : slow) close(id, exhausted("the console does not read; watch again from the last revision"));
  positions_at_ms_.reset();
  if (wanted) positions_at_ms_ = clock_.now_ms() + kPositionsEveryMs;
}

void Watches::close_partition(const Partition& partition, const Status& status) {
  std::vector<WatchId> closing;
  for (const auto& [watch, region] : region_of_) {
    if (partitions_.of(region).index == partition.index) closing.push_back(watch);
  }
  for (const WatchId watch : closing) close(watch, status);
}

void Watches::close_all(const Status& status) {
  while (!region_of_.empty()) close(region_of_.begin()->first, status);
}

}  // namespace dispatch135::dispatchd
