#include "services/common/shutdown.h"

#include <unistd.h>

#include <csignal>
#include <utility>

#include "services/common/logging.h"

namespace dispatch135::common {

ShutdownSignals::ShutdownSignals(boost::asio::io_context& context, std::function<void()> begin)
    : signals_(context, SIGINT, SIGTERM), begin_(std::move(begin)) {
  wait();
}

void ShutdownSignals::cancel() { signals_.cancel(); }

void ShutdownSignals::wait() {
  signals_.async_wait([this](const boost::system::error_code& error, int signal) {
    if (error) return;
    if (!begin_) ::_exit(128 + signal);
    log_info("stopping on a signal; a second one ends at once", {{"signal", signal}});
    wait();
    std::exchange(begin_, nullptr)();
  });
}

}  // namespace dispatch135::common
