// Holds a history against the promises I1 to I4. Feed all records and diary lines in any order between topics (in
// offset order within a partition), then ask once.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/oracle/history.h"

namespace dispatch135::oracle {

class HistoryChecker {
 public:
  void on_record(const Record& record);
  void on_diary(const DiaryEntry& entry) { diary_.push_back(entry); }
  // The log record at `at` came late by no fault of the leader: the log could not be written before, or the broker's
  // clock jumped. What it decides late is no finding.
  void may_be_late(const Place& at) { may_be_late_.insert(at); }
  Verdict check() const;

 private:
  std::map<Place, std::string> incidents_;  // Topic `incidents`, values.
  std::map<Place, std::string> alerts_;
  struct Logged {
    std::int64_t timestamp_ms = 0;
    v1::LogRecord record;
  };
  std::map<Place, Logged> log_;
  std::map<Identity, std::string> decisions_;
  std::uint64_t repeated_decisions_ = 0;
  std::vector<v1::RejectedInput> rejects_;
  std::vector<DiaryEntry> diary_;
  std::set<Place> may_be_late_;
  std::vector<Finding> findings_;  // Found while reading.

  friend class Judgement;
};

}  // namespace dispatch135::oracle
