#include "engine/road/customize.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "engine/base/check.h"
#include "engine/road/wide_loops.h"

namespace dispatch135::road {

namespace {

// Eight times side by side. (Compilers do not find by themselves that ten are two overlapping eights.)
using Eight = std::int32_t __attribute__((vector_size(32)));
constexpr std::size_t kTimes = kTravelKinds * 2;
constexpr std::size_t kSecond = (kTimes - 8) * sizeof(std::int32_t);  // Where the second eight of a link begins.
static_assert(sizeof(LinkMs) == kTimes * sizeof(std::int32_t) && kTimes >= 8 && kTimes <= 16);

const std::byte* bytes_of(const LinkMs& link) { return reinterpret_cast<const std::byte*>(&link); }

// take_detour() for all pairs of links of a node.
D135_WIDE_LOOPS void take_detours_over(const Hierarchy& hierarchy, std::uint32_t over, std::span<LinkMs> ms) {
  const std::size_t end = hierarchy.nodes[over + 1].first_link;
  for (std::size_t a = hierarchy.nodes[over].first_link; a < end; ++a) {
    const LinkMs turned = {ms[a].down, ms[a].up};
    Eight a_first;
    Eight a_second;
    std::memcpy(&a_first, bytes_of(turned), sizeof(Eight));
    std::memcpy(&a_second, bytes_of(turned) + kSecond, sizeof(Eight));
    // Both lists rise, and what the node is linked with above `a` is linked with `a`.
    std::size_t between = hierarchy.nodes[hierarchy.link_up_to[a]].first_link;
    for (std::size_t b = a + 1; b < end; ++b, ++between) {
      while (hierarchy.link_up_to[between] != hierarchy.link_up_to[b]) ++between;
      auto* const best = reinterpret_cast<std::byte*>(&ms[between]);
      Eight first;
      Eight second;
      Eight best_first;
      Eight best_second;
      std::memcpy(&first, bytes_of(ms[b]), sizeof(Eight));
      std::memcpy(&second, bytes_of(ms[b]) + kSecond, sizeof(Eight));
      std::memcpy(&best_first, best, sizeof(Eight));
      std::memcpy(&best_second, best + kSecond, sizeof(Eight));
      first += a_first;
      second += a_second;
      best_first = first < best_first ? first : best_first;
      best_second = second < best_second ? second : best_second;
      std::memcpy(best, &best_first, sizeof(Eight));
      std::memcpy(best + kSecond, &best_second, sizeof(Eight));
    }
  }
}

}  // namespace

std::vector<std::uint32_t> links_of_arcs(const Network& network) {
  const Hierarchy& hierarchy = network.hierarchy;
  std::vector<std::uint32_t> links;
  links.reserve(network.out_arcs.size());
  for (std::uint32_t approach = 0; approach < network.approaches(); ++approach) {
    for (const Arc& arc : network.arcs_from(approach)) {
      const auto [lower, upper] = std::minmax(hierarchy.node_of[approach], hierarchy.node_of[arc.approach]);
      if (lower == upper) {
        links.push_back(kNoLink);
        continue;
      }
      const auto begin = hierarchy.link_up_to.begin() + hierarchy.nodes[lower].first_link;
      const auto end = hierarchy.link_up_to.begin() + hierarchy.nodes[lower + 1].first_link;
      const auto found = std::lower_bound(begin, end, upper);
      D135_CHECK(found != end && *found == upper, "every arc has its link");
      links.push_back(static_cast<std::uint32_t>(found - hierarchy.link_up_to.begin()));
    }
  }
  return links;
}

void customize(const Network& network, std::span<const std::uint32_t> links, std::span<LinkMs> ms) {
  const Hierarchy& hierarchy = network.hierarchy;
  D135_CHECK(ms.size() == hierarchy.link_up_to.size(), "times for every link");
  std::fill(ms.begin(), ms.end(), LinkMs{});
  for (std::uint32_t approach = 0; approach < network.approaches(); ++approach) {
    for (std::uint32_t i = network.out_begin[approach]; i < network.out_begin[approach + 1]; ++i) {
      const Arc& arc = network.out_arcs[i];
      const bool up = hierarchy.node_of[approach] < hierarchy.node_of[arc.approach];
      if (links[i] != kNoLink) take_arc(network, arc, up, ms[links[i]]);
    }
  }
  // Lower nodes first, so that the links of each are final when ways over it are tried.
  for (std::uint32_t node = 0; node < hierarchy.size(); ++node) take_detours_over(hierarchy, node, ms);
}

}  // namespace dispatch135::road
