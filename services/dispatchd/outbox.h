// Decisions of one partition that are not yet seen in dispatch.decisions. Every node keeps them; the leader publishes
// them. A new leader therefore goes on where the old one stopped, and what both published has the same identity.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "dispatch135/v1/decision.pb.h"
#include "services/dispatchd/decision_key.h"
#include "services/log/log.h"

namespace dispatch135::dispatchd {

// A node that does not publish stops reading the log above this, until the leader's publishing is seen.
inline constexpr std::size_t kOutboxBytes = 128U << 20;
// The outbox does not fill the writer's whole queue: orders of units and consoles go through it too.
inline constexpr std::size_t kPublishing = 4'096;

class Outbox {
 public:
  Outbox(std::int32_t partition, log::Writer& writer);
  Outbox(Outbox&&) noexcept;
  ~Outbox();

  // Decisions of one record; those known to be published are left out.
  void add(std::span<const v1::Decision> decisions);
  // Seen in dispatch.decisions: this one, so all before it. They are forgotten.
  void published(const DecisionKey& key);
  // Appends what is not yet appended, in order; gives how many. A failed append is repeated with all that follow it,
  // once those in flight have been answered. Call it again after a while when unsent() stays above 0.
  std::size_t publish();
  // Of any leader, as far as it was seen; nothing: none yet.
  std::optional<DecisionKey> last_published() const {
    return any_published_ ? std::optional(last_published_) : std::nullopt;
  }
  std::size_t bytes() const { return bytes_; }
  std::size_t size() const { return waiting_.size(); }
  std::size_t unsent() const;

 private:
  struct Waiting {
    DecisionKey key;
    std::string region;  // The record's key.
    std::string value;
  };
  struct Flight;  // Shared with the callbacks of the writer, which may outlive this.

  std::int32_t partition_;
  log::Writer* writer_;
  std::deque<Waiting> waiting_;
  std::size_t bytes_ = 0;
  std::size_t next_ = 0;  // Into waiting_: the first that is not appended.
  bool any_published_ = false;
  DecisionKey last_published_ = {0, 0};
  std::shared_ptr<Flight> flight_;
};

}  // namespace dispatch135::dispatchd
