// Stands between one node and its log and units, and holds it to what it promises about leading: after it has applied
// the LeaderStarted of another process it leads no more, publishes no decision and sends no order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "services/dispatchd/node.h"

namespace dispatch135::simulation {

class LeaderGuard final : public log::Writer, public dispatchd::UnitTransport {
 public:
  // Told each broken promise once for each partition.
  using Found = std::function<void(const std::string& finding)>;
  LeaderGuard(std::string name, std::uint64_t process, std::unique_ptr<log::Writer> writer,
              dispatchd::UnitTransport& units, Found found);
  // Before the node appends or sends anything; it outlives every later call.
  void guard(const dispatchd::Node& node) { node_ = &node; }
  // After the node was told something.
  void look();

  bool append(log::Topic topic, std::int32_t partition, std::string_view key, std::string_view value,
              log::OnAppended done) override;
  std::size_t in_flight() const override { return writer_->in_flight(); }
  std::int32_t partitions(log::Topic topic) const override { return writer_->partitions(topic); }

  bool send(dispatchd::SessionId session, const v1::UnitOrder& order) override;
  void close(dispatchd::SessionId session, const dispatchd::Status& status) override { units_.close(session, status); }

 private:
  void expect_leader(std::int32_t partition, const char* doing);

  std::string name_;
  std::uint64_t process_;
  std::unique_ptr<log::Writer> writer_;
  dispatchd::UnitTransport& units_;
  Found found_;
  const dispatchd::Node* node_ = nullptr;
  std::set<std::int32_t> told_;
};

}  // namespace dispatch135::simulation
