#include "services/intake/settings.h"

#include "engine/base/limits.h"
#include "services/common/reload.h"
#include "services/common/yaml_config.h"

namespace dispatch135::intake {

Result<Settings> read_settings(const std::string& path) {
  Result<common::YamlReader> opened = common::YamlReader::open(path);
  if (!opened) return opened.error();
  common::YamlReader& root = opened.value();
  Settings settings;
  settings.common = common::read_common_settings(root);
  settings.node = root.text("node", settings.node);
  if (settings.node.size() > limits::kNodeNameBytes) root.fail("node", "must be at most 64 bytes");
  settings.listen = root.text("listen", settings.listen);
  settings.group = root.text("group", settings.group);
  settings.session_timeout = root.duration("session_timeout", settings.session_timeout, {1'000}, {300'000});
  settings.answer_within = root.duration("answer_within", settings.answer_within, {100}, {60'000});
  settings.drain_within = root.duration("drain_within", settings.drain_within, {0}, {300'000});
  settings.reports_per_s = root.map("limits").integer("reports_per_s", settings.reports_per_s, 1, 1'000'000);
  if (const std::optional<Error> mistakes = root.finish()) return *mistakes;
  return settings;
}

std::optional<Error> refuse_reload(const Settings& running, const Settings& wanted, const std::string& path) {
  common::Unchanged settings(path);
  settings.same("node", running.node == wanted.node);
  settings.same("listen", running.listen == wanted.listen);
  settings.same("group", running.group == wanted.group);
  settings.same("session_timeout", running.session_timeout.count == wanted.session_timeout.count);
  settings.same("answer_within", running.answer_within.count == wanted.answer_within.count);
  settings.same("drain_within", running.drain_within.count == wanted.drain_within.count);
  settings.same(running.common, wanted.common);
  return settings.mistakes();
}

}  // namespace dispatch135::intake
