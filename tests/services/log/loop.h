// Runs an Asio loop until something has come true: what a test of asynchronous clients waits with.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>

namespace dispatch135::log {

class Loop {
 public:
  boost::asio::io_context& context() { return context_; }

  // False: it did not come true in time. The limit is far beyond what is expected, for slow machines.
  [[nodiscard]] bool until(const std::function<bool()>& condition,
                           std::chrono::seconds limit = std::chrono::seconds(60)) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
      if (std::chrono::steady_clock::now() >= deadline) return false;
      context_.restart();
      context_.run_one_for(std::chrono::milliseconds(100));
    }
    return true;
  }

 private:
  boost::asio::io_context context_;
};

}  // namespace dispatch135::log
