// The city files and files of micro-grids that a process was given, open and mapped. Immutable; any thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/core/engine.h"

namespace dispatch135::common {

class CityFiles final : public core::CityCatalog {
 public:
  // A file is what it begins like. Errors name the file.
  static Result<std::unique_ptr<CityFiles>> open(const std::vector<std::string>& paths);
  ~CityFiles() override;

  const city::City* find(CityFingerprint fingerprint) const override;
  const city::MicroGrids* micro_grids(city::GridsFingerprint fingerprint) const override;
  // The first file, in the order given, that has the region. Null: none.
  const city::City* find(RegionId region) const;
  // In the order given.
  std::vector<const city::City*> all() const;

 private:
  struct Entry;
  CityFiles();
  std::vector<Entry> entries_;
};

}  // namespace dispatch135::common
