#include "workflow/sign.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "incident/note.hpp"
#include "incident/parts.hpp"
#include "store/folder.hpp"
#include "workflow/decision.hpp"
#include "workflow/request_folder.hpp"

namespace jaga::workflow {
namespace {

// More than any incident has: what lies on a stick must not fill the memory.
constexpr std::size_t kMostFiles = 10'000;
constexpr std::size_t kMostBytes = std::size_t{256} << 20U;

Error wrong(std::string_view file, Message what) {
  return {ExitCode::data, msg("{file}: {what}", {{"file", printable(file)}}).with("what", std::move(what)),
          msg("do not sign; ask for a new request")};
}

class Reader {
 public:
  explicit Reader(const std::string& folder) : in_(folder) {}

  Unsigned read() {
    Unsigned out;
    out.record = record::parse_record(in_.require(kRecordFile), kRecordFile);
    const record::Envelope& envelope = out.record.envelope;
    if (envelope.chain.kind != record::ChainName::Kind::incident)
      throw wrong(kRecordFile, msg("the record does not belong to an incident"));
    auto body = incident::from_node(envelope.kind, out.record.body, std::string(kRecordFile));
    if (!body || !incident::is_decision(*body)) throw wrong(kRecordFile, msg("the record is not a decision"));
    if (incident::summary_in(*body) == nullptr)
      throw wrong(kRecordFile, msg("the decision does not state what was decided: it has no summary"));
    if (const incident::Paper* paper = incident::paper_in(*body))
      throw wrong(kRecordFile,
                  msg("it enters a paper decision of '{person}', which is not allowed in a request",
                      {{"person", paper->decided_by}}));
    out.body = std::move(*body);
    out.digest = decision_digest(out.body);
    out.chain = chain(envelope);
    compare(out);
    if (const auto signature = in_.read(kSignatureFile)) {
      const auto key = sign::verify(out.record.bytes, *signature, sign::kRecordNamespace);
      if (!key || key->fingerprint() != envelope.key)
        throw wrong(kSignatureFile, msg("its signature is missing or invalid"));
      out.is_signed = true;
    }
    return out;
  }

 private:
  // The incident's records, which record.yaml names the last of, and each the one before.
  record::Chain chain(const record::Envelope& envelope) {
    const std::string folder = std::string(kIncidentFolder) + "/";
    std::vector<record::File> files;
    for (const store::Item& item : in_.list(kIncidentFolder)) {
      if (!record::parse_file_name(item.name)) continue;
      files.push_back({item.name, take(folder + item.name)});
    }
    record::Chain chain = record::assemble(envelope.chain, envelope.repo, std::move(files));
    if (!chain.breaks.empty()) throw wrong(folder + chain.breaks.front().file, chain.breaks.front().what);
    const record::Record* head = chain.head();
    if (head == nullptr || envelope.prev != std::vector<Digest>{head->digest} ||
        envelope.seq != head->envelope.seq + 1)
      throw wrong(kRecordFile, msg("it does not continue the records in '{folder}'", {{"folder", folder}}));
    std::vector<Signed> files_signed;
    for (const record::Record& record : chain.records)
      files_signed.push_back(
          {folder + record::file_name(record.envelope), record.bytes, record.envelope.key});
    require_signed(files_signed);
    return chain;
  }

  struct Signed {
    std::string file;
    std::string_view bytes;
    std::string key;
  };
  void require_signed(const std::vector<Signed>& files) {
    std::vector<std::string> signatures;
    for (const Signed& one : files) signatures.push_back(take(one.file + ".sig"));
    std::vector<sign::Check> checks;
    for (std::size_t n = 0; n < files.size(); ++n) checks.push_back({files[n].bytes, signatures[n]});
    sign::verify_each(checks, sign::kRecordNamespace);
    for (std::size_t n = 0; n < files.size(); ++n)
      if (!checks[n].signer || checks[n].signer->fingerprint() != files[n].key)
        throw wrong(files[n].file, msg("its signature is missing or invalid"));
  }

  // What the records give, beside what record.yaml says.
  void compare(Unsigned& out) {
    incident::Subjects subjects;
    // The newest analysis after each record; after a fork it is that from before.
    std::map<Digest, std::optional<Digest>> newest;
    std::map<Digest, incident::Body> bodies;
    for (const record::Record& record : out.chain.records) {
      const record::Envelope& envelope = record.envelope;
      const std::string file = std::string(kIncidentFolder) + "/" + record::file_name(envelope);
      auto body = incident::from_node(envelope.kind, record.body, file);
      if (!body) throw wrong(file, msg("this version of jaga does not know its kind"));
      std::optional<Digest> analysis;
      if (envelope.seq == 1) {
        const auto* monitor = std::get_if<incident::Monitor>(&*body);
        if (monitor == nullptr) throw wrong(file, msg("an incident cannot begin with this record"));
        subjects.open(*monitor);
      } else {
        const record::Record* before = record::common(out.chain, envelope.prev);
        analysis = before == nullptr ? std::nullopt : newest[before->digest];
        if (std::holds_alternative<incident::Analyze>(*body)) analysis = record.digest;
        subjects.add(record.digest, *body, analysis);
      }
      newest[record.digest] = analysis;
      bodies.emplace(record.digest, std::move(*body));
    }
    const std::optional<Digest> analysis = newest[out.record.envelope.prev.front()];
    const std::vector<record::Note> notes = measurement(out, subjects.measure_of(out.body));
    if (subjects.summary_of(out.body, notes, analysis) != *incident::summary_in(out.body))
      throw wrong(kRecordFile, msg("the summary of the decision does not match the records"));

    const auto on = incident::decided_on(out.body);
    if (const auto shown = in_.read(kOnFile); shown && (!on || sha256(*shown) != *on))
      throw wrong(kOnFile, msg("it is not the basis of the decision in {record}",
                               {{"record", std::string(kRecordFile)}}));
    if (const auto about = subjects.analysis_of(out.body, analysis)) {
      out.analysis = std::get<incident::Analyze>(bodies.at(*about));
      out.plan = plan::of_node(out.analysis->plan, {std::string(kOnFile), ExitCode::data});
      plan_files(out);
      // Another version's or an edited one is shown as what it is here: nobody knows it.
      if (out.plan->origin == plan::Origin::builtin && !is_builtin(*out.plan))
        out.plan->origin = plan::Origin::adhoc;
    }
    results(out, bodies, notes);
    not_checked(out);
  }

  std::vector<record::Note> measurement(const Unsigned& out, const std::optional<Digest>& measure) {
    if (!measure) return {};
    const std::string folder = std::string(kIncidentFolder) + "/notes";
    for (const store::Item& item : in_.list(folder)) {
      if (!item.name.ends_with(".yaml")) continue;
      const std::string file = folder + "/" + item.name;
      const std::string bytes = take(file);
      if (sha256(bytes) != *measure) continue;
      record::Note note = record::parse_note(bytes, file);
      if (note.repo != out.record.envelope.repo || note.chain != out.record.envelope.chain)
        throw wrong(file, msg("the record belongs to another chain"));
      require_signed({{file, note.bytes, note.key}});
      return {std::move(note)};
    }
    throw wrong(folder, msg("the measurement for this decision is missing"));
  }

  void plan_files(Unsigned& out) {
    for (const plan::FrozenFile& file : out.plan->files) {
      const std::string path = request_evidence(file.digest);
      const auto bytes = in_.read(path, plan::kMostFiles);
      if (!bytes)
        out.unchecked.push_back(
            msg("the content of the plan's file '{file}': it is not in the folder", {{"file", file.name}}));
      else if (sha256(*bytes) != file.digest)
        throw wrong(path, msg("its content does not match its name"));
    }
  }

  // The same as in the summary, in the words of who measured.
  void results(Unsigned& out, const std::map<Digest, incident::Body>& bodies,
               const std::vector<record::Note>& notes) {
    const incident::Summary& summary = *incident::summary_in(out.body);
    if (!summary.repair) return;
    const auto worded = [&](const std::vector<incident::Summary::Probe>& probes, const auto& results) {
      std::vector<incident::Result> list;
      for (const incident::Summary::Probe& probe : probes) {
        incident::Result& one = list.emplace_back(incident::Result{probe.host, probe.check, probe.state, ""});
        for (const incident::Result& known : results)
          if (known.host == one.host && known.check == one.check && known.state == one.state)
            one.text = known.text;
      }
      return list;
    };
    std::vector<incident::Result> before;
    std::vector<incident::Result> after;
    for (const record::Record& record : out.chain.records) {
      const incident::Body& body = bodies.at(record.digest);
      if (const auto* monitor = std::get_if<incident::Monitor>(&body)) before = monitor->results;
      const auto* end = std::get_if<incident::RepairEnd>(&body);
      if (end == nullptr) continue;
      before.insert(before.end(), end->before.begin(), end->before.end());
      after = end->after;
    }
    for (const record::Note& note : notes) after = incident::measure_from_node(note.body, note.id).results;
    out.before = worded(summary.repair->before, before);
    out.after = worded(summary.repair->after, after);
  }

  static bool is_builtin(const plan::Frozen& plan) {
    const auto bytes = plan::builtin(plan.name);
    return bytes && plan::comes_from(plan, plan::parse(*bytes, plan.name, plan.name, plan::Origin::builtin));
  }

  static void not_checked(Unsigned& out) {
    const record::Envelope& envelope = out.record.envelope;
    out.unchecked.push_back(msg("the owners of these keys and their roles, which are in the register"));
    out.unchecked.push_back(msg("whether {digest} is the newest record of the register",
                                {{"digest", envelope.register_head.text()}}));
    out.unchecked.push_back(
        msg("the content of '{file}'; you sign what is shown here", {{"file", std::string(kPreviewFile)}}));
    if (!envelope.notes.empty()) out.unchecked.push_back(msg("the content of the notes to which it refers"));
    out.unchecked.push_back(
        msg("whether the incident has changed since, and whether this is still the next step"));
    if (out.plan && out.plan->origin == plan::Origin::office)
      out.unchecked.push_back(msg("whether '{plan}' is the registered plan of that name, unmodified",
                                  {{"plan", out.plan->name}}));
  }

  std::string take(const std::string& file) {
    std::string bytes = in_.require(file);
    total_ += bytes.size();
    if (++files_ > kMostFiles || total_ > kMostBytes) throw wrong(file, msg("the folder contains too much"));
    return bytes;
  }

  store::Folder in_;
  std::size_t files_ = 0;
  std::size_t total_ = 0;
};

}  // namespace

Unsigned read_request(const std::string& folder) {
  return Reader(folder).read();
}

std::string sign_request(const std::string& folder, const Unsigned& request, const sign::Places& places,
                         std::stop_token stop) {
  const store::Folder out(folder);
  const auto refuse_second = [&] {
    if (out.exists(kSignatureFile))
      throw Error(ExitCode::cant_create,
                  msg("'{file}' already exists", {{"file", std::string(kSignatureFile)}}),
                  msg("to sign again, remove it first"));
  };
  refuse_second();
  const std::string& wanted = request.record.envelope.key;
  const auto keys = sign::find_keys(places);
  const auto key = std::find_if(keys.begin(), keys.end(),
                                [&](const sign::FoundKey& one) { return one.key.fingerprint() == wanted; });
  if (key == keys.end())
    throw Error(ExitCode::not_permitted,
                msg("the required key of '{person}' is not available: {key}",
                    {{"person", request.record.envelope.by.person}, {"key", wanted}}),
                msg("give its file with --key FILE"));
  const std::string signature =
      sign::signer_for(*key, places)->sign(request.record.bytes, sign::kRecordNamespace, stop);
  refuse_second();
  // By rename: a memory stick knows no hard links.
  out.replace(kSignatureFile, signature);
  return folder + "/" + std::string(kSignatureFile);
}

}  // namespace jaga::workflow
