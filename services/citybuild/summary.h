// A city file in a few lines for people.
#pragma once

#include <ostream>
#include <string>

#include "engine/base/time.h"
#include "engine/city/city.h"
#include "engine/city/draft.h"
#include "services/citybuild/report.h"

namespace dispatch135::citybuild {

// 16 hexadecimal digits.
std::string fingerprint_text(CityFingerprint fingerprint);

// The name of an enum's value for people, without its prefix of so many letters: "railway station".
std::string word(const std::string& enum_name, std::size_t prefix);

double seconds(DurationMs time);

// Name, fingerprint, and the counts of everything by kind.
void print_summary(const city::City& city, std::ostream& out);

// Ends the stage "connect" with what keep_connected left, and a line for each kind of travel that has roads.
void report_kept(const city::KeptPart& kept, Report& report);

}  // namespace dispatch135::citybuild
