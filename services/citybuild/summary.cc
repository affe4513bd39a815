#include "services/citybuild/summary.h"

#include <algorithm>
#include <array>
#include <iomanip>
#include <sstream>

namespace dispatch135::citybuild {
namespace {

template <std::size_t N, typename NameOf>
void print_counts(const char* title, const std::array<std::size_t, N>& counts, std::size_t prefix, NameOf name_of,
                  std::ostream& out) {
  std::size_t sum = 0;
  std::string parts;
  for (std::size_t i = 1; i < N; ++i) {
    sum += counts[i];
    if (counts[i] > 0) {
      parts += (parts.empty() ? "" : ", ") + std::to_string(counts[i]) + " " + word(name_of(i), prefix);
    }
  }
  out << std::left << std::setw(13) << title << sum << (parts.empty() ? "" : ": ") << parts << '\n';
}

std::string travel_word(road::TravelKind kind) {
  const auto value = static_cast<v1::TravelKind>(static_cast<int>(kind) + v1::TRAVEL_KIND_CAR);
  return word(v1::TravelKind_Name(value), sizeof("TRAVEL_KIND_") - 1);
}

void print_roads(const road::Network& roads, std::ostream& out) {
  std::uint64_t length_mm = 0;
  for (const road::Edge& edge : roads.edges) {
    length_mm += edge.length_mm;
  }
  std::size_t dear = 0;
  std::size_t forbidden = 0;
  for (const road::Arc& arc : roads.out_arcs) {
    const auto& ms = roads.turn_ms[arc.turn];
    (std::find(ms.begin(), ms.end(), road::kNoEntry) == ms.end() ? dear : forbidden) += arc.turn != 0 ? 1U : 0U;
  }
  out << std::left << std::setw(13) << "roads" << roads.junctions.size() << " junctions, " << roads.edges.size()
      << " edges, " << length_mm / 1'000'000 << " km\n"
      << std::setw(13) << "turns" << roads.approaches() << " approaches with " << roads.out_arcs.size()
      << " ways on: " << dear << " cost somebody time, " << forbidden << " are forbidden to somebody\n";
}

}  // namespace

std::string word(const std::string& enum_name, std::size_t prefix) {
  std::string result = enum_name.substr(prefix);
  for (char& c : result) {
    c = c == '_' ? ' ' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return result;
}

double seconds(DurationMs time) { return static_cast<double>(time.count) / 1000.0; }

std::string fingerprint_text(CityFingerprint fingerprint) {
  std::ostringstream text;
  text << std::hex << std::setw(16) << std::setfill('0') << fingerprint.value();
  return text.str();
}

void print_summary(const city::City& city, std::ostream& out) {
  out << std::left << std::setw(13) << "city" << city.name() << '\n'
      << std::setw(13) << "fingerprint" << fingerprint_text(city.fingerprint()) << '\n';
  for (std::size_t i = 0; i < city.region_count(); ++i) {
    out << std::setw(13) << "region" << city.region(i).id.value() << ' ' << city.region(i).name << '\n';
  }
  out << std::setw(13) << "districts" << city.district_count();
  for (std::size_t i = 0; i < city.district_count(); ++i) {
    out << (i == 0 ? ": " : ", ") << city.district(i).id.value() << ' ' << city.district(i).name;
  }
  out << '\n';
  print_roads(city.roads(), out);

  std::array<std::size_t, v1::PostKind_ARRAYSIZE> posts{};
  for (std::uint32_t i = 0; i < city.post_count(); ++i) {
    ++posts[static_cast<std::size_t>(city.post(PostIndex(i)).kind)];
  }
  print_counts(
      "posts", posts, sizeof("POST_KIND_") - 1,
      [](std::size_t i) { return v1::PostKind_Name(static_cast<v1::PostKind>(i)); }, out);
  std::array<std::size_t, v1::TravelKind_ARRAYSIZE> units{};
  for (std::uint32_t i = 0; i < city.unit_count(); ++i) {
    ++units[static_cast<std::size_t>(city.unit(UnitIndex(i)).travel_kind)];
  }
  print_counts(
      "units", units, sizeof("TRAVEL_KIND_") - 1,
      [](std::size_t i) { return v1::TravelKind_Name(static_cast<v1::TravelKind>(i)); }, out);
  std::array<std::size_t, v1::PlaceClass_ARRAYSIZE> places{};
  for (std::size_t i = 0; i < city.place_count(); ++i) {
    ++places[static_cast<std::size_t>(city.place(i).place_class)];
  }
  print_counts(
      "places", places, sizeof("PLACE_CLASS_") - 1,
      [](std::size_t i) { return v1::PlaceClass_Name(static_cast<v1::PlaceClass>(i)); }, out);
}

void report_kept(const city::KeptPart& kept, Report& report) {
  report.done("connect", std::to_string(kept.junctions) + " of " + std::to_string(kept.junctions_before) +
                             " junctions and " + std::to_string(kept.edges) + " of " +
                             std::to_string(kept.edges_before) + " edges are kept");
  for (const road::TravelKind kind : road::kAllTravelKinds) {
    const city::KeptKind& part = kept.kinds[static_cast<std::size_t>(kind)];
    if (part.components == 0) {
      continue;
    }
    constexpr std::uint64_t kKmMm = 1'000'000;
    report.note("  by " + travel_word(kind) + ": " + std::to_string(part.edges) + " of " +
                std::to_string(part.edges_before) + " edges, " + std::to_string(part.length_mm / kKmMm) + " of " +
                std::to_string(part.length_before_mm / kKmMm) + " km; the largest of " +
                std::to_string(part.components) + " parts");
  }
}

}  // namespace dispatch135::citybuild
