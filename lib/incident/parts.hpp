// What some bodies have and others have not, asked of any.
#pragma once

#include "incident/body.hpp"

namespace jaga::incident {

// nullptr: it has none.
inline const Paper* paper_in(const Body& body) {
  return std::visit(
      [](const auto& one) -> const Paper* {
        if constexpr (requires { one.paper; })
          return one.paper ? &*one.paper : nullptr;
        else
          return nullptr;
      },
      body);
}

// The first of two signatures that it is the second of.
inline std::optional<Digest> seconds_in(const Body& body) {
  return std::visit(
      [](const auto& one) -> std::optional<Digest> {
        if constexpr (requires { one.seconds; })
          return one.seconds;
        else
          return std::nullopt;
      },
      body);
}

// The record that it ratifies.
inline std::optional<Digest> ratifies_in(const Body& body) {
  return std::visit(
      [](const auto& one) -> std::optional<Digest> {
        if constexpr (requires { one.ratifies; })
          return one.ratifies;
        else
          return std::nullopt;
      },
      body);
}

}  // namespace jaga::incident
