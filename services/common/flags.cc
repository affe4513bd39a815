#include "services/common/flags.h"

#include <unistd.h>

#include "engine/base/limits.h"

namespace dispatch135::common {

void declare(CLI::App& app, CommonFlags& flags, const CommonFlagHelp& help) {
  app.set_version_flag("--version", D135_VERSION);
  app.add_option("--config", flags.config, "YAML file; " + help.example_config + " shows every key. Flags win over it")
      ->check(CLI::ExistingFile);
  app.add_option("--node", flags.node, help.node + " (default: the host's name)");
  app.add_option("--listen", flags.listen, "HOST:PORT for " + help.listen + ", gRPC; port 0: any free one");
  app.add_option("--kafka", flags.kafka, "HOST:PORT of a broker, several by commas");
  app.add_flag("--kafka-embedded", flags.embedded, "the broker is librdkafka's mock cluster, as in the demo");
  app.add_option("--group", flags.group, "consumer group in which " + help.group);
  app.add_option("--city", flags.cities, "city file; may be given several times");
  app.add_option("--metrics", flags.metrics, "HOST:PORT of /metrics; port 0: any free one");
  app.add_option("--log-level", flags.log_level, "debug, info, warn or error")
      ->check(CLI::IsMember({"debug", "info", "warn", "error"}));
  app.add_option("--log-format", flags.log_format, "json or text")->check(CLI::IsMember({"json", "text"}));
}

void override_with(const std::string& flag, std::string& setting) {
  if (!flag.empty()) setting = flag;
}

void override_with(const CommonFlags& flags, CommonSettings& settings) {
  override_with(flags.kafka, settings.kafka.bootstrap);
  if (!flags.metrics.empty()) settings.metrics.listen = flags.metrics;
  override_with(flags.log_level, settings.log.level);
  if (flags.embedded) settings.kafka.embedded = true;
  if (!flags.cities.empty()) settings.cities = flags.cities;
  if (flags.log_format == "text") settings.log.format = LogFormat::kText;
  if (flags.log_format == "json") settings.log.format = LogFormat::kJson;
}

std::string host_name() {
  char host[limits::kNodeNameBytes + 1] = {};
  gethostname(host, sizeof host - 1);
  return host;
}

}  // namespace dispatch135::common
