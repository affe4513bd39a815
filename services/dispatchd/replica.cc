#include "services/dispatchd/replica.h"

#include "engine/base/hash.h"
#include "services/dispatchd/crash_note.h"

namespace dispatch135::dispatchd {

Replica::Step Replica::apply(const log::Record& record, const v1::Skip* skip, v1::LogRecord& parsed) {
  const CrashNote note(record.partition, record.offset);
  const auto offset = static_cast<std::uint64_t>(record.offset);
  const bool readable = parsed.ParseFromArray(record.value.data(), static_cast<int>(record.value.size()));
  if (readable && skip == nullptr && !engine.can_apply(parsed)) return {Did::kCannot, {}};
  next_offset = record.offset + 1;
  last_record = hash_bytes(record.value.data(), record.value.size());
  if (!readable && skip == nullptr) return {Did::kPoison, {}};
  const auto decisions =
      skip != nullptr ? engine.skip(*skip, offset, record.timestamp) : engine.apply(parsed, offset, record.timestamp);
  for (const v1::Decision& decision : decisions) {
    last_decision = key_of(decision.id());
    if (decision.region() != 0) statistics[RegionId(decision.region())].on_decision(decision);
  }
  return {Did::kApplied, decisions};
}

v1::SnapshotManifest Replica::describe(const std::string& node) const {
  v1::SnapshotManifest manifest;
  manifest.set_format(core::Engine::kStateFormat);
  manifest.set_partition(static_cast<std::uint32_t>(index));
  manifest.set_next_offset(static_cast<std::uint64_t>(next_offset));
  manifest.set_log_time_ms(engine.now().since_epoch);
  manifest.set_state_hash(engine.state_hash());
  manifest.set_last_record(last_record);
  if (last_decision) {
    manifest.mutable_last_decision()->set_partition(static_cast<std::uint32_t>(index));
    manifest.mutable_last_decision()->set_offset(last_decision->first);
    manifest.mutable_last_decision()->set_index(last_decision->second);
  }
  for (const core::Engine::Basis& basis : engine.basis()) {
    v1::SnapshotRegion& region = *manifest.add_regions();
    region.set_region(basis.region.value());
    region.set_city(basis.city.value());
    region.set_policy(basis.policy);
    region.set_micro_grids(basis.micro_grids);
  }
  manifest.set_behaviour(engine.behaviour());
  manifest.set_engine_version(D135_VERSION);
  manifest.set_node(node);
  return manifest;
}

std::string Replica::save() const {
  v1::SnapshotState state;
  engine.save(*state.mutable_engine());
  for (const auto& [region, counts] : statistics) {
    v1::SnapshotStatistics& kept = *state.add_statistics();
    kept.set_region(region.value());
    counts.save(*kept.mutable_counts());
  }
  return state.SerializeAsString();
}

Result<Replica> Replica::restore(const v1::SnapshotManifest& manifest, std::string_view bytes,
                                 const core::CityCatalog& cities) {
  v1::SnapshotState state;
  if (!state.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return Error{"is no snapshot"};
  auto engine = core::Engine::restore(manifest.partition(), cities, state.engine());
  if (!engine) return engine.error();
  Replica replica(static_cast<std::int32_t>(manifest.partition()), cities);
  replica.engine = std::move(engine.value());
  if (replica.engine.state_hash() != manifest.state_hash()) {
    return Error{"what was restored has not the state hash that its manifest gives"};
  }
  // It may be beyond the state's last record: those that cannot be read are passed by.
  if (replica.engine.next_offset() > manifest.next_offset()) {
    return Error{"its state has applied record " + std::to_string(replica.engine.next_offset() - 1) +
                 ", and its manifest says that it ends before " + std::to_string(manifest.next_offset())};
  }
  for (const v1::SnapshotStatistics& kept : state.statistics()) {
    auto counts = stats::Statistics::restore(kept.counts());
    if (!counts) return Error{"counts of region " + std::to_string(kept.region()) + ": " + counts.error().message};
    replica.statistics[RegionId(kept.region())] = std::move(counts.value());
  }
  replica.next_offset = static_cast<std::int64_t>(manifest.next_offset());
  if (manifest.has_last_decision()) replica.last_decision = key_of(manifest.last_decision());
  replica.last_record = manifest.last_record();
  return replica;
}

}  // namespace dispatch135::dispatchd
