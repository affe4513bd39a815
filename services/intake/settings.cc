#include "services/intake/settings.h"

#include "engine/base/limits.h"
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
  if (const std::optional<Error> mistakes = root.finish()) return *mistakes;
  return settings;
}

}  // namespace dispatch135::intake
