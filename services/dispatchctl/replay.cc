#include "services/dispatchctl/replay.h"

#include "dispatch135/v1/decision.pb.h"
#include "dispatch135/v1/log.pb.h"

namespace dispatch135::dispatchctl {

void Replay::add_published(const RecordedRecord& record) {
  v1::Decision decision;
  const bool readable = decision.ParseFromString(record.value);
  const Identity id{record.partition, decision.id().offset(), decision.id().index()};
  if (!readable || decision.id().partition() != record.partition) {
    return differ(id,
                  "dispatch.decisions offset " + std::to_string(record.offset) + " is not a decision of its partition");
  }
  const auto [known, is_new] = published_.emplace(id, record.value);
  if (!is_new && known->second != record.value) differ(id, "was published twice, with different contents");
  Identity& last = last_published_.emplace(record.partition, id).first->second;
  last = std::max(last, id);
}

Result<bool> Replay::apply(const RecordedRecord& logged) {
  v1::LogRecord record;
  const std::string where =
      "dispatch.log partition " + std::to_string(logged.partition) + " offset " + std::to_string(logged.offset);
  if (!record.ParseFromString(logged.value)) return Error{where + " is not a LogRecord"};
  core::Engine& engine = engines_.try_emplace(logged.partition, logged.partition, cities_).first->second;
  if (!engine.can_apply(record)) {
    return Error{where + " needs a city file that was not given; name it with --city"};
  }
  ++result_.records;
  for (const v1::Decision& decision : engine.apply(record, logged.offset, logged.timestamp)) {
    ++result_.decisions;
    const Identity id{decision.id().partition(), decision.id().offset(), decision.id().index()};
    const auto published = published_.find(id);
    if (published == published_.end()) {
      const auto last = last_published_.find(logged.partition);
      if (last == last_published_.end() || id > last->second) {
        ++result_.not_published;
      } else {
        differ(id, "was never published; it is now:\n" + decision.DebugString());
      }
      continue;
    }
    ++result_.compared;
    if (published->second != decision.SerializeAsString()) {
      v1::Decision before;
      before.ParseFromString(published->second);
      differ(id, "was\n" + before.DebugString() + "and is now\n" + decision.DebugString());
    }
    published_.erase(published);
  }
  return true;
}

ReplayResult Replay::finish() {
  for (const auto& [id, value] : published_) differ(id, "was published and is not decided now");
  for (const auto& [partition, engine] : engines_) result_.state_hashes[partition] = engine.state_hash();
  return result_;
}

void Replay::differ(const Identity& id, const std::string& what) {
  if (result_.differences++ > 0) return;
  const auto [partition, offset, index] = id;
  result_.first_difference =
      "decision " + std::to_string(partition) + ":" + std::to_string(offset) + ":" + std::to_string(index) + " " + what;
}

}  // namespace dispatch135::dispatchctl
