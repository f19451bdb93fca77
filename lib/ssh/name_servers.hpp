// How patient getaddrinfo(3) is, here and in probe.
#pragma once

namespace jaga::ssh {

inline constexpr int kNameServerSeconds = 2;  // for each try of each name server
inline constexpr int kNameServerTries = 2;

// For the lookups of the calling thread from now on.
void be_patient(int seconds = kNameServerSeconds, int tries = kNameServerTries);

}  // namespace jaga::ssh
