// SIGHUP asks a process to read its settings again.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <functional>
#include <optional>
#include <string>

#include "engine/base/result.h"
#include "services/common/metrics.h"
#include "services/common/settings.h"

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

// What a settings file may not change in a process that runs.
class Unchanged {
 public:
  // `path`: of the file, for people.
  explicit Unchanged(std::string path) : path_(std::move(path)) {}
  // That key's value is the same in both; else it is a mistake.
  void same(const std::string& key, bool is);
  // What every process has alike.
  void same(const CommonSettings& running, const CommonSettings& wanted);
  // All mistakes, one a line; nothing: there is none.
  std::optional<Error> mistakes() const;

 private:
  const std::string path_;
  std::string mistakes_;
};

// Has `put_in_force` read the settings and put them in force as a whole, or say why not; logs and counts what came of
// it.
void reload_settings(Metrics& metrics, const std::function<std::optional<Error>()>& put_in_force);

}  // namespace dispatch135::common
