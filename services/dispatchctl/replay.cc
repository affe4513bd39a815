#include "services/dispatchctl/replay.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>

#include "dispatch135/v1/decision.pb.h"
#include "dispatch135/v1/log.pb.h"
#include "services/dispatchctl/words.h"

namespace dispatch135::dispatchctl {
namespace {

v1::Decision parsed(const std::string& bytes) {
  v1::Decision decision;
  decision.ParseFromString(bytes);
  return decision;
}

std::string in_words(const char* what, const v1::Decision& decision) {
  return std::string("\n  ") + what + ": " + describe(decision);
}

// "modified: unit_assigned.assignment.unit_id: 7 -> 9", a line for each field.
std::string fields_that_differ(const v1::Decision& published, const v1::Decision& now) {
  std::string fields;
  google::protobuf::util::MessageDifferencer differencer;
  differencer.ReportDifferencesToString(&fields);
  differencer.Compare(published, now);
  if (fields.empty()) return "\n  the fields are the same; the bytes are not";
  std::string text = "\n  ";
  for (const char c : fields.substr(0, fields.find_last_not_of('\n') + 1)) {
    text += c == '\n' ? std::string("\n  ") : std::string(1, c);
  }
  return text;
}

}  // namespace

void Replay::add_published(const RecordedRecord& record) {
  v1::Decision decision;
  const bool readable = decision.ParseFromString(record.value);
  const Identity id{record.partition, decision.id().offset(), decision.id().index()};
  if (!readable || decision.id().partition() != record.partition) {
    return differ(id,
                  "dispatch.decisions offset " + std::to_string(record.offset) + " is not a decision of its partition");
  }
  if (decision.has_record_skipped()) {
    v1::Skip& skip = skips_[{record.partition, decision.id().offset()}];
    skip.set_operator_id(decision.record_skipped().operator_id());
    skip.set_reason(decision.record_skipped().reason());
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
  core::Engine& engine = engines_.try_emplace(logged.partition, logged.partition, cities_).first->second;
  const auto skip = skips_.find({logged.partition, logged.offset});
  if (skip == skips_.end()) {
    if (!record.ParseFromString(logged.value)) return Error{where + " is not a LogRecord"};
    if (!engine.can_apply(record)) {
      return Error{where +
                   " needs a city file or a file of micro-grids that was not given (name it with --city), or a level "
                   "of behaviour that this version does not know"};
    }
  }
  ++result_.records;
  const auto decisions = skip == skips_.end() ? engine.apply(record, logged.offset, logged.timestamp)
                                              : engine.skip(skip->second, logged.offset, logged.timestamp);
  for (const v1::Decision& decision : decisions) {
    ++result_.decisions;
    const Identity id{decision.id().partition(), decision.id().offset(), decision.id().index()};
    const auto published = published_.find(id);
    if (published == published_.end()) {
      const auto last = last_published_.find(logged.partition);
      if (last == last_published_.end() || id > last->second) {
        ++result_.not_published;
      } else {
        differ(id, "was never published, though later ones were" + in_words("decided now", decision));
      }
      continue;
    }
    ++result_.compared;
    if (published->second != decision.SerializeAsString()) {
      const v1::Decision before = parsed(published->second);
      differ(id, "is not what was published" + in_words("published", before) + in_words("decided now", decision) +
                     fields_that_differ(before, decision));
    }
    published_.erase(published);
  }
  return true;
}

ReplayResult Replay::finish() {
  for (const auto& [id, value] : published_) {
    differ(id, "was published and is not decided now" + in_words("published", parsed(value)));
  }
  for (const auto& [partition, engine] : engines_) result_.state_hashes[partition] = engine.state_hash();
  return result_;
}

void Replay::differ(const Identity& id, const std::string& what) {
  // What is published and not decided comes to light at the end only.
  if (result_.differences++ > 0 && first_ <= id) return;
  first_ = id;
  const auto [partition, offset, index] = id;
  result_.first_difference = "dispatch.log partition " + std::to_string(partition) + ", offset " +
                             std::to_string(offset) + ": decision " + std::to_string(index) + " " + what;
}

}  // namespace dispatch135::dispatchctl
