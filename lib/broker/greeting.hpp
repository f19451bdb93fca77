// What a NATS server says before anybody logs in: the line "INFO {...}" (docs.nats.io, client protocol).
//
// libnats gives none of it. Not protected by anything: for people to read, not to decide by.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace jaga::broker {

struct Greeting {
  std::string version;  // of the server; printable
  bool requires_tls = false;
};

// nullopt: not such a line.
[[nodiscard]] std::optional<Greeting> parse_greeting(std::string_view line);
// Of the server at "SCHEME://HOST:PORT". nullopt: it says nothing within `timeout` (for each of its
// addresses), or the address is not of this form. Blocks; any thread may call it.
[[nodiscard]] std::optional<Greeting> greeting_of(std::string_view url, std::chrono::milliseconds timeout);

}  // namespace jaga::broker
