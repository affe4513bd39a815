// A city file in a few lines for people.
#pragma once

#include <ostream>
#include <string>

#include "engine/city/city.h"

namespace dispatch135::citybuild {

// 16 hexadecimal digits.
std::string fingerprint_text(CityFingerprint fingerprint);

// The name of an enum's value for people, without its prefix of so many letters: "railway station".
std::string word(const std::string& enum_name, std::size_t prefix);

// Name, fingerprint, and the counts of everything by kind.
void print_summary(const city::City& city, std::ostream& out);

}  // namespace dispatch135::citybuild
