#include "workflow/registering.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "base/error.hpp"
#include "office.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"

namespace {

using namespace jaga;
using namespace jaga::workflow;
using jaga::workflow::test::Office;

void edit(const Office& office) {
  std::ofstream(office.path / "sop.yaml", std::ios::app) << "# a line more\n";
}

}  // namespace

TEST_CASE("what is adopted is what was understood, and lies beside its record") {
  Office office;
  edit(office);
  const Context context = office.as("section-head");
  const std::size_t before = context.register_chain->records.size();
  edit(office);  // as a person may, while it is shown what changes
  const Digest now = sha256(context.directory->require("sop.yaml"));
  try {
    adopt(context);
    FAIL("adopted");
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::busy);
  }
  const auto register_chain = record::ChainName::registry();
  CHECK(office.as("section-head").register_chain->records.size() == before);
  CHECK_FALSE(store::read_evidence(*context.directory, register_chain, now));
  const Context fresh = office.as("section-head");
  adopt(fresh);
  CHECK(store::read_evidence(*fresh.directory, register_chain, now));
  CHECK(office.as("section-head").registered->sop == now);
}
