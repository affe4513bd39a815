// Publishes events that came by gRPC to the source topics, as any other publisher would. One thread; no clock and no
// socket of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "dispatch135/v1/events.pb.h"
#include "dispatch135/v1/intake.pb.h"
#include "dispatch135/v1/log.pb.h"
#include "engine/base/time.h"
#include "services/common/clock.h"
#include "services/common/refused.h"
#include "services/intake/regions.h"
#include "services/log/log.h"

namespace dispatch135::intake {

struct Published {
  enum class Outcome { kAccepted, kRefused, kUnavailable };
  Outcome outcome = Outcome::kUnavailable;
  v1::ReportReceipt receipt;  // When accepted, or refused (then the refusal stands in dispatch.rejects).
  std::string reason;         // When unavailable: why, for people.
};
// May be called from inside publish().
using OnPublished = std::function<void(const Published&)>;

class Publisher {
 public:
  // The references must outlive this, and this must outlive what it has appended to `writer`.
  Publisher(const Regions& regions, log::Writer& writer, const common::Clock& clock, std::string node,
            DurationMs answer_within);

  // Checks, appends to the source topic with the key "source/event_id" (of an alert "sender/identifier"), and answers
  // once the broker has acknowledged: kUnavailable when it did not within answer_within, or when the queue is full. An
  // event that was answered so may stand all the same; sending it again is harmless.
  void publish(const v1::IncidentEvent& event, OnPublished done);
  void publish(const v1::AlertReport& alert, OnPublished done);

  // Answers what has waited too long. Call it every 100 ms or so.
  void expire();
  // Every further event is answered kUnavailable.
  void stop_taking() { taking_ = false; }
  // Not yet answered.
  std::size_t waiting() const { return waiting_.size(); }

 private:
  struct Waiting {
    TimeMs until;
    Published published;  // What to answer once the broker has acknowledged; its place is filled in then.
    OnPublished done;
  };
  void publish_checked(log::Topic topic, const std::string& source, const std::string& event_id, std::string value,
                       const common::Checked<v1::LogRecord>& checked, OnPublished done);
  void append(log::Topic topic, const std::string& key, const std::string& value, Published published,
              OnPublished done);
  void on_appended(std::uint64_t number, log::Topic topic, const log::Appended& appended);

  const Regions& regions_;
  log::Writer& writer_;
  const common::Clock& clock_;
  const std::string node_;
  const DurationMs answer_within_;
  std::map<std::uint64_t, Waiting> waiting_;  // By number, so by age.
  std::uint64_t numbers_ = 0;
  bool taking_ = true;
};

}  // namespace dispatch135::intake
