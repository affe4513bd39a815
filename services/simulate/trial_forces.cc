#include "services/simulate/trial_forces.h"

#include <algorithm>
#include <utility>

#include "engine/city/other_forces.h"
#include "services/citybuild/city_inputs.h"

namespace dispatch135::simulate {
namespace {

v1::UnitKind crew_of(v1::PostKind kind) {
  switch (kind) {
    case v1::POST_KIND_STREET_STATION:
      return v1::UNIT_KIND_STATION_CREW;
    case v1::POST_KIND_RAPID_RESPONSE_POINT:
      return v1::UNIT_KIND_RAPID_RESPONSE_CREW;
    default:
      return v1::UNIT_KIND_OUTPOST_CREW;
  }
}

}  // namespace

Result<std::vector<std::byte>> with_trial_posts(std::span<const std::byte> city_file, const city::City& city,
                                                const std::string& posts_file, bool beside) {
  const auto inputs = citybuild::read_posts(posts_file);
  if (!inputs) return inputs.error();
  std::vector<city::DraftPost> posts;
  std::vector<city::DraftUnit> units;
  std::uint64_t last_unit = 0;
  for (std::uint32_t i = 0; beside && i < city.post_count(); ++i) {
    const city::PostInfo post = city.post(PostIndex(i));
    posts.push_back({post.id, std::string(post.name), post.kind, post.position});
  }
  for (std::uint32_t i = 0; beside && i < city.unit_count(); ++i) {
    const city::UnitInfo unit = city.unit(UnitIndex(i));
    units.push_back({unit.id, city.post(unit.post).id, std::string(unit.call_sign), unit.kind, unit.travel_kind,
                     unit.capabilities});
    last_unit = std::max(last_unit, unit.id.value());
  }
  for (const citybuild::InputPost& input : inputs.value()) {
    posts.push_back(input.post);
    for (std::uint32_t number = 1; number <= std::max(input.units.units, 1U); ++number) {
      units.push_back({UnitId(++last_unit), input.post.id, input.post.name + "-" + std::to_string(number),
                       input.units.unit_kind.value_or(crew_of(input.post.kind)),
                       input.units.travel_kind.value_or(v1::TRAVEL_KIND_CAR_WITH_SIREN),
                       input.units.capabilities.value_or(0)});
    }
  }
  auto made = city::with_other_forces(city_file, city, std::move(posts), std::move(units));
  if (!made) return Error{posts_file + ": " + made.error().message};
  return made;
}

}  // namespace dispatch135::simulate
