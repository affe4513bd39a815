// SIGTERM and SIGINT ask a process to drain and exit 0; a second one ends it at once.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <functional>

namespace dispatch135::common {

class ShutdownSignals {
 public:
  // `begin` is called once, on the context's thread, at the first signal. The second exits with 128 + signal.
  ShutdownSignals(boost::asio::io_context& context, std::function<void()> begin);
  // Lets the context run out of work. Also done by the destructor.
  void cancel();

 private:
  void wait();
  boost::asio::signal_set signals_;
  std::function<void()> begin_;
};

}  // namespace dispatch135::common
