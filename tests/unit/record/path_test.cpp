#include "record/path.hpp"

#include <doctest/doctest.h>

#include "record/day_summary.hpp"

namespace jaga::record {
namespace {

const std::string kIncident = "incidents/2026-11/20261124-web01-k7f3q2";
const std::string kId = "01234567890123456789abcdef";

}  // namespace

TEST_CASE("which chain a file belongs to") {
  CHECK(chain_of("register/0001-genesis.k7f3q2.yaml") == ChainName::registry());
  CHECK(chain_of("register/evidence/sha256-x") == ChainName::registry());
  CHECK(chain_of(kIncident + "/notes/" + kId + ".yaml.sig") == ChainName::incident("20261124-web01-k7f3q2"));
  CHECK(chain_of("seals/" + kId + "/0001-seal.x2v9aq.yaml") == ChainName::seal(kId));
  CHECK(chain_of("papers/" + kId + "/0001-paper.x2v9aq.yaml") == ChainName::papers(kId));
  for (const char* const path :
       {"hosts.yaml", "seals", "seals/x", "summaries/x/2026/11/24.yaml", "incidents/2026-11/x/y", ""}) {
    CAPTURE(path);
    CHECK_FALSE(chain_of(path));
  }
}

TEST_CASE("what jaga writes, by its name") {
  CHECK(is_record_file(kIncident + "/0001-monitor.k7f3q2.yaml"));
  CHECK(is_record_file("summaries/" + kId + "/2026/11/24.yaml") ==
        parse_summary_path("summaries/" + kId + "/2026/11/24.yaml").has_value());
  CHECK_FALSE(is_record_file("0001-monitor.k7f3q2.yaml"));
  CHECK_FALSE(is_record_file(kIncident + "/notes/0001-monitor.k7f3q2.yaml"));
  CHECK_FALSE(is_record_file("rounds/" + kId + "/0001-monitor.k7f3q2.yaml"));
  CHECK(is_record_directory(kIncident + "/evidence/private"));
  CHECK_FALSE(is_record_directory(kIncident + "/evidence/public"));
  CHECK_FALSE(is_record_directory(""));
  CHECK(is_private_evidence(kIncident + "/evidence/private/sha256-x"));
  CHECK_FALSE(is_private_evidence(kIncident + "/evidence/sha256-x"));
  CHECK(is_evidence(kIncident + "/evidence/private/sha256-x"));
}

}  // namespace jaga::record
