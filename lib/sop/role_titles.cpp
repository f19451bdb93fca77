#include "sop/role_titles.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace jaga::sop {

Message with_role_titles(Message message, const Sop& procedure) {
  const auto roles = std::find_if(message.arguments.begin(), message.arguments.end(),
                                  [](const auto& argument) { return argument.first == "roles"; });
  if (roles == message.arguments.end()) return message;
  std::vector<std::string> keys = split(roles->second, ',');
  for (std::string& key : keys) key = std::string(trim(key));
  roles->second = procedure.role_titles(keys, Language::english);
  message.arguments.emplace_back("roles:id", procedure.role_titles(keys, Language::indonesian));
  return message;
}

}  // namespace jaga::sop
