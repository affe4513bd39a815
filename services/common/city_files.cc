#include "services/common/city_files.h"

#include <utility>

#include "services/common/mapped_file.h"

namespace dispatch135::common {

struct CityFiles::Entry {
  MappedFile file;
  std::unique_ptr<const city::City> city;  // Reads from `file`, as the next; one of them is null.
  std::unique_ptr<const city::MicroGrids> grids;
};

CityFiles::CityFiles() = default;
CityFiles::~CityFiles() = default;

Result<std::unique_ptr<CityFiles>> CityFiles::open(const std::vector<std::string>& paths) {
  std::unique_ptr<CityFiles> files(new CityFiles());
  for (const auto& path : paths) {
    auto file = MappedFile::open(path);
    if (!file) return Error{file.error().message};
    Entry entry{std::move(file.value()), nullptr, nullptr};
    if (city::MicroGrids::begins_like(entry.file.bytes())) {
      auto grids = city::MicroGrids::open(entry.file.bytes());
      if (!grids) return Error{path + ": " + grids.error().message};
      entry.grids = std::make_unique<const city::MicroGrids>(std::move(grids.value()));
    } else {
      auto city = city::City::open(entry.file.bytes());
      if (!city) return Error{path + ": " + city.error().message};
      entry.city = std::make_unique<const city::City>(std::move(city.value()));
    }
    files->entries_.push_back(std::move(entry));
  }
  return files;
}

const city::City* CityFiles::find(CityFingerprint fingerprint) const {
  for (const auto& entry : entries_) {
    if (entry.city && entry.city->fingerprint() == fingerprint) return entry.city.get();
  }
  return nullptr;
}

const city::MicroGrids* CityFiles::micro_grids(city::GridsFingerprint fingerprint) const {
  for (const auto& entry : entries_) {
    if (entry.grids && entry.grids->fingerprint() == fingerprint) return entry.grids.get();
  }
  return nullptr;
}

const city::City* CityFiles::find(RegionId region) const {
  for (const auto& entry : entries_) {
    for (std::size_t i = 0; entry.city && i < entry.city->region_count(); ++i) {
      if (entry.city->region(i).id == region) return entry.city.get();
    }
  }
  return nullptr;
}

std::vector<const city::City*> CityFiles::all() const {
  std::vector<const city::City*> cities;
  for (const auto& entry : entries_) {
    if (entry.city) cities.push_back(entry.city.get());
  }
  return cities;
}

}  // namespace dispatch135::common
