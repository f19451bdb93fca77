#include "feed/nagios.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace jaga;
using namespace jaga::feed;
using round::State;

TEST_CASE("ranges alert as the guidelines' table says") {
  struct Row {
    const char* text;
    double good, bad;
  };
  // Monitoring Plugins Development Guidelines, section 2.5, "Example ranges".
  for (const Row& row :
       {Row{"10", 0, 10.1}, Row{"10", 10, -0.1}, Row{"10:", 10, 9.9}, Row{"~:10", -1e9, 10.1},
        Row{"10:20", 20, 20.1}, Row{"10:20", 10, 9}, Row{"@10:20", 9.9, 10}, Row{"@10:20", 21, 20},
        Row{"-5:-1", -3, 0}, Row{"0.5:1.5", 1, 2}}) {
    const auto range = parse_range(row.text);
    REQUIRE(range);
    CHECK_MESSAGE(!range->alerts(row.good), row.text);
    CHECK_MESSAGE(range->alerts(row.bad), row.text);
    CHECK(parse_range(write_range(*range)) == range);
  }
  CHECK(write_range(*parse_range("0:10")) == "10");
  CHECK(write_range(*parse_range("~:")) == "~:");
  CHECK(write_range(*parse_range("@0:")) == "@0:");
}

TEST_CASE("an invalid range is rejected") {
  for (const char* text : {"", "@", "x", "10:5", "1:2:3", "~", "10:~", " 10", "1e999", "nan", "0x10", ":"})
    CHECK_MESSAGE((!parse_range(text) || std::string(text) == ":"), text);
  CHECK(parse_range(":10") == Range{0, 10, false});  // an empty start is zero
}

TEST_CASE("the guidelines' example of several lines") {
  const PluginOutput said = parse_plugin_output(
      "DISK OK - free space: / 3326 MB (56%); | /=2643MB;5948;5958;0;5968\n"
      "/ 15272 MB (77%);\n"
      "/boot 68 MB (69%);\n"
      "/var/log 819 MB (84%); | /boot=68MB;88;93;0;98\n"
      "/home=69357MB;253404;253409;0;253414 \n"
      "/var/log=818MB;970;975;0;980\n");
  CHECK(said.text == "DISK OK - free space: / 3326 MB (56%);");
  CHECK(said.long_text == "/ 15272 MB (77%);\n/boot 68 MB (69%);\n/var/log 819 MB (84%); ");
  REQUIRE(said.perf.size() == 4);
  CHECK(said.damaged == 0);
  CHECK(said.perf[0].label == "/");
  CHECK(said.perf[0].value == 2643);
  CHECK(said.perf[0].unit == "MB");
  CHECK(said.perf[0].warn == Range{0, 5948, false});
  CHECK(said.perf[3].label == "/var/log");
  CHECK(said.perf[3].max == 980);
  CHECK(write_perf(said.perf[3]) == "/var/log=818MB;970;975;0;980");
}

TEST_CASE("values are read liberally") {
  std::size_t damaged = 0;
  const auto perf = parse_perf(
      "time=0,012s;;;0,0 'C:\\ Used Space'=5.5GB;@1:2;~:9 'it''s'=+3c load1=1e-05 rta=U;1;2 free=50% "
      "temp=-4.25C;"
      " junk also=bad time=9s =7 'open=1",
      &damaged);
  REQUIRE(perf.size() == 7);
  CHECK(perf[0].value == 0.012);
  CHECK(perf[0].min == 0);
  CHECK_FALSE(perf[0].warn);
  CHECK(perf[1].label == "C:\\ Used Space");
  CHECK(perf[1].warn->inside);
  CHECK(perf[1].crit->start == -INFINITY);
  CHECK(perf[2].label == "it's");
  CHECK(perf[2].unit == "c");
  CHECK(perf[3].value == 1e-05);
  CHECK_FALSE(perf[4].value);
  CHECK(perf[5].unit == "%");
  CHECK(perf[6].value == -4.25);
  CHECK(damaged == 5);  // junk, also=bad, time twice, no label, a quote that never closes
}

TEST_CASE("values are written strictly") {
  CHECK(write_perf(Perf{"load1", 1e-05, "", {}, {}, {}, {}}) == "load1=0.00001");
  CHECK(write_perf(Perf{"it's a|b=c", -0.0, "s", Range{10, 20, true}, {}, {}, 1e20}) ==
        "'it''s a_b_c'=0s;@10:20;;;100000000000000000000");
  CHECK(write_perf(Perf{"x", std::nullopt, "s", {}, Range{}, 0.0, {}}) == "x=U;;0:;0");
  CHECK(write_perf({Perf{"a", 1.0, "", {}, {}, {}, {}}, Perf{"long", 2.0, "", {}, {}, {}, {}},
                    Perf{"b", 3.0, "", {}, {}, {}, {}}},
                   8) == "a=1 b=3");
}

TEST_CASE("values in base units, and as facts") {
  const auto perf =
      parse_perf("rta=12.5ms;100;500 pl=20% 'Mem Used'=2KB procs=123 load1=0.52 in=7c n=U hot=5C");
  CHECK(measure_of(perf[0])->value == doctest::Approx(0.0125));
  CHECK(measure_of(perf[0])->unit == Measure::Unit::seconds);
  CHECK(measure_of(perf[1])->value == doctest::Approx(0.2));
  CHECK(measure_of(perf[5])->unit == Measure::Unit::counter);
  CHECK_FALSE(measure_of(perf[6]));
  const round::Facts facts = facts_of(perf);
  CHECK(facts.at("rta_us") == round::Fact{std::int64_t{12'500}});
  CHECK(facts.at("pl_percent") == round::Fact{std::int64_t{20}});
  CHECK(facts.at("mem_used_bytes") == round::Fact{std::int64_t{2'048}});
  CHECK(facts.at("procs_thousandths") == round::Fact{std::int64_t{123'000}});
  CHECK(facts.at("load1_thousandths") == round::Fact{std::int64_t{520}});
  CHECK(facts.at("in_count") == round::Fact{std::int64_t{7}});
  CHECK(facts.at("perfdata") ==
        round::Fact{
            std::string("rta=12.5ms;100;500 pl=20% 'Mem Used'=2KB procs=123 load1=0.52 in=7c n=U hot=5C")});
  CHECK(facts.size() == 8);
  const round::Facts disks = facts_of(parse_perf("/=1B /var=2B '//a b'=3B"));
  CHECK(disks.at("value_bytes") == round::Fact{std::int64_t{1}});
  CHECK(disks.at("var_bytes") == round::Fact{std::int64_t{2}});
  CHECK(disks.at("a_b_bytes") == round::Fact{std::int64_t{3}});
  CHECK(facts_of(parse_perf("x=1e300")).count("x_thousandths") == 0);
}

TEST_CASE("units as plugins write them") {
  const auto perf = parse_perf(
      "a=34385\xc2\xb5s b=34385\xce\xbcs c=34385\xb5s d=34385us e=1GiB f=2KiB g=1kiB h=1EB i=3\xc2\xb0"
      "C j=7\xd0\xb4s k=1Gib");
  REQUIRE(perf.size() == 11);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(perf[i].unit == "us");
    CHECK(measure_of(perf[i])->unit == Measure::Unit::seconds);
    CHECK(measure_of(perf[i])->value == doctest::Approx(0.034385));
    CHECK(write_perf(perf[i]).ends_with("=34385us"));
  }
  CHECK(measure_of(perf[4])->value == 1'073'741'824);
  CHECK(measure_of(perf[4])->unit == Measure::Unit::bytes);
  CHECK(measure_of(perf[5])->value == 2'048);
  CHECK(measure_of(perf[6])->value == 1'024);
  CHECK(measure_of(perf[7])->value == doctest::Approx(1.152921504606846976e18));
  // Writing and reading again keeps the unit.
  for (const Perf& one : perf) CHECK(parse_perf(write_perf(one)) == std::vector<Perf>{one});
  for (std::size_t i = 8; i < perf.size(); ++i) CHECK(measure_of(perf[i])->unit == Measure::Unit::none);
  const round::Facts facts = facts_of(perf);
  CHECK(facts.at("a_us") == round::Fact{std::int64_t{34'385}});
  CHECK(facts.at("e_bytes") == round::Fact{std::int64_t{1'073'741'824}});
}

TEST_CASE("limits with a percent sign or the unit of their value") {
  const auto perf = parse_perf("load=50%;1:12%%;80% t=3s;5s;@~:9s;0s;60s m=1MB;80MB;2GB c=1;80%:90%");
  REQUIRE(perf.size() == 4);
  CHECK(perf[0].warn == Range{1, 12, false});
  CHECK(perf[0].crit == Range{0, 80, false});
  CHECK(write_perf(perf[0]) == "load=50%;1:12;80");
  CHECK(perf[1].warn == Range{0, 5, false});
  CHECK(perf[1].crit->inside);
  CHECK(perf[1].crit->end == 9);
  CHECK(perf[1].max == 60);
  CHECK(perf[2].warn == Range{0, 80, false});
  CHECK_FALSE(perf[2].crit);  // another unit: the threshold is dropped
  CHECK(perf[3].warn == Range{80, 90, false});
}

TEST_CASE("long lines are cut between characters, and keep what fits") {
  const PluginOutput said = parse_plugin_output(std::string(kMostPluginText - 1, 'x') + "\u00e9\u00e9\n" +
                                                std::string(kMostPluginText, 'y') + "z\nlast | a=1");
  CHECK(said.text == std::string(kMostPluginText - 1, 'x'));
  CHECK(said.long_text == std::string(kMostPluginText, 'y'));
  CHECK(said.perf.size() == 1);
}

TEST_CASE("odd output") {
  CHECK(parse_plugin_output("").text.empty());
  CHECK(parse_plugin_output("\n\r\n  OK \r\nmore\r\n").text == "OK");
  CHECK(parse_plugin_output("\n\r\n  OK \r\nmore\r\n").long_text == "more");
  CHECK(parse_plugin_output("| a=1").perf.size() == 1);
  std::string many = "OK |";
  for (int i = 0; i < 1000; ++i) many += " v" + std::to_string(i) + "=1";
  CHECK(parse_plugin_output(many).perf.size() == kMostPerf);
  CHECK(parse_plugin_output(many).damaged == 1000 - kMostPerf);
  CHECK(parse_plugin_output(std::string(100'000, 'x')).text.size() == kMostPluginText);
}

TEST_CASE("exit status 0 to 3 is a state, any other is unknown") {
  CHECK(state_of_exit(0) == State::ok);
  CHECK(state_of_exit(1) == State::warning);
  CHECK(state_of_exit(2) == State::critical);
  for (const int status : {3, 4, 127, 255, -1}) CHECK(state_of_exit(status) == State::unknown);
}
