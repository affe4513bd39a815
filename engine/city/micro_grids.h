// The micro-grids (微网格) of a region or province: who looks after which piece of ground. Read in place from the bytes
// of a file (docs/formats/micro-grids.md). Immutable, shared by all threads; the bytes must outlive it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/geo/point.h"
#include "engine/geo/polygon.h"

namespace dispatch135::city {

using GridsFingerprint = StrongId<struct GridsTag, std::uint64_t>;  // XXH3-64 of the file's content.

struct MicroGrid {
  std::uint64_t code = 0;      // In the hierarchy township - village - grid - micro-grid; not 0.
  std::uint32_t township = 0;  // Code of its township or street, 9 digits; 0: none known.
  UnitId worker;               // Its grid worker; 0: none.
  std::span<const geo::Point> outline;
};

class MicroGrids {
 public:
  // Checks magic, version, sizes, checksum and that every index is in range: what opens can be used without further
  // care. The bytes must start at a multiple of 8.
  static Result<MicroGrids> open(std::span<const std::byte> bytes);
  // Nothing else of ours begins so.
  static bool begins_like(std::span<const std::byte> bytes);

  GridsFingerprint fingerprint() const { return GridsFingerprint(fingerprint_); }
  std::size_t size() const { return grids_.size(); }
  // By code.
  MicroGrid at(std::size_t index) const;
  // The one whose outline contains the point; where several do (on a border), the one with the lowest code. Nothing:
  // none does.
  std::optional<MicroGrid> find(geo::Point point) const;

 private:
  friend Result<std::vector<std::byte>> build_micro_grids(std::span<const MicroGrid> grids);

  // Squares of degrees over all outlines; each knows the micro-grids whose box touches it.
  struct Header {
    std::uint64_t magic = 0;
    std::uint32_t version = 0;
    std::uint32_t grids = 0;
    std::uint32_t corners = 0;
    std::uint32_t columns = 0;
    std::uint32_t rows = 0;
    std::uint32_t entries = 0;
    geo::Point least;            // Corner of the first square.
    std::uint32_t side_e7 = 0;   // Of a square, in both directions.
    std::uint32_t reserved = 0;  // 0.
    std::uint64_t checksum = 0;  // Of the header without it and of all that follows.
  };
  static_assert(sizeof(Header) == 56);
  struct Record {
    std::uint64_t code = 0;
    std::uint64_t worker = 0;
    std::uint32_t township = 0;
    std::uint32_t first_corner = 0;
    std::uint32_t corner_count = 0;
    std::uint32_t reserved = 0;  // 0.
    geo::Box box;
  };
  static_assert(sizeof(Record) == 48);

  // The square of a point within them; nothing outside.
  static std::optional<std::size_t> square_of(const Header& header, geo::Point point);
  std::span<const geo::Point> outline(const Record& grid) const {
    return corners_.subspan(grid.first_corner, grid.corner_count);
  }

  Header header_;
  std::uint64_t fingerprint_ = 0;
  std::span<const Record> grids_;  // By code.
  std::span<const geo::Point> corners_;
  std::span<const std::uint32_t> begin_;    // Square -> its first entry; one more than there are squares.
  std::span<const std::uint32_t> entries_;  // Into grids_, rising within a square.
};

// The file's bytes. Error: which micro-grid is wrong and how: fewer than 3 corners or more than 10,000, a corner out of
// range, a code that is 0 or stands twice, none at all, more than 4,000,000.
Result<std::vector<std::byte>> build_micro_grids(std::span<const MicroGrid> grids);

}  // namespace dispatch135::city
