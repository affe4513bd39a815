#include "tests/simulation/record_checks.h"

namespace dispatch135::simulation {

void RecordChecks::on_record(const v1::LogRecord& record, std::span<const v1::Decision> decisions,
                             const core::Engine& engine) {
  const std::uint64_t offset = engine.next_offset() - 1;
  if (record.has_source()) on_source(record, decisions, offset);
  for (const v1::Decision& decision : decisions) {
    if (!decision.has_command_applied()) continue;
    if (!commands_.insert(decision.command_applied().command_id()).second) {
      findings_.push_back("command " + decision.command_applied().command_id() +
                          " was applied again by the record at " + std::to_string(offset));
    }
  }
  on_unit(record, engine, offset);
}

// A source record that was carried before is nothing new: it brings about no answer of its own.
void RecordChecks::on_source(const v1::LogRecord& record, std::span<const v1::Decision> decisions,
                             std::uint64_t offset) {
  const v1::SourceOffset& source = record.source();
  const auto [highest, first] = carried_.try_emplace({source.topic(), source.partition()}, source.offset());
  if (first) return;
  if (source.offset() > highest->second) {
    highest->second = source.offset();
    return;
  }
  for (const v1::Decision& decision : decisions) {
    if (!decision.has_report_repeated() && !decision.has_record_rejected()) continue;
    findings_.push_back("the record at " + std::to_string(offset) + " carries source record " +
                        std::to_string(source.partition()) + "/" + std::to_string(source.offset()) +
                        " again, and it was decided upon");
  }
}

// A position that was measured before the newest one does not replace it.
void RecordChecks::on_unit(const v1::LogRecord& record, const core::Engine& engine, std::uint64_t offset) {
  if (record.has_unit_signed_on()) units_.erase({record.region(), record.unit_signed_on().unit_id()});
  if (!record.has_unit_position_reported() || !record.unit_position_reported().has_position()) return;
  const v1::UnitPositionReported& report = record.unit_position_reported();
  const auto unit = engine.unit(RegionId(record.region()), UnitId(report.unit_id()));
  if (!unit) return;
  Seen& seen = units_[{record.region(), report.unit_id()}];
  const bool moved = unit->position().latitude_e7() != seen.position.latitude_e7() ||
                     unit->position().longitude_e7() != seen.position.longitude_e7();
  if (report.measured_at_ms() < seen.measured_at_ms && moved) {
    findings_.push_back("unit " + std::to_string(report.unit_id()) + " went back to where it was " +
                        std::to_string(seen.measured_at_ms - report.measured_at_ms()) +
                        " ms before, by the record at " + std::to_string(offset));
  }
  seen.measured_at_ms = std::max(seen.measured_at_ms, report.measured_at_ms());
  seen.position = unit->position();
}

}  // namespace dispatch135::simulation
