// The papers of a working directory: every part of each of them is in its HTML, in the order that
// jaga-report(1) names, and what is printed is what the records say.
#include "workflow/papers.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "base/error.hpp"
#include "document/document.hpp"
#include "document/paper.hpp"
#include "../expect.hpp"
#include "office.hpp"
#include "round/round.hpp"
#include "sop/sop.hpp"
#include "store/directory.hpp"
#include "workflow/analysis.hpp"
#include "workflow/archive.hpp"
#include "workflow/decision.hpp"
#include "workflow/registering.hpp"
#include "workflow/repair.hpp"

namespace {

using namespace jaga;
using namespace jaga::workflow;
using jaga::workflow::test::TestOffice;

std::vector<std::string> sections_of(const std::string& html) {
  std::vector<std::string> out;
  constexpr std::string_view kBegin = "<section id=\"";
  for (std::size_t at = html.find(kBegin); at != std::string::npos; at = html.find(kBegin, at + 1))
    out.push_back(html.substr(at + kBegin.size(), html.find('"', at + kBegin.size()) - at - kBegin.size()));
  return out;
}

ExitCode code_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    return error.code();
  }
  return ExitCode::ok;
}

class Printing {
 public:
  std::string html(const std::string& kind, const std::optional<std::string>& id = {},
                   Language language = Language::indonesian) {
    PaperWish wish;
    wish.kind = kind;
    wish.id = id;
    wish.language = language;
    wish.printed = *parse_instant("2026-11-24T05:00:00.000Z");
    return document::to_html(make_paper(office.as("staff"), wish).document);
  }
  void decide(const std::string& person, Command command, const std::string& id,
              const std::string& reason = "") {
    DecisionOptions wish;
    wish.reason = reason;
    (void)commit(office.as(person), prepare(office.as(person), command, id, wish));
  }
  // An incident that went through all steps but the last.
  std::string accepted(const RepairOptions& how = {}) {
    const std::string id = office.open();
    office.approve(id);
    office.host->well = true;
    (void)repair(office.as("staff"), id, how);
    decide("section-head", Command::verify, id, "Ganti kipas <sekalian>");
    decide("division-head", Command::accept, id);
    return id;
  }
  TestOffice office;
};

using Names = std::vector<std::string>;
using jaga::expect::has;

}  // namespace

TEST_CASE("each part of each paper of an incident, in its order") {
  Printing print;
  const std::string id = print.accepted();
  CHECK(sections_of(print.html("approval", id)) ==
        Names{"letterhead", "title", "basis", "proposal", "decision", "signature", "binding"});
  CHECK(sections_of(print.html("repair", id)) ==
        Names{"letterhead", "title", "parties", "work", "statement", "signature", "binding"});
  CHECK(sections_of(print.html("verification", id)) == Names{"letterhead", "title", "fault", "cause",
                                                             "action", "result", "time", "parts", "proposals",
                                                             "signature", "receipt", "binding"});
  CHECK(sections_of(print.html("incident", id)) == Names{"letterhead", "title", "identity", "cause", "steps",
                                                         "decisions", "work", "parts", "result", "evidence",
                                                         "photos", "binding"});
  CHECK(sections_of(print.html("damage", id)) ==
        Names{"letterhead", "title", "device", "finding", "plan", "signature"});
  CHECK(sections_of(print.html("damage")) ==
        Names{"letterhead", "title", "device", "finding", "plan", "signature"});
  CHECK(sections_of(print.html("sop")) == Names{"header", "basis", "qualifications", "related", "equipment",
                                                "warning", "recording", "steps", "chart", "signature"});
}

TEST_CASE("each part of the handover of a part, where one was replaced") {
  Printing print;
  const std::string none = print.accepted();
  CHECK(code_of([&] { print.html("handover", none); }) == ExitCode::not_permitted);
  Printing other;
  RepairOptions by_hand;
  by_hand.mode = incident::RepairMode::hand;
  by_hand.reason = "part replaced";
  by_hand.parts = {{"OLD-1", "NEW-1"}};
  const std::string id = other.accepted(by_hand);
  const std::string proof = other.html("handover", id);
  CHECK(sections_of(proof) ==
        Names{"letterhead", "title", "parties", "items", "storage", "signature", "binding"});
  for (const char* said : {"BUKTI PENYIMPANAN", "PIHAK KEDUA telah menerima", "OLD-1", "Saksi", "Mengetahui,",
                           "Penerima dan penyimpan suku cadang"}) {
    CAPTURE(said);
    CHECK(has(proof, said));
  }
}

TEST_CASE("what is printed is what the records, the register and the settings say") {
  Printing print;
  store::Folder(print.office.path.string()).replace("jaga.yaml", [&] {
    std::string text = store::Folder(print.office.path.string()).require("jaga.yaml");
    text.replace(text.find("..."), 4, "");
    return text +
           "city: \"Singaraja\"\naddress: \"Jalan Pahlawan 1\"\npaper: \"F4\"\nclassification: "
           "\"TERBATAS\"\n";
  }());
  registry::Person head = print.office.as("staff").registered->people.at("section-head");
  head.name = "Kepala <Seksi>";
  head.nip = "19800101 200501 2 001";
  head.rank = "Penata (III/c)";
  (void)write_person(print.office.as("section-head"), head);
  const std::string id = print.accepted();

  const std::string approval = print.html("approval", id);
  CHECK(has(approval, "LEMBAR PERSETUJUAN"));
  CHECK(has(approval, "Nomor: ......"));
  CHECK(has(approval,
            "<span class=\"box\">&#215;</span>Disetujui<span class=\"box\">&#160;</span>Tidak disetujui"));
  CHECK(has(approval, "Singaraja, 24 November 2026"));
  CHECK(has(approval, "Kepala &lt;Seksi&gt;</p><p>Penata (III/c)</p><p>NIP 19800101 200501 2 001"));
  CHECK(has(approval, "Kepala Seksi Jaringan &amp; Data Center,"));
  CHECK(has(approval, "size:215mm 330mm"));
  CHECK(has(approval, "content:\"TERBATAS\""));
  // The plan in one sentence, and no script of it.
  CHECK_FALSE(has(approval, "#!/bin/sh"));

  const std::string report = print.html("verification", id);
  CHECK(has(report, "LAPORAN"));
  CHECK(has(report, "SERVER BERFUNGSI KEMBALI"));
  CHECK(has(report, "Ganti kipas &lt;sekalian&gt;"));
  CHECK(has(report, "Diterima dan diperiksa:<span class=\"box\">&#215;</span>ya"));

  const std::string minutes = print.html("repair", id);
  CHECK(has(minutes,
            "Pada hari ini, Selasa tanggal dua puluh empat bulan November tahun dua ribu dua puluh enam"));
  CHECK(has(minutes, "dalam rangkap 2 (dua)"));
  CHECK(has(minutes, "PIHAK KEDUA"));

  const std::string whole = print.html("incident", id);
  CHECK(has(whole, "<svg"));
  CHECK(has(whole, "SHA256:"));
  CHECK(has(whole, "jaga audit " + id));
  CHECK(whole == print.html("incident", id));
  CHECK(has(print.html("incident", id, Language::english), "INCIDENT FILE"));

  const std::string sop = print.html("sop");
  CHECK(has(sop, "Menganalisa jenis kerusakan/Gangguan"));
  CHECK(has(sop, "Diagram alir prosedur"));
  CHECK(has(sop, "Peraturan Pemerintah Nomor 71 Tahun 2019"));
}

TEST_CASE("each part of the letter to a vendor, and of the minutes of its work") {
  Printing print;
  const store::Folder folder(print.office.path.string());
  folder.replace(
      "vendors.yaml",
      "format: jaga/vendors@1\nvendors:\n  - {name: PT Maju, address: Denpasar, contract: \"027/15\"}\n");
  const std::string id = print.office.open();
  print.office.approve(id);
  RepairOptions call;
  call.mode = incident::RepairMode::vendor;
  call.vendor = "PT Maju";
  call.reason = "ganti diska";
  (void)repair(print.office.as("staff"), id, call);
  const std::string letter = print.html("vendor", id);
  CHECK(sections_of(letter) == Names{"letterhead", "date", "reference", "recipient", "opening", "device",
                                     "symptom", "request", "signature", "copies", "binding"});
  for (const char* said : {"Nomor", "Sifat", "Lampiran", "Hal", "Yth.", "PT Maju", "Denpasar", "027/15",
                           "web01", "ganti diska", "Mohon teknisi hadir", "Atas perhatian", "Tembusan"}) {
    CAPTURE(said);
    CHECK(has(letter, said));
  }

  RepairOptions reply;
  reply.vendor_reply = true;
  reply.technician = "Teknisi Rekanan";
  reply.parts = {{"OLD-1", "NEW-1"}};
  reply.letter = "scan";
  reply.arrived = print.office.now;
  reply.left = print.office.now;
  print.office.host->well = true;
  (void)repair(print.office.as("staff"), id, reply);
  const std::string minutes = print.html("repair", id);
  CHECK(sections_of(minutes) ==
        Names{"letterhead", "title", "parties", "work", "statement", "signature", "annex", "binding"});
  for (const char* said :
       {"PENGGANTIAN SUKU CADANG", "Teknisi Rekanan", "OLD-1", "NEW-1", "Surat perintah kerja"}) {
    CAPTURE(said);
    CHECK(has(minutes, said));
  }
}

TEST_CASE("the vendor who came is a party to the minutes, also where staff finished the work") {
  Printing print;
  const std::string id = print.office.open();
  print.office.approve(id);
  RepairOptions call;
  call.mode = incident::RepairMode::vendor;
  call.vendor = "PT Maju";
  (void)repair(print.office.as("staff"), id, call);
  RepairOptions reply;
  reply.vendor_reply = true;
  reply.technician = "Teknisi Rekanan";
  reply.parts = {{"OLD-1", "NEW-1"}};
  reply.letter = "scan";
  reply.arrived = print.office.now;
  reply.left = print.office.now;
  (void)repair(print.office.as("staff"), id, reply);
  print.decide("section-head", Command::reject, id, "belum selesai");
  RepairOptions by_hand;
  by_hand.mode = incident::RepairMode::hand;
  by_hand.reason = "ditunggu sampai selesai";
  (void)repair(print.office.as("staff"), id, by_hand);
  const std::string minutes = print.html("repair", id);
  CHECK(has(minutes, "Teknisi PT Maju,"));
  CHECK(has(minutes, "<p class=\"name\">Teknisi Rekanan</p>"));
  CHECK(has(minutes, "Surat perintah kerja"));
  // What replaced nothing has no serial numbers of parts.
  CHECK(has(minutes, "<td>-</td><td>-</td>"));
  // They are signed on the day that they are about.
  CHECK(has(minutes, "24 November 2026</p>"));
  const std::string whole = print.html("incident", id);
  CHECK(has(whole, "surat perintah kerja PT Maju"));
}

TEST_CASE("an emergency: the sheet shows what settled it, the minutes that it was done before") {
  Printing print;
  const std::string id = print.office.open();
  OwnAnalysis own;
  own.plan = "manual";
  own.parameters = {{"task", "nyalakan ulang"}};
  own.reason = "tidak menjawab";
  (void)analyze_incident(print.office.as("staff"), id, own);
  RepairOptions urgent;
  urgent.mode = incident::RepairMode::hand;
  urgent.emergency = "gaji dibayar malam ini";
  urgent.reason = *urgent.emergency;
  print.office.host->well = true;
  (void)repair(print.office.as("staff"), id, urgent);
  const std::string before = print.html("approval", id);
  CHECK(has(before, "dalam keadaan darurat pada"));
  CHECK(has(before, "gaji dibayar malam ini"));
  CHECK(has(before, "<span class=\"box\">&#160;</span>Disetujui<span class=\"box\">&#160;</span>"));
  CHECK_FALSE(has(before, "Berlaku sampai"));
  CHECK(has(print.html("repair", id), "dalam keadaan darurat yang belum disahkan"));
  print.decide("section-head", Command::approve, id, "memang mendesak");
  const std::string after = print.html("approval", id);
  CHECK(has(after, "<span class=\"box\">&#215;</span>Disetujui"));
  CHECK(has(after, "memang mendesak"));
  CHECK(has(print.html("repair", id), "dalam keadaan darurat yang kemudian disahkan"));
}

TEST_CASE("each part of the report of a round") {
  Printing print;
  round::Round round;
  round.installation = "test";
  round.at = print.office.now;
  round::Result failing;
  failing.host = "web01";
  failing.check = "disk";
  failing.object = "/var";
  failing.state = round::State::critical;
  failing.reason = round::Reason::limit_reached;
  failing.summary = "98 % <full>";
  failing.hard = true;
  failing.since = round.at;
  failing.history = "ccc";
  round.results = {failing};
  PaperWish wish;
  wish.kind = "round";
  wish.language = Language::indonesian;
  wish.printed = *parse_instant("2026-11-24T05:00:00.000Z");
  wish.round_bytes = round::write(round);
  const MadePaper paper = make_paper(print.office.as("staff"), wish);
  CHECK(paper.incident.empty());
  CHECK(paper.round == sha256(*wish.round_bytes));
  const std::string html = document::to_html(paper.document);
  CHECK(sections_of(html) == Names{"letterhead", "title", "introduction", "activity", "result", "conclusions",
                                   "closing", "signature", "annex"});
  for (const char* said : {"LAPORAN", "TENTANG", "A. Pendahuluan", "1. Umum", "2. Maksud dan Tujuan",
                           "3. Ruang Lingkup", "4. Dasar", "800/005-17", "B. Kegiatan", "C. Hasil",
                           "98 % &lt;full&gt;", "D. Simpulan dan Saran", "E. Penutup"}) {
    CAPTURE(said);
    CHECK(has(html, said));
  }
}

TEST_CASE("the documents that a procedure may want signed are those of an incident") {
  for (const sop::CopyKind& one : sop::kCopies) {
    CAPTURE(one.paper);
    CHECK((is_of_incident(one.paper) || one.paper == "damage"));
  }
  for (const std::string_view kind : document::incident_papers())
    CHECK(std::any_of(sop::kCopies.begin(), sop::kCopies.end(),
                      [&](const sop::CopyKind& one) { return one.paper == kind; }));
}

TEST_CASE("what an incident does not have yet is not printed as if it had") {
  Printing print;
  const std::string id = print.office.open();
  CHECK(code_of([&] { print.html("repair", id); }) == ExitCode::not_permitted);
  CHECK(code_of([&] { print.html("vendor", id); }) == ExitCode::not_permitted);
  CHECK(code_of([&] { print.html("handover", id); }) == ExitCode::not_permitted);
  CHECK(code_of([&] { print.html("approval"); }) == ExitCode::usage);
  const std::string approval = print.html("approval", id);
  CHECK(has(approval,
            "<span class=\"box\">&#160;</span>Disetujui<span class=\"box\">&#160;</span>Tidak disetujui"));
  for (const Printable& one : printable_papers(print.office.as("staff"), id)) {
    CAPTURE(one.kind);
    if (one.kind.empty()) continue;  // of the signed copy that archive waits for
    CHECK(one.missing.empty() == (one.kind == "approval" || one.kind == "incident" || one.kind == "damage"));
  }
}

TEST_CASE("vendors.yaml and the coat of arms are checked") {
  Printing print;
  const std::string id = print.office.open();
  const store::Folder folder(print.office.path.string());
  folder.replace("vendors.yaml", "format: jaga/vendors@1\nvendors:\n  - {name: PT Maju, adress: x}\n");
  CHECK(code_of([&] { print.html("approval", id); }) == ExitCode::config);
  folder.replace("vendors.yaml",
                 "format: jaga/vendors@1\nvendors:\n  - {name: PT Maju}\n  - {name: PT Maju}\n");
  CHECK(code_of([&] { print.html("approval", id); }) == ExitCode::config);
  folder.replace("vendors.yaml",
                 "format: jaga/vendors@1\nvendors:\n  - {name: PT Maju, address: Denpasar}\n");
  CHECK(code_of([&] { print.html("approval", id); }) == ExitCode::ok);
  std::string settings = folder.require("jaga.yaml");
  settings.replace(settings.find("..."), 4, "");
  folder.replace("jaga.yaml", settings + "emblem: \"emblem.png\"\n");
  CHECK(code_of([&] { print.html("approval", id); }) == ExitCode::config);
  folder.replace("emblem.png", "GIF89a");
  CHECK(code_of([&] { print.html("approval", id); }) == ExitCode::config);
  folder.replace("emblem.png", "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>");
  CHECK(code_of([&] { print.html("approval", id); }) == ExitCode::config);
  folder.replace("emblem.png", "<svg xmlns=\"http://www.w3.org/2000/svg\"><use href=\"file:///x#a\"/></svg>");
  CHECK(code_of([&] { print.html("approval", id); }) == ExitCode::config);
  folder.replace("emblem.png",
                 "<svg xmlns=\"http://www.w3.org/2000/svg\"><path id=\"a\" d=\"M0 0h9\"/><use "
                 "href=\"#a\" fill=\"url(#b)\"/></svg>");
  CHECK(has(print.html("approval", id), "src=\"data:image/svg+xml;base64,"));
  folder.replace("emblem.png", "\x89PNG\r\n\x1a\nrest");
  CHECK(has(print.html("approval", id), "src=\"data:image/png;base64,"));
  folder.replace("jaga.yaml", settings + "emblem: \"../secret.png\"\n");
  CHECK(code_of([&] { print.html("approval", id); }) == ExitCode::config);
  folder.replace("jaga.yaml", settings + "paper: \"A5\"\n");
  CHECK(code_of([&] { print.html("approval", id); }) == ExitCode::config);
}
