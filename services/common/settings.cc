#include "services/common/settings.h"

namespace dispatch135::common {

CommonSettings read_common_settings(YamlReader& root) {
  CommonSettings settings;

  YamlReader kafka = root.map("kafka");
  settings.kafka.bootstrap = kafka.text("bootstrap", settings.kafka.bootstrap);
  if (settings.kafka.bootstrap.empty()) kafka.fail("bootstrap", "is empty; give HOST:PORT of a broker");
  settings.kafka.embedded = kafka.boolean("embedded", settings.kafka.embedded);
  settings.kafka.topic_prefix = kafka.text("topic_prefix", settings.kafka.topic_prefix);
  settings.kafka.properties = kafka.text_map("properties");

  settings.cities = root.texts("cities");

  YamlReader metrics = root.map("metrics");
  if (metrics.has("listen")) settings.metrics.listen = metrics.text("listen", "");

  YamlReader log = root.map("log");
  settings.log.level = log.choice("level", settings.log.level, {"debug", "info", "warn", "error"});
  settings.log.format = log.choice("format", "json", {"json", "text"}) == "json" ? LogFormat::kJson : LogFormat::kText;
  return settings;
}

}  // namespace dispatch135::common
