#include "services/dispatchd/settings.h"

#include <charconv>

#include "services/common/reload.h"
#include "services/common/yaml_config.h"
#include "services/dispatchd/watches.h"

namespace dispatch135::dispatchd {
namespace {

std::size_t count(common::YamlReader& reader, const char* key, std::size_t fallback, std::int64_t min) {
  return static_cast<std::size_t>(reader.integer(key, static_cast<std::int64_t>(fallback), min, 1'000'000));
}

}  // namespace

Result<Settings> read_settings(const std::string& path) {
  auto opened = common::YamlReader::open(path);
  if (!opened) return opened.error();
  common::YamlReader& root = opened.value();
  Settings settings;
  settings.common = common::read_common_settings(root);
  settings.node = root.text("node", settings.node);
  settings.listen = root.text("listen", settings.listen);
  settings.advertise = root.text("advertise", settings.advertise);
  settings.group = root.text("group", settings.group);
  settings.session_timeout = root.duration("session_timeout", settings.session_timeout, {1'000}, {300'000});
  settings.policy = root.text("policy", settings.policy);
  common::YamlReader policies = root.map("policies");
  for (const std::string& code : policies.keys()) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(code.data(), code.data() + code.size(), number);
    if (error != std::errc() || end != code.data() + code.size() || number < 100'000 || number > 999'999) {
      policies.fail(code, "is not a region; give its six-digit GB/T 2260 code, such as 320200");
    }
    settings.policies[RegionId(number)] = policies.text(code, "");
  }
  settings.state_dir = root.text("state_dir", settings.state_dir);
  common::YamlReader snapshots = root.map("snapshots");
  settings.snapshots.every_records =
      snapshots.integer("every_records", settings.snapshots.every_records, 1'000, 1'000'000'000);
  settings.snapshots.every = snapshots.duration("every", settings.snapshots.every, {1'000}, {86'400'000});
  common::YamlReader limits = root.map("limits");
  UnitServiceLimits& units = settings.clients.units;
  units.queued_orders = count(limits, "queued_orders", units.queued_orders, 1);
  units.streams = count(limits, "unit_streams", units.streams, 1);
  units.streams_per_address = count(limits, "unit_streams_per_address", units.streams_per_address, 1);
  units.sign_on_within_ms = limits.duration("sign_on_within", {units.sign_on_within_ms}, {1'000}, {300'000}).count;
  units.messages_per_s = limits.integer("unit_messages_per_s", units.messages_per_s, 10, 1'000);
  ConsoleServiceLimits& consoles = settings.clients.consoles;
  consoles.queued_events =
      count(limits, "queued_events", consoles.queued_events, static_cast<std::int64_t>(kResumeEvents) + 2);
  consoles.queued_bytes = static_cast<std::size_t>(
      limits.integer("queued_bytes", static_cast<std::int64_t>(consoles.queued_bytes), 1 << 20, std::int64_t{1} << 30));
  consoles.streams = count(limits, "console_streams", consoles.streams, 1);
  consoles.streams_per_address = count(limits, "console_streams_per_address", consoles.streams_per_address, 1);
  consoles.waiting_calls = count(limits, "waiting_calls", consoles.waiting_calls, 1);
  consoles.calls_per_s = limits.integer("calls_per_s", consoles.calls_per_s, 1, 1'000'000);
  consoles.commands_per_s = limits.integer("commands_per_s", consoles.commands_per_s, 1, 1'000'000);
  settings.clients.opened_streams_per_s =
      limits.integer("opened_streams_per_s", settings.clients.opened_streams_per_s, 10, 1'000'000);
  if (const auto wrong = root.finish()) return *wrong;
  return settings;
}

std::optional<Error> refuse_reload(const Settings& running, const Settings& wanted, const std::string& path) {
  common::Unchanged settings(path);
  settings.same("node", running.node == wanted.node);
  settings.same("listen", running.listen == wanted.listen);
  settings.same("advertise", running.advertise == wanted.advertise);
  settings.same("group", running.group == wanted.group);
  settings.same("session_timeout", running.session_timeout.count == wanted.session_timeout.count);
  settings.same("policy", running.policy == wanted.policy);
  settings.same("state_dir", running.state_dir == wanted.state_dir);
  settings.same("snapshots", running.snapshots == wanted.snapshots);
  settings.same("policies", running.policies == wanted.policies);
  settings.same(running.common, wanted.common);
  return settings.mistakes();
}

}  // namespace dispatch135::dispatchd
