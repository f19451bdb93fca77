#include "sop/sop.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "sop/role_titles.hpp"

using namespace jaga;
using namespace std::chrono_literals;
using sop::Step;

namespace {

std::string changed(const std::string& from, const std::string& to) {
  std::string text(sop::builtin("form"));
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

// The message of the refusal, which names file and line.
std::string refusal(const std::string& bytes) {
  try {
    sop::parse(bytes, "sop.yaml");
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::config);
    return error.what();
  }
  return "accepted";
}

bool says(const std::string& message, std::string_view part) {
  return message.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a procedure is parsed once a process, and a broken one is refused each time") {
  const std::string text = changed("fixed: []", "fixed: [\"approval\"]");
  const auto first = sop::parse_once(text, sha256(text), "sop.yaml");
  CHECK(first->policies.fixed == std::vector<std::string>{"approval"});
  CHECK(sop::parse_once(text, sha256(text), "another name") == first);
  const auto form = sop::parse_once(sop::builtin("form"), sha256(sop::builtin("form")), "form.yaml");
  CHECK(form != first);
  CHECK(form->policies.fixed.empty());
  const std::string broken = "format: jaga/sop@1\n";
  for (int time = 0; time < 2; ++time)
    CHECK_THROWS_AS((void)sop::parse_once(broken, sha256(broken), "sop.yaml"), Error);
}

TEST_CASE("the form's procedure is complete") {
  const sop::Sop form = sop::parse(sop::builtin("form"), "form.yaml");
  CHECK(form.header.number == "800/005-17/kominfosanti/2020");
  CHECK(form.header.effective == "2020-01-10");
  CHECK(form.header.approved_by_name.empty());
  CHECK(form.header.approved_by_nip.empty());
  REQUIRE(form.legal_basis.size() == 3);
  CHECK(form.legal_basis[0].amended_by.size() == 2);
  CHECK(says(form.legal_basis[1].replaced_by, "Nomor 71 Tahun 2019"));
  CHECK(form.qualifications.size() == 3);
  CHECK(form.equipment == std::vector<std::string>{"Komputer/Laptop", "Printer", "Alat Tulis Kantor"});
  const std::array<std::optional<std::chrono::milliseconds>, 7> standards = {30min,        1h,    15min, 1h,
                                                                             std::nullopt, 30min, 10min};
  REQUIRE(form.steps.size() == 7);
  for (const Step step : sop::kSteps) {
    const auto& row = form.row(step);
    CHECK(row.step == step);
    CHECK(row.standard == standards.at(static_cast<std::size_t>(step)));
    CHECK_FALSE(row.source.empty());
    CHECK_FALSE(row.reading.empty());
    CHECK_FALSE(row.at_hand.empty());
    CHECK_FALSE(row.output.empty());
    CHECK(row.no_goes.has_value() == sop::is_decision(step));
    CHECK(row.not_by.empty() != sop::is_decision(step));
  }
  CHECK(form.row(Step::accept).no_goes->by_default == Step::verify);
  CHECK(form.may("section_head", Step::approve));
  CHECK_FALSE(form.may("staff", Step::approve));
  CHECK(form.superior("division_head", "staff"));
  CHECK_FALSE(form.superior("staff", "staff"));
  CHECK_FALSE(form.superior("staff", "division_head"));
  CHECK(form.role_title("staff", Language::indonesian) == "Staf");
  CHECK(form.role_title("nobody", Language::english) == "nobody");
}

TEST_CASE("the form's words stand as in the source, and are read rightly beside it") {
  const sop::Sop form = sop::parse(sop::builtin("form"), "form.yaml");
  struct Words {
    const char* source;
    const char* at_hand;
    const char* output;
  };
  constexpr std::array<Words, 7> rows = {{
      {"Melakukan Monitoring jaringan menggunakan sistem website dan aplikasi monitoring server",
       "Jaringan Internet dan Intranet", "Laporan"},
      {"Menganalisa jenis kerusakan/Gangguan", "Gangguan/Jenis kerusakan/ perangkat",
       "Mengetahui jenis Gangguan"},
      {"Mengoreksi menyetujui perbaikan/pergantian", "Sparepart yang harus diganti",
       "Pergantian perangkat disetujui"},
      {"Melakukan Perbaikan atau menghubungi penyedia", "Sparepart yang harus diganti",
       "Pergantian perangkat disetujui"},
      {"Memeriksa hasil perbaikan dan membuat laporan", "Sparepart yang harus diganti",
       "Laporan server berfungsi kembali"},
      {"Menerima dan mengecek laporan hasil perbaikan", "Laporan sparepart yang harus diganti",
       "Server t telah diperbaiki dan berfungsi kembali"},
      {"Menyimpan barang bukti yang telah diperbaiki", "Bukti Pergantian sparepart",
       "Laporan Jenis Kerusakan rutin"},
  }};
  for (const Step step : sop::kSteps) {
    const Words& words = rows.at(static_cast<std::size_t>(step));
    CHECK(form.row(step).source == words.source);
    CHECK(form.row(step).at_hand == words.at_hand);
    CHECK(form.row(step).output == words.output);
  }
  CHECK(says(form.row(Step::accept).reading, "Server telah diperbaiki dan berfungsi kembali"));
  CHECK(form.warning == "Tidak berfungsinya jaringan komunikasi di Pemkab. Buleleng");
  CHECK(form.legal_basis[0].text ==
        "Undang - undang no 11 tahun 2008 tentang Informasi dan Transaksi elektronik");
  CHECK(says(form.legal_basis[0].reading, "Undang-Undang Nomor 11 Tahun 2008"));
  CHECK(form.legal_basis[1].text ==
        "Peraturan Pemerintah Nomor 82 Tahun 2012 Tentang Penyelenggaraan Sistem dan Transaksi Elektronik");
  CHECK(says(form.legal_basis[2].text, "tuga dan fungsi"));
  CHECK(says(form.legal_basis[2].reading, "Tugas dan Fungsi"));
}

TEST_CASE("the small team keeps the own-work rule") {
  const sop::Sop team = sop::parse(sop::builtin("small-team"), "small-team.yaml");
  CHECK(team.row(Step::approve).not_by == std::vector<Step>{Step::analyze});
  CHECK(team.row(Step::verify).not_by == std::vector<Step>{Step::repair});
  CHECK(team.row(Step::accept).not_by == std::vector<Step>{Step::verify});
  CHECK(team.approval_ends(Instant{}) == Instant{} + 72h);
  CHECK_THROWS_AS(sop::builtin("forms"), Error);
}

TEST_CASE("what is wrong in sop.yaml is named") {
  CHECK(says(refusal(changed("roles: [\"section_head\"]", "roles: [\"head\"]")), "unknown role 'head'"));
  CHECK(says(refusal(changed("step: \"approve\"", "step: \"verify\"")), "step 3 must be 'approve'"));
  CHECK(says(refusal(changed("not_by: [\"analyze\"]", "not_by: [\"archive\"]")), "is not a step before"));
  CHECK(says(refusal(changed("    no_goes: {default: \"analyze\", may: [\"analyze\"]}\n", "")),
             "to which a rejection goes back"));
  CHECK(says(refusal(changed("{default: \"repair\", may: [\"repair\", \"analyze\"]}",
                             "{default: \"repair\", may: [\"analyze\"]}")),
             "not among"));
  CHECK(says(refusal(changed("fri: \"07:30-13:00\"", "fri: \"13:00-07:30\"")), "invalid working hours"));
  CHECK(says(refusal(changed("\"+08:00\"", "\"8\"")), "invalid offset"));
  CHECK(says(refusal(changed("superior_of: [\"staff\"]", "superior_of: [\"division_head\"]")),
             "superior to itself"));
  CHECK(says(refusal(changed("  staff: {", "  admin: {")), "invalid role name 'admin'"));
  CHECK(says(refusal(changed("made: \"2020-01-10\"", "made: \"10 Januari 2020\"")), "invalid date"));
  CHECK(says(refusal(changed("confirm_system:", "confirm_sytem:")), "sop.yaml:"));
  CHECK(says(refusal(changed("runs: 1}", "runs: 0}")), "sop.yaml:"));
  CHECK(says(refusal(changed("jaga/sop@1", "jaga/sop@2")), "unknown format"));
}

TEST_CASE("loosening what is fixed, or an own-work rule, is found") {
  const sop::Sop form = sop::parse(sop::builtin("form"), "form");
  CHECK(sop::loosened(form, form).empty());
  const sop::Sop own_work = sop::parse(changed("    not_by: [\"repair\"]\n", ""), "new");
  REQUIRE(sop::loosened(form, own_work).size() == 1);
  const sop::Sop fixed =
      sop::parse(changed("fixed: []", "fixed: [\"paper_decisions\", \"approval\"]"), "old");
  sop::Sop next = fixed;
  next.policies.paper_decisions = sop::Policies::Paper::all;
  CHECK(sop::loosened(fixed, next).size() == 1);
  next.policies.paper_decisions = sop::Policies::Paper::none;
  CHECK(sop::loosened(fixed, next).empty());
  next.policies.approval_runs = 2;
  CHECK(sop::loosened(fixed, next).size() == 1);
  next.policies.fixed.clear();
  CHECK(sop::loosened(fixed, next).size() == 3);
  // What is not fixed may be changed.
  sop::Sop open = form;
  open.policies.approval_runs = 5;
  CHECK(sop::loosened(form, open).empty());
}

TEST_CASE("which signed copy a step waits for: a word, or a list") {
  const auto with = [](const std::string& list) {
    return changed("signed_paper: \"wanted\"", "signed_paper: " + list);
  };
  using Copies = std::vector<sop::SignedCopy>;
  CHECK(sop::parse(sop::builtin("form"), "form").policies.signed_paper == Copies{{Step::archive, "", false}});
  CHECK(sop::parse(with("\"no\""), "sop.yaml").policies.signed_paper.empty());
  CHECK(sop::parse(with("\"required\""), "sop.yaml").policies.signed_paper ==
        Copies{{Step::archive, "", true}});
  const sop::Sop office =
      sop::parse(with("[{step: \"repair\", paper: \"approval\", need: \"required\"}, {step: \"archive\", "
                      "paper: \"handover\", need: \"wanted\"}]"),
                 "sop.yaml");
  CHECK(office.policies.signed_paper ==
        Copies{{Step::repair, "approval", true}, {Step::archive, "handover", false}});
  CHECK(says(refusal(with("[{step: \"repair\", paper: \"round\", need: \"required\"}]")),
             "unknown document 'round'"));
  CHECK(says(refusal(with("[{step: \"verify\", paper: \"verification\", need: \"required\"}]")),
             "'verification' cannot be signed before 'verify'"));
  CHECK(says(refusal(with("[{step: \"lunch\", paper: \"repair\", need: \"required\"}]")),
             "unknown step 'lunch'"));
  CHECK(says(refusal(with("[{step: \"archive\", paper: \"repair\", need: \"no\"}]")), "need"));
  sop::Sop fixed = office;
  fixed.policies.fixed = {"signed_paper"};
  sop::Sop next = fixed;
  next.policies.signed_paper[1].required = true;
  CHECK(sop::loosened(fixed, next).empty());
  next.policies.signed_paper[0].required = false;
  CHECK(sop::loosened(fixed, next).size() == 1);
}

TEST_CASE("who signs too, who may after a while, and days with hours of their own") {
  const auto with = [](const std::string& more) {
    return changed("roles: [\"section_head\"]\n    standard: \"15m\"", "roles: [\"section_head\"]\n" + more);
  };
  const sop::Sop office = sop::parse(with("    countersign: [\"division_head\"]\n    escalate: [{after: "
                                          "\"2h\", roles: [\"division_head\"]}]"),
                                     "sop.yaml");
  CHECK(office.row(Step::approve).countersign == std::vector<std::string>{"division_head"});
  REQUIRE(office.row(Step::approve).escalate.size() == 1);
  CHECK(office.row(Step::approve).escalate[0].after == 2h);
  CHECK(says(refusal(with("    countersign: [\"boss\"]")), "unknown role 'boss'"));
  CHECK(says(refusal(with("    escalate: [{after: \"0s\", roles: [\"staff\"]}]")),
             "invalid waiting time of a step"));
  CHECK(says(refusal(with("    escalate: [{after: \"1h\", roles: []}]")), "the list of roles is empty"));
  CHECK(says(refusal(changed("    standard: \"10m\"", "    countersign: [\"staff\"]")),
             "require two signatures"));
  CHECK(says(refusal(changed("roles: [\"staff\"]\n    standard: \"30m\"",
                             "roles: [\"staff\"]\n    escalate: [{after: \"1h\", roles: [\"staff\"]}]")),
             "the first step cannot escalate: it is never waiting"));

  const auto days = [](const std::string& more) {
    return changed("  holidays: []", "  holidays: [\"2026-12-25\"]\n" + more);
  };
  const sop::Sop dated = sop::parse(
      days("  dates: {\"2026-12-24\": \"07:30-12:00\", \"2026-12-26\": \"08:00-10:00, 11:00-12:00\"}\n"
           "  around_the_clock: [\"critical\"]"),
      "sop.yaml");
  const auto day = [](unsigned d) {
    return std::chrono::sys_days{std::chrono::year{2026} / 12 / std::chrono::day{d}};
  };
  CHECK(dated.calendar.hours_of(day(24)) == std::vector<sop::Calendar::Span>{{7h + 30min, 12h}});
  CHECK(dated.calendar.hours_of(day(25)).empty());
  CHECK(dated.calendar.hours_of(day(26)).size() == 2);  // a Saturday
  const Instant eve = *parse_time("2026-12-24 11:00", 480min);
  CHECK(sop::working_time(eve, eve + 72h, dated.calendar) == 1h + 3h);
  CHECK(sop::working_time(eve, eve + 72h, dated.calendar_of("critical")) == 72h);
  CHECK(dated.calendar_of("warning") == dated.calendar);
  CHECK(says(refusal(days("  dates: {\"2026-12-25\": \"07:30-12:00\"}")), "'2026-12-25' is also a holiday"));
  CHECK(says(refusal(days("  dates: {\"2026-13-01\": \"07:30-12:00\"}")), "invalid date"));
  CHECK(says(refusal(days("  dates: {\"2026-12-24\": \"12:00-07:30\"}")), "invalid working hours"));
  CHECK(says(refusal(days("  around_the_clock: [\"unknown\"]")),
             "invalid value for 'around_the_clock': 'unknown'"));
}

TEST_CASE("a fixed second signature is not loosened") {
  sop::Sop from = sop::parse(sop::builtin("form"), "form.yaml");
  auto& row = from.steps[static_cast<std::size_t>(Step::approve)];
  row.countersign = {"division_head"};
  sop::Sop to = from;
  auto& later = to.steps[static_cast<std::size_t>(Step::approve)];
  later.countersign.clear();
  CHECK(sop::loosened(from, to).empty());  // not fixed
  from.policies.fixed = to.policies.fixed = {"countersign"};
  CHECK(sop::loosened(from, to).size() == 1);
  later.countersign = {"division_head", "staff"};
  CHECK(sop::loosened(from, to).size() == 1);
  later.countersign = {"division_head"};
  CHECK(sop::loosened(from, to).empty());
}

TEST_CASE("roles in a message have their titles in the reader's language; a command keeps the key") {
  const sop::Sop procedure = sop::parse(sop::builtin("form"), "sop.yaml");
  const Message message = sop::with_role_titles(msg("nobody holds the role {roles}; an admin registers "
                                                    "somebody: jaga person add ID --role {role} --key "
                                                    "FILE.pub",
                                                    {{"roles", "staff, nobody"}, {"role", "staff"}}),
                                                procedure);
  CHECK(message.render(Language::english).starts_with("nobody holds the role Staff, nobody; "));
  CHECK(message.render(Language::indonesian).starts_with("tidak ada yang memegang peran Staf, nobody; "));
  CHECK(message.render(Language::indonesian).find("--role staff ") != std::string::npos);
  const Message other = msg("permitted roles: {roles}");
  CHECK(sop::with_role_titles(other, procedure) == other);
}
