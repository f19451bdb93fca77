#include <doctest/doctest.h>

#include <ostream>
#include <string>

namespace {

// One line of each case as it ends, with its time: what hangs comes after the last one.
struct Times : doctest::IReporter {
  explicit Times(const doctest::ContextOptions& options) : out(*options.cout) {}
  void test_case_start(const doctest::TestCaseData& data) override { name = data.m_name; }
  void test_case_end(const doctest::CurrentTestCaseStats& stats) override {
    out << std::to_string(stats.seconds) << " s: " << name << '\n';
  }
  void report_query(const doctest::QueryData&) override {}
  void test_run_start() override {}
  void test_run_end(const doctest::TestRunStats&) override {}
  void test_case_reenter(const doctest::TestCaseData&) override {}
  void test_case_exception(const doctest::TestCaseException&) override {}
  void subcase_start(const doctest::SubcaseSignature&) override {}
  void subcase_end() override {}
  void log_assert(const doctest::AssertData&) override {}
  void log_message(const doctest::MessageData&) override {}
  void test_case_skipped(const doctest::TestCaseData&) override {}

  std::ostream& out;
  const char* name = "";
};

DOCTEST_REGISTER_LISTENER("times", 1, Times);

}  // namespace
