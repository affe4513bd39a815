// A node as far as devices see it: signs every unit on, and says what the test wants.
#pragma once

#include <grpcpp/grpcpp.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "dispatch135/v1/field_units.grpc.pb.h"

namespace dispatch135::testing {

class FakeNode final : public v1::FieldUnits::Service {
 public:
  // On this port of the loopback; 0: any free one.
  explicit FakeNode(int port = 0) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:" + std::to_string(port), grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
  }
  ~FakeNode() override { stop(); }

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  int port() const { return port_; }
  // Breaks off all streams, as a node that dies.
  void stop() {
    if (server_) server_->Shutdown(std::chrono::system_clock::now());
    server_.reset();
  }
  // From now on everybody is sent there.
  void redirect_to(const std::string& address) {
    const std::lock_guard lock(mutex_);
    redirect_ = address;
  }
  // Every unit that signs on and has not seen it gets this order.
  void order_for_everyone(const v1::UnitOrder& order) {
    const std::lock_guard lock(mutex_);
    order_ = order;
  }
  // What came, by unit, from all its streams.
  std::vector<v1::UnitMessage> heard(std::uint64_t unit) const {
    const std::lock_guard lock(mutex_);
    const auto found = heard_.find(unit);
    return found == heard_.end() ? std::vector<v1::UnitMessage>() : found->second;
  }
  std::size_t sign_ons() const {
    const std::lock_guard lock(mutex_);
    return sign_ons_;
  }

 private:
  grpc::Status Connect(grpc::ServerContext*,
                       grpc::ServerReaderWriter<v1::UnitOrder, v1::UnitMessage>* stream) override {
    v1::UnitMessage message;
    if (!stream->Read(&message) || !message.has_sign_on()) return {grpc::StatusCode::INVALID_ARGUMENT, "sign on first"};
    const std::uint64_t unit = message.sign_on().unit_id();
    const std::uint64_t last_seen = message.last_order_seen();
    for (const v1::UnitOrder& order : welcome(unit, message)) {
      if (order.sequence() == 0 || order.sequence() > last_seen) stream->Write(order);
    }
    while (stream->Read(&message)) note(unit, message);
    return grpc::Status::OK;
  }
  std::vector<v1::UnitOrder> welcome(std::uint64_t unit, const v1::UnitMessage& message) {
    const std::lock_guard lock(mutex_);
    heard_[unit].push_back(message);
    v1::UnitOrder first;
    if (!redirect_.empty()) {
      first.mutable_redirect()->set_address(redirect_);
      return {first};
    }
    ++sign_ons_;
    first.mutable_signed_on()->mutable_unit()->set_unit_id(unit);
    std::vector<v1::UnitOrder> orders{first};
    if (order_.sequence() != 0) orders.push_back(order_);
    return orders;
  }
  void note(std::uint64_t unit, const v1::UnitMessage& message) {
    const std::lock_guard lock(mutex_);
    heard_[unit].push_back(message);
  }

  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
  mutable std::mutex mutex_;
  std::string redirect_;
  v1::UnitOrder order_;
  std::map<std::uint64_t, std::vector<v1::UnitMessage>> heard_;
  std::size_t sign_ons_ = 0;
};

}  // namespace dispatch135::testing
