#include "engine/core/engine_state.h"

#include <string>
#include <utility>

#include "engine/base/hash.h"
#include "engine/state/dumper.h"
#include "engine/state/loader.h"
#include "engine/state/saver.h"
#include "engine/state/summer.h"

namespace dispatch135::core {
namespace {

constexpr std::string_view kMagic = "D135STAT";

// What the first bytes say of all that follow.
struct Head {
  std::uint32_t format = state::kFormat;
  std::uint32_t partition = 0;

  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("format", x.format);
    a("partition", x.partition);
  }
};

bool contains(const city::City& city, RegionId id) {
  for (std::size_t i = 0; i < city.region_count(); ++i) {
    if (city.region(i).id == id) return true;
  }
  return false;
}

}  // namespace

template <typename Archive, typename Self>
void Engine::State::fields(Archive& a, Self& x) {
  a("now", x.shared.now);
  a("assignments", x.shared.assignments);
  a("requests", x.shared.requests);
  a("behaviour", x.shared.behaviour);
  a("next_offset", x.next_offset);
  a("timers", x.shared.timers);
  a("source_offsets", x.source_offsets);
  a("heard", x.heard);
  a("leader", x.leader);
  a("held", x.held);
  std::map<RegionId, CityFingerprint> cities;
  for (const auto& [id, region] : x.regions) cities.emplace(id, region.city().fingerprint());
  a("cities", cities);
  if constexpr (Archive::kLoading) {
    if (x.shared.behaviour > kNewestBehaviour) a.fail("a newer level of behaviour than this engine knows");
    for (const auto& [id, fingerprint] : cities) {
      const city::City* city = x.catalog->find(fingerprint);
      if (city == nullptr || !contains(*city, id)) {
        return a.fail("a city file that this node does not have, of region " + std::to_string(id.value()));
      }
      x.regions.try_emplace(id, id, *city, x.shared);
    }
  }
  if constexpr (Archive::kSumming) {
    for (const auto& [id, region] : x.regions) a.inside(std::to_string(id.value()), region);
  } else {
    auto next = x.regions.begin();
    a.each("regions", x.regions.size(), [&](std::size_t) { a("region", (next++)->second); });
  }
}

void Engine::save(std::string& out) const {
  state::Saver saver;
  saver.save(Head{.partition = state_->shared.partition});
  saver.save(*state_);
  out += kMagic;
  out += saver.bytes();
}

Result<Engine> Engine::restore(std::uint32_t partition, const CityCatalog& cities, std::string_view bytes) {
  if (!bytes.starts_with(kMagic)) return Error{"not the state of an engine"};
  state::Loader loader(bytes.substr(kMagic.size()), state::kFormat);
  Head head;
  loader.load(head);
  if (!loader.ok()) return Error{"the state cannot be read: " + loader.error()};
  if (head.format != state::kFormat) {
    return Error{"the state has format " + std::to_string(head.format) + "; this engine reads " +
                 std::to_string(state::kFormat)};
  }
  if (head.partition != partition) {
    return Error{"the state is of partition " + std::to_string(head.partition) + ", not " + std::to_string(partition)};
  }
  Engine engine(partition, cities);
  loader.load(*engine.state_);
  if (loader.ok() && !loader.at_end()) loader.fail("more bytes than the state has");
  if (!loader.ok()) return Error{"the state cannot be read: " + loader.error()};
  return engine;
}

void Engine::dump(std::ostream& out) const {
  state::Dumper dumper(out);
  State::fields(dumper, std::as_const(*state_));
}

std::vector<Engine::Basis> Engine::basis() const {
  std::vector<Basis> all;
  for (const auto& [id, region] : state_->regions) {
    Basis& basis = all.emplace_back(Basis{.region = id, .city = region.city().fingerprint()});
    if (!region.has_policy()) continue;
    basis.policy = region.policy_hash();
    basis.micro_grids = region.policy_message().matters().micro_grids();
  }
  return all;
}

v1::StateHashed Engine::State::hashed(state::Summer::How how) const {
  state::Summer summer(how);
  fields(summer, *this);
  v1::StateHashed out;
  StateHasher all;
  all.add(shared.partition);
  for (const auto& [name, hash] : summer.parts()) {
    v1::PartHash& part = *out.add_parts();
    part.set_name(name);
    part.set_hash(hash);
    all.add(std::string_view(name));
    all.add(hash);
  }
  out.set_hash(all.value());
  return out;
}

std::uint64_t Engine::state_hash() const { return state_->hashed(state::Summer::How::kChanges).hash(); }
std::uint64_t Engine::walked_state_hash() const { return state_->hashed(state::Summer::How::kWholeWalk).hash(); }

std::vector<v1::PartHash> Engine::part_hashes() const {
  const v1::StateHashed hashed = state_->hashed(state::Summer::How::kChanges);
  return {hashed.parts().begin(), hashed.parts().end()};
}

}  // namespace dispatch135::core
