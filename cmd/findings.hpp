// What jaga doctor found, printed as a table or as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/message.hpp"

namespace jaga::cmd {

class Session;

enum class Verdict { good, remark, bad };

struct Finding {
  std::string about;  // in JSON
  Verdict verdict = Verdict::good;
  Message what;
  Message mend;
  Message label{};                                                 // `about` for a person
  nlohmann::ordered_json more = nlohmann::ordered_json::object();  // further keys in JSON
};

// Whether nothing is bad.
bool print_findings(Session& session, const std::vector<Finding>& findings);

}  // namespace jaga::cmd
