// SIGHUP asks a process to read its settings again.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <functional>

namespace dispatch135::common {

class ReloadSignal {
 public:
  // `reload` is called on the context's thread at each signal.
  ReloadSignal(boost::asio::io_context& context, std::function<void()> reload);

 private:
  void wait();
  boost::asio::signal_set signals_;
  std::function<void()> reload_;
};

}  // namespace dispatch135::common
