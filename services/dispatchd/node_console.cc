// What consoles ask of a node.
#include <utility>
#include <vector>

#include "engine/base/limits.h"
#include "services/dispatchd/node.h"

namespace dispatch135::dispatchd {
namespace {

const char* const kLogLost = "this node cannot reach the log; ask another";

}  // namespace

void Node::on_watch_opened(WatchId watch, const v1::WatchRequest& request) {
  if (log_lost_) return ports_.consoles.close(watch, unavailable(kLogLost));
  watches_.open(watch, request);
}

void Node::on_watch_closed(WatchId watch) { watches_.on_closed(watch); }

void Node::command(const v1::CommandRequest& request, Commands::OnAnswer answer) {
  if (log_lost_) return answer(unavailable(kLogLost), {});
  commands_.start(request, std::move(answer));
}

Status Node::region_view(RegionId region, const Partition*& partition, const RegionView*& view) const {
  partition = &partitions_.of(region);
  if (log_lost_) return unavailable(kLogLost);
  if (partition->phase != Phase::kLive) {
    return unavailable("this node has not read the region's log up to its end; ask again");
  }
  const auto found = partition->regions.find(region);
  if (found == partition->regions.end()) {
    return refused(v1::REJECT_CODE_UNKNOWN_REGION,
                   "region " + std::to_string(region.value()) + " has no city in force here");
  }
  view = &found->second;
  return {};
}

Status Node::get_incident(const v1::GetIncidentRequest& request, v1::Incident& response) const {
  const RegionId region(request.region());
  const Partition* partition = nullptr;
  const RegionView* view = nullptr;
  if (Status status = region_view(region, partition, view); !status.ok()) return status;
  auto incident = request.incident_id() != 0 ? partition->engine.incident(region, IncidentId(request.incident_id()))
                                             : partition->engine.incident(region, request.source(), request.event_id());
  if (!incident) {
    return refused(v1::REJECT_CODE_UNKNOWN_INCIDENT, "no such incident, or it ended longer ago than is kept");
  }
  response = std::move(*incident);
  return {};
}

Status Node::list_units(const v1::ListUnitsRequest& request, v1::ListUnitsResponse& response) const {
  const RegionId region(request.region());
  const Partition* partition = nullptr;
  const RegionView* view = nullptr;
  if (Status status = region_view(region, partition, view); !status.ok()) return status;
  if (request.post_id() != 0 && !partition->engine.city(region)->find_post(PostId(request.post_id()))) {
    return refused(v1::REJECT_CODE_UNKNOWN_POST,
                   "post " + std::to_string(request.post_id()) + " is not in the city file of this region");
  }
  for (v1::Unit& unit : partition->engine.units(region)) {
    if (request.primary() != v1::UNIT_PRIMARY_STATUS_UNSPECIFIED && unit.primary() != request.primary()) continue;
    if (request.post_id() != 0 && unit.post_id() != request.post_id()) continue;
    *response.add_units() = std::move(unit);
  }
  response.set_revision(partition->next_offset);
  return {};
}

Status Node::explain(const v1::ExplainRequest& request, v1::ExplainResponse& response) const {
  const Partition* partition = nullptr;
  const RegionView* view = nullptr;
  if (Status status = region_view(RegionId(request.region()), partition, view); !status.ok()) return status;
  std::vector<v1::Decision> decisions = view->history.about(IncidentId(request.incident_id()));
  if (decisions.empty()) {
    return refused(v1::REJECT_CODE_UNKNOWN_INCIDENT, "no decision about such an incident is kept");
  }
  for (v1::Decision& decision : decisions) *response.add_decisions() = std::move(decision);
  return {};
}

Status Node::get_route(const v1::GetRouteRequest& request, v1::Route& response) const {
  const Partition* partition = nullptr;
  const RegionView* view = nullptr;
  if (Status status = region_view(RegionId(request.region()), partition, view); !status.ok()) return status;
  const core::Outcome none = partition->engine.route(RegionId(request.region()), UnitId(request.unit_id()), response);
  return none ? refused(none->code, none->reason) : Status{};
}

Status Node::statistics(const v1::StatisticsRequest& request, v1::StatisticsResponse& response) const {
  const Partition* partition = nullptr;
  const RegionView* view = nullptr;
  if (Status status = region_view(RegionId(request.region()), partition, view); !status.ok()) return status;
  const std::int32_t offset_min = request.utc_offset_min();
  if (offset_min % 15 != 0 || offset_min < -limits::kUtcOffsetMin || offset_min > limits::kUtcOffsetMin) {
    return refused(v1::REJECT_CODE_OUT_OF_RANGE, "utc_offset_min is " + std::to_string(offset_min) +
                                                     "; it must be a multiple of 15 from -840 to 840");
  }
  if (!v1::StatisticsGrouping_IsValid(request.group_by())) {
    return refused(v1::REJECT_CODE_UNKNOWN_VALUE, "group_by " + std::to_string(request.group_by()) + " is not known");
  }
  const auto counts = partition->statistics.find(RegionId(request.region()));
  response = (counts == partition->statistics.end() ? stats::Statistics() : counts->second).response(request);
  return {};
}

}  // namespace dispatch135::dispatchd
