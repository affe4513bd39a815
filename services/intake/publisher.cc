#include "services/intake/publisher.h"

#include <utility>

#include "services/intake/event_check.h"
#include "services/intake/rejects.h"

namespace dispatch135::intake {
namespace {

Published unavailable(std::string reason) {
  return {.outcome = Published::Outcome::kUnavailable, .receipt = {}, .reason = std::move(reason)};
}

}  // namespace

Publisher::Publisher(const Regions& regions, log::Writer& writer, const common::Clock& clock, std::string node,
                     DurationMs answer_within)
    : regions_(regions), writer_(writer), clock_(clock), node_(std::move(node)), answer_within_(answer_within) {}

void Publisher::publish(const v1::IncidentEvent& event, OnPublished done) {
  const auto checked = check_incident_event(event, regions_, clock_.wall());
  const auto publish_named = [&](const auto& named) {
    publish_checked(log::Topic::kIncidents, named.source(), named.event_id(), event.SerializeAsString(), checked,
                    std::move(done));
  };
  if (event.has_update()) return publish_named(event.update());
  if (event.has_cancel()) return publish_named(event.cancel());
  publish_named(event.report());
}

void Publisher::publish(const v1::AlertReport& alert, OnPublished done) {
  publish_checked(log::Topic::kAlerts, alert.sender(), alert.identifier(), alert.SerializeAsString(),
                  check_alert_report(alert, regions_, clock_.wall()), std::move(done));
}

void Publisher::publish_checked(log::Topic topic, const std::string& source, const std::string& event_id,
                                std::string value, const common::Checked<v1::LogRecord>& checked, OnPublished done) {
  if (!taking_) return done(unavailable("intake is shutting down; send it again"));
  Published published;
  published.receipt.set_source(source);
  published.receipt.set_event_id(event_id);
  if (checked) {
    published.outcome = Published::Outcome::kAccepted;
    published.receipt.set_region(checked.value().region());
    append(topic, source + "/" + event_id, value, std::move(published), std::move(done));
    return;
  }
  published.outcome = Published::Outcome::kRefused;
  published.receipt.set_refusal_code(checked.refused().code);
  published.receipt.set_refusal_reason(checked.refused().reason);
  append(log::Topic::kRejects, "grpc",
         rejected_input(value, checked.refused(), clock_.wall(), node_).SerializeAsString(), std::move(published),
         std::move(done));
}

void Publisher::append(log::Topic topic, const std::string& key, const std::string& value, Published published,
                       OnPublished done) {
  const std::uint64_t number = ++numbers_;
  const bool queued = writer_.append(topic, -1, key, value, [this, number, topic](const log::Appended& appended) {
    on_appended(number, topic, appended);
  });
  if (!queued) return done(unavailable("too many events wait for the broker; send it again later"));
  waiting_.emplace(
      number,
      Waiting{.until = clock_.wall() + answer_within_, .published = std::move(published), .done = std::move(done)});
}

void Publisher::on_appended(std::uint64_t number, log::Topic topic, const log::Appended& appended) {
  auto node = waiting_.extract(number);
  if (node.empty()) return;
  Waiting& waiting = node.mapped();
  if (!appended.ok) return waiting.done(unavailable(appended.error + "; send it again"));
  if (waiting.published.outcome == Published::Outcome::kAccepted) {
    waiting.published.receipt.set_topic(std::string(log::topic_name(topic)));
    waiting.published.receipt.set_partition(appended.partition);
    waiting.published.receipt.set_offset(appended.offset);
  }
  waiting.done(waiting.published);
}

void Publisher::expire() {
  const TimeMs now = clock_.wall();
  while (!waiting_.empty() && waiting_.begin()->second.until <= now) {
    auto node = waiting_.extract(waiting_.begin());
    node.mapped().done(unavailable("the broker did not acknowledge in time; send it again"));
  }
}

}  // namespace dispatch135::intake
