// The floor of an audit: nothing but the verification of its signatures.
#pragma once

#include <string>

namespace bench {

// Seconds of CPU to verify the signatures of all records and notes of a working directory (`heads`: of the
// last record of each incident), which are read before. Throws jaga::Error where one is not good.
double verify(const std::string& office, bool heads);

}  // namespace bench
