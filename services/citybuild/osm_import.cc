#include "services/citybuild/osm_import.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "engine/base/limits.h"
#include "engine/geo/plane.h"
#include "services/citybuild/city_inputs.h"
#include "services/citybuild/forces.h"
#include "services/citybuild/local_plane.h"
#include "services/citybuild/osm_network.h"
#include "services/citybuild/osm_read.h"
#include "services/citybuild/osm_turns.h"
#include "services/citybuild/outlines.h"
#include "services/citybuild/prng.h"
#include "services/citybuild/profile.h"
#include "services/citybuild/summary.h"
#include "services/citybuild/table.h"
#include "services/citybuild/turns.h"

namespace dispatch135::citybuild {
namespace {

// "12 ferry, 3 area": how many of each reason there are.
template <typename Reason, std::size_t N>
std::string counts_line(const std::array<std::uint64_t, N>& counts) {
  std::string line;
  for (std::size_t i = 0; i < N; ++i) {
    line += (i == 0 ? "" : ", ") + std::to_string(counts[i]) + " " + to_text(static_cast<Reason>(i));
  }
  return line;
}

constexpr std::int64_t kMarginMm = 1'000'000;  // Of the region around its streets, when no outline is given.
constexpr std::string_view kSpread = "spread:";
constexpr std::uint32_t kMostSpread = 9'999;

std::string read_line(const OsmData& data) {
  std::string line = std::to_string(data.ways.size()) + " ways with " + std::to_string(data.node_ids.size()) +
                     " nodes, " + std::to_string(data.crossings.size()) +
                     " crossings and barriers; passed over: " + counts_line<WayDrop>(data.dropped);
  if (data.missing_nodes > 0) {
    line += "; " + std::to_string(data.missing_nodes) + " nodes are not in the file";
  }
  return line;
}

std::string turns_line(const city::CityDraft& draft, const TurnPlan& plan, const RestrictionCounts& counts) {
  return std::to_string(draft.turns.size()) + " turns and " + std::to_string(draft.forbidden_ways.size()) +
         " forbidden ways from " + std::to_string(counts.used) + " restrictions and " +
         std::to_string(plan.barred.size()) +
         " turns past barriers; restrictions passed over: " + counts_line<RestrictionDrop>(counts.dropped);
}

bool near_a_junction(geo::Point point, const city::CityDraft& draft) {
  const LocalPlane plane(point);
  return std::any_of(draft.junctions.begin(), draft.junctions.end(), [&](geo::Point junction) {
    return geo::distance_mm(geo::PlanePoint{}, plane.to_plane(junction)) <= limits::kSnapLimitMm / 2;
  });
}

// Police stations of the map that are on its roads; those beyond its border are passed over.
Result<std::uint64_t> add_police(const OsmData& data, RegionId region, city::CityDraft& draft) {
  std::uint64_t passed_over = 0;
  for (const auto& feature : data.features) {
    if (!feature.police) {
      continue;
    }
    if (!near_a_junction(feature.position, draft)) {
      ++passed_over;
      continue;
    }
    const std::uint64_t number = draft.posts.size() + 1;
    const std::string name = feature.name.empty() ? "Police " + std::to_string(number) : feature.name;
    draft.posts.push_back({PostId(std::uint64_t{region.value()} * 10'000 + number), name, v1::POST_KIND_STREET_STATION,
                           feature.position});
  }
  if (draft.posts.empty()) {
    return Error{"the map has no amenity=police on its roads; give --posts FILE, or --posts spread:N"};
  }
  return passed_over;
}

Result<std::uint32_t> spread_count(const std::string& posts) {
  std::uint32_t count = 0;
  const char* const end = posts.data() + posts.size();
  const auto parsed = std::from_chars(posts.data() + kSpread.size(), end, count);
  if (parsed.ec != std::errc() || parsed.ptr != end || count < 1 || count > kMostSpread) {
    return Error{"--posts " + posts + ": expected spread:N with N from 1 to " + std::to_string(kMostSpread)};
  }
  return count;
}

// Adds the posts and says what their units shall be (empty: whatever is drawn).
Result<std::vector<UnitWish>> add_posts_as_told(const OsmOptions& options, const OsmData& data, Prng& prng,
                                                Report& report, city::CityDraft& draft) {
  std::vector<UnitWish> wishes;
  if (options.posts == "osm") {
    const auto passed_over = add_police(data, options.region, draft);
    if (!passed_over) {
      return passed_over.error();
    }
    report.done("posts", std::to_string(draft.posts.size()) + " amenity=police; " +
                             std::to_string(passed_over.value()) + " more are far from the roads");
    return wishes;
  }
  if (options.posts.starts_with(kSpread)) {
    const auto count = spread_count(options.posts);
    if (!count) {
      return count.error();
    }
    add_spread_posts(options.region, count.value(), prng, draft);
    report.done("posts", std::to_string(count.value()) + " spread over the roads");
    return wishes;
  }
  auto posts = read_posts(options.posts);
  if (!posts) {
    return posts.error();
  }
  if (posts.value().empty()) {
    return Error{options.posts + ": has no post"};
  }
  for (auto& input : posts.value()) {
    draft.posts.push_back(std::move(input.post));
    wishes.push_back(input.units);
  }
  report.done("posts", std::to_string(draft.posts.size()) + " from " + options.posts);
  return wishes;
}

std::optional<Error> add_places_as_told(const OsmOptions& options, const OsmData& data, Report& report,
                                        city::CityDraft& draft) {
  if (options.places != "osm") {
    auto places = read_places(options.places);
    if (!places) {
      return places.error();
    }
    draft.places = std::move(places.value());
    report.done("places", std::to_string(draft.places.size()) + " from " + options.places);
    return std::nullopt;
  }
  for (const auto& feature : data.features) {
    if (feature.place_class != v1::PLACE_CLASS_UNSPECIFIED) {
      draft.places.push_back({feature.name, feature.place_class, feature.position});
    }
  }
  report.done("places", std::to_string(draft.places.size()) + " from the map");
  return std::nullopt;
}

std::optional<Error> add_outlines(const OsmOptions& options, city::CityDraft& draft) {
  InputOutlines outlines;
  if (!options.districts.empty()) {
    const auto text = read_text(options.districts);
    if (!text) {
      return text.error();
    }
    auto parsed = parse_outlines(text.value(), options.districts, options.region);
    if (!parsed) {
      return parsed.error();
    }
    outlines = std::move(parsed.value());
  }
  if (outlines.region.empty()) {
    std::vector<geo::Point> corners;
    for (const auto& district : outlines.districts) {
      corners.insert(corners.end(), district.outline.begin(), district.outline.end());
    }
    outlines.region = box_around(draft, corners, kMarginMm);
  }
  draft.regions.push_back({options.region, options.name, std::move(outlines.region)});
  draft.districts = std::move(outlines.districts);
  return std::nullopt;
}

}  // namespace

Result<city::CityDraft> import_osm(const OsmOptions& options, Report& report) {
  const auto profiles =
      options.profiles.empty() ? Result<Profiles>(preset_profiles()) : read_profiles(options.profiles);
  if (!profiles) {
    return profiles.error();
  }
  const auto read =
      read_osm(options.pbf, profiles.value(), [&report](int percent) { report.progress("read", percent); });
  if (!read) {
    return read.error();
  }
  const OsmData& data = read.value();
  report.done("read", read_line(data));
  city::CityDraft draft;
  draft.name = options.name;
  const OsmNetwork network = add_osm_network(data, draft);
  report.done("network",
              std::to_string(draft.junctions.size()) + " junctions, " + std::to_string(draft.edges.size()) + " edges");
  if (draft.edges.empty()) {
    return Error{options.pbf + ": has no road for any kind of travel that has a profile (of " +
                 std::to_string(data.ways.size()) + " ways); is it an extract without highways, or without nodes?"};
  }
  TurnPlan plan;
  const RestrictionCounts restrictions = plan_osm_turns(data, network, draft, plan);
  list_turns(profiles.value(), plan, draft);
  report.done("turns", turns_line(draft, plan, restrictions));
  report_kept(city::keep_connected(draft), report);
  if (auto error = add_outlines(options, draft)) {
    return *error;
  }
  if (auto error = add_places_as_told(options, data, report, draft)) {
    return *error;
  }
  Prng prng(options.seed);
  const auto wishes = add_posts_as_told(options, data, prng, report, draft);
  if (!wishes) {
    return wishes.error();
  }
  add_units(options.region, std::to_string(options.region.value()), options.units_per_post, wishes.value(), prng,
            draft);
  return draft;
}

}  // namespace dispatch135::citybuild
