// Golden logs: what an engine was fed and what it decided then, kept so that every later engine decides the same. Each
// is a folder: city.d135 (the city file), grids.d135 (its micro-grids, where the policy names them), log.rec
// (docs/formats/recorded-log.md), decisions.txt (one line for each record: the last 32 bits of XXH3-64 over its
// decisions' bytes, in hexadecimal).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "dispatch135/v1/decision.pb.h"
#include "dispatch135/v1/log.pb.h"
#include "engine/base/time.h"
#include "engine/city/micro_grids.h"

namespace dispatch135::golden {

// The line of decisions.txt.
std::string digest_of(std::span<const v1::Decision> decisions);

// Keeps a log while a test runs, and writes it when the test is over.
class GoldenRecorder {
 public:
  // Null unless the environment has D135_RECORD: the folder to write into. The log's folder there is named after the
  // running test, with a count when that has several.
  static std::unique_ptr<GoldenRecorder> of_this_test(std::span<const std::byte> city, std::uint32_t partition,
                                                      const city::MicroGrids* grids = nullptr);
  ~GoldenRecorder();
  GoldenRecorder(const GoldenRecorder&) = delete;
  GoldenRecorder& operator=(const GoldenRecorder&) = delete;
  void add(const v1::LogRecord& record, std::uint64_t offset, TimeMs timestamp,
           std::span<const v1::Decision> decisions);

 private:
  struct Fed {
    std::string value;
    std::uint64_t offset = 0;
    TimeMs timestamp;
    std::string digest;
  };
  GoldenRecorder(std::string folder, std::span<const std::byte> city, std::uint32_t partition)
      : folder_(std::move(folder)), city_(city.begin(), city.end()), partition_(partition) {}

  std::string folder_;
  std::vector<std::byte> city_;
  std::vector<std::byte> grids_;  // Empty: none.
  std::uint32_t partition_;
  std::vector<Fed> fed_;
};

}  // namespace dispatch135::golden
