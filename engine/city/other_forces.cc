#include "engine/city/other_forces.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>

#include "engine/base/limits.h"
#include "engine/city/file_writer.h"

namespace dispatch135::city {
namespace {

std::string named(const DraftPost& post) { return "post " + std::to_string(post.id.value()) + " (" + post.name + ")"; }
std::string named(const DraftUnit& unit) {
  return "unit " + std::to_string(unit.id.value()) + " (" + unit.call_sign + ")";
}

// By id, each once.
template <typename Draft>
std::optional<Error> put_in_order(std::vector<Draft>& drafts) {
  std::sort(drafts.begin(), drafts.end(), [](const Draft& a, const Draft& b) { return a.id < b.id; });
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    if (drafts[i].id.value() == 0) return Error{named(drafts[i]) + " has the id 0, which names nothing"};
    if (i > 0 && drafts[i].id == drafts[i - 1].id) {
      return Error{named(drafts[i]) + " has the id of " + named(drafts[i - 1])};
    }
  }
  return std::nullopt;
}

class Text {
 public:
  explicit Text(std::span<const std::byte> before) : bytes_(before.begin(), before.end()) {}
  format::TextRef add(const std::string& text) {
    const format::TextRef ref{static_cast<std::uint32_t>(bytes_.size()), static_cast<std::uint32_t>(text.size())};
    const auto added = std::as_bytes(std::span(text));
    bytes_.insert(bytes_.end(), added.begin(), added.end());
    return ref;
  }
  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
};

Result<std::vector<format::PostRecord>> post_records(const City& city, const std::vector<DraftPost>& posts,
                                                     Text& text) {
  std::vector<format::PostRecord> records;
  for (const DraftPost& post : posts) {
    if (post.kind == v1::POST_KIND_UNSPECIFIED || !v1::PostKind_IsValid(post.kind)) {
      return Error{named(post) + " has no kind"};
    }
    const auto region = city.region_at(post.position);
    if (!region) return Error{named(post) + " lies in no region"};
    const auto district = city.district_at(post.position);
    records.push_back({post.id.value(), text.add(post.name), post.position, static_cast<std::uint32_t>(post.kind),
                       region->value(), district ? district->value() : 0, 0});
  }
  return records;
}

Result<std::vector<format::UnitRecord>> unit_records(const City& city, const std::vector<DraftPost>& posts,
                                                     const std::vector<DraftUnit>& units, Text& text) {
  std::vector<format::UnitRecord> records;
  for (const DraftUnit& unit : units) {
    const auto post = std::lower_bound(posts.begin(), posts.end(), unit.post,
                                       [](const DraftPost& p, PostId id) { return p.id < id; });
    if (post == posts.end() || post->id != unit.post) {
      return Error{named(unit) + " belongs to post " + std::to_string(unit.post.value()) + ", which does not exist"};
    }
    if (unit.kind == v1::UNIT_KIND_UNSPECIFIED || !v1::UnitKind_IsValid(unit.kind)) {
      return Error{named(unit) + " has no kind"};
    }
    if (unit.travel_kind == v1::TRAVEL_KIND_UNSPECIFIED || !v1::TravelKind_IsValid(unit.travel_kind)) {
      return Error{named(unit) + " has no kind of travel"};
    }
    if (!city.roads().snap(post->position, to_road(unit.travel_kind), limits::kSnapLimitMm)) {
      return Error{named(*post) + " is more than " + std::to_string(limits::kSnapLimitMm / 1'000) +
                   " m from any road for " + named(unit)};
    }
    records.push_back({unit.id.value(), text.add(unit.call_sign), static_cast<std::uint32_t>(post - posts.begin()),
                       static_cast<std::uint32_t>(unit.kind), static_cast<std::uint32_t>(unit.travel_kind),
                       unit.capabilities});
  }
  return records;
}

}  // namespace

Result<std::vector<std::byte>> with_other_forces(std::span<const std::byte> file, const City& city,
                                                 std::vector<DraftPost> posts, std::vector<DraftUnit> units) {
  if (const auto problem = put_in_order(posts)) return *problem;
  if (const auto problem = put_in_order(units)) return *problem;
  format::SectionTable table;
  std::memcpy(&table, file.data() + sizeof(format::Header), sizeof(table));
  const auto content = [&](const format::SectionEntry& entry) { return file.subspan(entry.offset, entry.size); };
  // Names are added behind those that are there; what nobody names any more stays.
  Text text(content(table[static_cast<std::size_t>(format::Section::kText) - 1]));
  const auto post_section = post_records(city, posts, text);
  if (!post_section) return post_section.error();
  const auto unit_section = unit_records(city, posts, units, text);
  if (!unit_section) return unit_section.error();

  format::FileWriter out;
  for (const format::SectionEntry& entry : table) {
    const auto section = static_cast<format::Section>(entry.id);
    if (section == format::Section::kText) {
      out.add(section, text.bytes());
    } else if (section == format::Section::kPosts) {
      out.add(section, post_section.value());
    } else if (section == format::Section::kUnits) {
      out.add(section, unit_section.value());
    } else {
      out.add(section, content(entry));
    }
  }
  return std::move(out).finish();
}

}  // namespace dispatch135::city
