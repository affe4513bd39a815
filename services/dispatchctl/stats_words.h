// Statistics by group, for people and for tables.
#pragma once

#include <google/protobuf/repeated_ptr_field.h>

#include <string>

#include "dispatch135/v1/statistics.pb.h"

namespace dispatch135::dispatchctl {

using StatisticsGroups = google::protobuf::RepeatedPtrField<v1::GroupStatistics>;

// A line for each group: shares in percent, times in seconds; "-" where nothing was counted.
std::string table_of(v1::StatisticsGrouping grouping, const StatisticsGroups& groups);

// CSV with every figure of the contract: counts, and times in milliseconds. The first line names the columns.
std::string csv_of(v1::StatisticsGrouping grouping, const StatisticsGroups& groups);

}  // namespace dispatch135::dispatchctl
