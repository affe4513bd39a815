// A bad network between two processes: passes a TCP port on to another, and cuts or slows what passes, without a word
// to either side, as a broken switch would.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <thread>

namespace dispatch135 {

// Runs on a thread of its own.
class TcpProxy {
 public:
  // Listens on that port of the loopback; `target`: HOST:PORT. Throws boost::system::system_error when the port is
  // taken.
  TcpProxy(std::uint16_t port, const std::string& target);
  ~TcpProxy();
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;

  // While cut, bytes stay where they are, in both directions: no reset, no end. They go on afterwards.
  void cut(bool now) { cut_ = now; }
  // Each piece of data waits so long; what is behind it waits too, so this limits the rate as well.
  void delay(std::chrono::milliseconds by) { delay_ms_ = by.count(); }

 private:
  class Direction;
  void accept();

  boost::asio::io_context loop_{1};
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::ip::tcp::endpoint target_;
  std::atomic<bool> cut_{false};
  std::atomic<std::int64_t> delay_ms_{0};
  std::thread thread_;
};

}  // namespace dispatch135
