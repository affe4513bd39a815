// chokes: where a target on the move can be stopped, out of OpenStreetMap, as a file for a policy.
#include <algorithm>
#include <cstdio>
#include <span>
#include <string>

#include "engine/base/limits.h"
#include "services/citybuild/commands.h"
#include "services/citybuild/osm_chokes.h"
#include "services/citybuild/output_file.h"

namespace dispatch135::citybuild {
namespace {

const char* word_of(v1::ChokePoint::Kind kind) {
  switch (kind) {
    case v1::ChokePoint::KIND_BRIDGE:
      return "bridge";
    case v1::ChokePoint::KIND_TUNNEL:
      return "tunnel";
    case v1::ChokePoint::KIND_RAMP:
      return "ramp";
    default:
      return "gate";
  }
}

// Between double quotes of YAML, cut to what a policy takes, between two characters.
std::string quoted(const std::string& name) {
  std::size_t size = std::min(name.size(), limits::kChokePointNameBytes);
  while (size < name.size() && size > 0 && (static_cast<unsigned char>(name[size]) & 0xc0U) == 0x80U) --size;
  std::string text = "\"";
  for (const char c : name.substr(0, size)) {
    if (c == '"' || c == '\\') text += '\\';
    text += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return text + "\"";
}

std::string degrees(std::int32_t e7) {
  char text[32];
  std::snprintf(text, sizeof text, "%.7f", e7 / 1e7);
  return text;
}

}  // namespace

std::optional<Error> run_chokes(const ChokesOptions& options) {
  const Result<Chokes> found =
      read_chokes(options.osm, {options.least_length_m, options.merge_m, limits::kChokePoints});
  if (!found) return found.error();
  std::string text = "# Where a target on the move can be stopped, of OpenStreetMap.\nchoke_points:\n";
  if (found.value().kept.empty()) text = "choke_points: []\n";
  std::size_t id = 0;
  for (const Choke& choke : found.value().kept) {
    const std::string number = std::to_string(++id);
    const std::string name = choke.name.empty() ? word_of(choke.kind) + (" " + number) : choke.name;
    text += "  - {id: " + number + ", name: " + quoted(name) + ", kind: " + word_of(choke.kind) +
            ", latitude: " + degrees(choke.position.latitude_e7) +
            ", longitude: " + degrees(choke.position.longitude_e7) + "}\n";
  }
  if (auto failed = write_whole(options.out, std::as_bytes(std::span(text)))) return failed;
  std::printf("%s: %zu choke points", options.out.c_str(), found.value().kept.size());
  if (found.value().left_out != 0) std::printf("; %zu shorter ones were left out", found.value().left_out);
  std::printf("\n");
  return std::nullopt;
}

}  // namespace dispatch135::citybuild
