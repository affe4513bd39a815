#include "engine/city/micro_grids.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "engine/base/hash.h"
#include "engine/geo/plane.h"

namespace dispatch135::city {
namespace {

constexpr std::uint64_t kMagic = 0x4449524735333144ULL;  // "D135GRID", little-endian.
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kMostGrids = 4'000'000;
constexpr std::size_t kMostCorners = 10'000;   // Of one outline.
constexpr std::uint32_t kLeastSideE7 = 1'000;  // About 10 m.

Error wrong(const std::string& what) { return {"not a file of micro-grids: " + what}; }

template <typename T>
void append(std::vector<std::byte>& bytes, std::span<const T> values) {
  const auto raw = std::as_bytes(values);
  bytes.insert(bytes.end(), raw.begin(), raw.end());
  bytes.resize((bytes.size() + 7) / 8 * 8);
}

// Takes `count` values off the front, with the padding behind them. False: there are not so many.
template <typename T>
bool take(std::span<const std::byte>& bytes, std::size_t count, std::span<const T>& out) {
  const std::size_t size = (count * sizeof(T) + 7) / 8 * 8;
  if (bytes.size() < size) return false;
  out = {reinterpret_cast<const T*>(bytes.data()), count};
  bytes = bytes.subspan(size);
  return true;
}

// Of the header, as if its checksum were 0, and of all that follows it.
template <typename Header>
std::uint64_t checksum_of(Header header, std::span<const std::byte> rest) {
  header.checksum = 0;
  StateHasher hasher;
  hasher.add(hash_bytes(&header, sizeof header));
  hasher.add(hash_bytes(rest.data(), rest.size()));
  return hasher.value();
}

}  // namespace

std::optional<std::size_t> MicroGrids::square_of(const Header& header, geo::Point point) {
  const std::int64_t dy = std::int64_t{point.latitude_e7} - header.least.latitude_e7;
  const std::int64_t dx = std::int64_t{point.longitude_e7} - header.least.longitude_e7;
  if (dx < 0 || dy < 0) return std::nullopt;
  const std::int64_t row = dy / header.side_e7;
  const std::int64_t column = dx / header.side_e7;
  if (row >= header.rows || column >= header.columns) return std::nullopt;
  return static_cast<std::size_t>(row * header.columns + column);
}

bool MicroGrids::begins_like(std::span<const std::byte> bytes) {
  return bytes.size() >= sizeof kMagic && std::memcmp(bytes.data(), &kMagic, sizeof kMagic) == 0;
}

MicroGrid MicroGrids::at(std::size_t index) const {
  const Record& grid = grids_[index];
  return {grid.code, grid.township, UnitId(grid.worker), outline(grid)};
}

std::optional<MicroGrid> MicroGrids::find(geo::Point point) const {
  const auto square = square_of(header_, point);
  if (!square) return std::nullopt;
  for (std::uint32_t i = begin_[*square]; i < begin_[*square + 1]; ++i) {
    const Record& grid = grids_[entries_[i]];
    if (grid.box.contains(point) && geo::contains(outline(grid), point)) return at(entries_[i]);
  }
  return std::nullopt;
}

Result<MicroGrids> MicroGrids::open(std::span<const std::byte> bytes) {
  MicroGrids out;
  if (bytes.size() < sizeof(Header)) return wrong("too short");
  std::memcpy(&out.header_, bytes.data(), sizeof(Header));
  const Header& header = out.header_;
  if (header.magic != kMagic) return wrong("it begins otherwise");
  if (header.version != kVersion) return wrong("version " + std::to_string(header.version) + "; this reads 1");
  std::span<const std::byte> rest = bytes.subspan(sizeof(Header));
  if (checksum_of(header, rest) != header.checksum) return wrong("the checksum differs");
  out.fingerprint_ = hash_bytes(bytes.data(), bytes.size());
  const std::size_t squares = std::size_t{header.columns} * header.rows;
  if (header.side_e7 == 0 || squares == 0 || squares > kMostGrids * 4) return wrong("the squares make no sense");
  if (!take(rest, header.grids, out.grids_) || !take(rest, header.corners, out.corners_) ||
      !take(rest, squares + 1, out.begin_) || !take(rest, header.entries, out.entries_) || !rest.empty()) {
    return wrong("its size is not that of its parts");
  }
  for (const Record& grid : out.grids_) {
    if (grid.corner_count < 3 || grid.first_corner > header.corners ||
        grid.corner_count > header.corners - grid.first_corner) {
      return wrong("the outline of " + std::to_string(grid.code) + " is out of range");
    }
  }
  if (!std::all_of(out.corners_.begin(), out.corners_.end(), geo::in_range)) return wrong("a corner is out of range");
  if (out.begin_.front() != 0 || out.begin_.back() != header.entries ||
      !std::is_sorted(out.begin_.begin(), out.begin_.end())) {
    return wrong("the squares' lists are out of order");
  }
  if (!std::all_of(out.entries_.begin(), out.entries_.end(), [&](std::uint32_t i) { return i < header.grids; })) {
    return wrong("a square names a micro-grid that is not there");
  }
  return out;
}

Result<std::vector<std::byte>> build_micro_grids(std::span<const MicroGrid> grids) {
  using Header = MicroGrids::Header;
  using Record = MicroGrids::Record;
  if (grids.empty() || grids.size() > kMostGrids) return Error{"micro-grids: must be 1 to 4,000,000"};
  std::vector<MicroGrid> sorted(grids.begin(), grids.end());
  std::sort(sorted.begin(), sorted.end(), [](const MicroGrid& a, const MicroGrid& b) { return a.code < b.code; });
  std::vector<Record> records;
  std::vector<geo::Point> corners;
  for (const MicroGrid& grid : sorted) {
    const std::string name = "micro-grid " + std::to_string(grid.code);
    if (grid.code == 0) return Error{name + ": the code must not be 0"};
    if (!records.empty() && records.back().code == grid.code) return Error{name + ": the code stands twice"};
    if (grid.outline.size() < 3 || grid.outline.size() > kMostCorners) {
      return Error{name + ": must have 3 to 10,000 corners, has " + std::to_string(grid.outline.size())};
    }
    if (!std::all_of(grid.outline.begin(), grid.outline.end(), geo::in_range)) {
      return Error{name + ": a corner is out of range"};
    }
    records.push_back({grid.code, grid.worker.value(), grid.township, static_cast<std::uint32_t>(corners.size()),
                       static_cast<std::uint32_t>(grid.outline.size()), 0, geo::box_around(grid.outline)});
    corners.insert(corners.end(), grid.outline.begin(), grid.outline.end());
  }
  const geo::Box box = geo::box_around(corners);
  Header header;
  header.magic = kMagic;
  header.version = kVersion;
  header.grids = static_cast<std::uint32_t>(records.size());
  header.corners = static_cast<std::uint32_t>(corners.size());
  header.least = box.least;
  // About as many squares as micro-grids.
  const std::uint64_t height =
      static_cast<std::uint64_t>(std::int64_t{box.most.latitude_e7} - box.least.latitude_e7) + 1;
  const std::uint64_t width =
      static_cast<std::uint64_t>(std::int64_t{box.most.longitude_e7} - box.least.longitude_e7) + 1;
  const std::uint64_t longest = std::max(height, width);
  std::uint64_t side = static_cast<std::uint64_t>(geo::floor_sqrt(height * width / records.size())) + 1;
  side = std::max({side, std::uint64_t{kLeastSideE7}, longest / 2'000'000 + 1});
  header.side_e7 = static_cast<std::uint32_t>(side);
  header.columns = static_cast<std::uint32_t>((width - 1) / side + 1);
  header.rows = static_cast<std::uint32_t>((height - 1) / side + 1);
  std::vector<std::vector<std::uint32_t>> squares(std::size_t{header.columns} * header.rows);
  for (std::uint32_t i = 0; i < records.size(); ++i) {
    const std::size_t first = *MicroGrids::square_of(header, records[i].box.least);
    const std::size_t last = *MicroGrids::square_of(header, records[i].box.most);
    for (std::size_t row = first / header.columns; row <= last / header.columns; ++row) {
      for (std::size_t column = first % header.columns; column <= last % header.columns; ++column) {
        squares[row * header.columns + column].push_back(i);
      }
    }
  }
  std::vector<std::uint32_t> begin = {0};
  std::vector<std::uint32_t> entries;
  for (const std::vector<std::uint32_t>& square : squares) {
    entries.insert(entries.end(), square.begin(), square.end());
    begin.push_back(static_cast<std::uint32_t>(entries.size()));
  }
  header.entries = static_cast<std::uint32_t>(entries.size());
  std::vector<std::byte> rest;
  append(rest, std::span<const Record>(records));
  append(rest, std::span<const geo::Point>(corners));
  append(rest, std::span<const std::uint32_t>(begin));
  append(rest, std::span<const std::uint32_t>(entries));
  header.checksum = checksum_of(header, rest);
  std::vector<std::byte> bytes(sizeof(Header));
  std::memcpy(bytes.data(), &header, sizeof(Header));
  bytes.insert(bytes.end(), rest.begin(), rest.end());
  return bytes;
}

}  // namespace dispatch135::city
