#include "workflow/request_folder.hpp"

#include <algorithm>

#include "store/chain.hpp"
#include "store/directory.hpp"

namespace jaga::workflow {

std::string signing_line() {
  return "ssh-keygen -Y sign -n jaga-record -f ~/.ssh/id_ed25519 " + std::string(kRecordFile);
}

std::string readme(Language language, const std::string& key) {
  const auto say = [&](std::string_view text) { return std::string(text) + "\n"; };
  std::string out =
      say(translate("You sign record.yaml. The other files only help you to read it.", language));
  out +=
      "\n" + say(translate("With jaga, run this in this folder. It checks the files, shows the decision and "
                           "signs:",
                           language));
  out += "\n    jaga sign .\n";
  out += "\n" + say(translate("Without jaga:", language));
  out += "\n1. " +
         say(translate(
             "Read the part 'summary' of record.yaml. It states what you decide: the fault, the plan, the "
             "hosts, the scripts and how long the approval is valid (for verify and accept: the result). Do "
             "not sign if there is no summary, or if preview.txt or anybody says something different.",
             language));
  out += "\n2. " + say(translate("If record.yaml has a line that begins with 'on:', compute the SHA-256 of "
                                 "decided-on.yaml with the first line below, on Windows with the second. It "
                                 "must be the value of 'on' without the prefix sha256:.",
                                 language));
  out += "\n    sha256sum " + std::string(kOnFile) + "\n    certutil -hashfile " + std::string(kOnFile) +
         " SHA256\n";
  out += "\n3. " + say(translate("If this is your decision, sign with your own key:", language));
  out += "\n    " + signing_line() + "\n";
  out +=
      "\n" + say(msg("Sign with the key {key}; no other key is accepted.", {{"key", key}}).render(language));
  out += say(translate("Then send the folder back. Otherwise do not sign, and say why.", language));
  return out;
}

std::string version_line(const std::string& version, Language language) {
  return "\n" + msg("Written by jaga {version}.", {{"version", version}}).render(language) + "\n";
}

std::string request_evidence(const Digest& digest) {
  std::string path(kIncidentFolder);
  path += "/evidence/sha256-";
  path += digest.hex();
  return path;
}

Files incident_files(const Office& office, const record::Chain& chain, const std::vector<record::Note>& notes,
                     const incident::State& state, const incident::Body& decision) {
  Files files;
  const std::string home = chain.name.directory() + "/";
  const auto add = [&](const std::string& file, const std::string& bytes) {
    const std::string path = std::string(kIncidentFolder) + "/" + file;
    files.emplace(path, bytes);
    if (const auto signature = store::read_signature(*office.directory, home + file))
      files.emplace(path + ".sig", *signature);
  };
  for (const record::Record& record : chain.records) add(record::file_name(record.envelope), record.bytes);
  if (const auto measure = state.subjects.measure_of(decision)) {
    for (const record::Note& note : notes)
      if (note.digest == *measure) add("notes/" + note.id + ".yaml", note.bytes);
  }
  const incident::Summary* summary = incident::summary_in(decision);
  if (summary == nullptr || !summary->plan) return files;
  for (const incident::Summary::File& file : summary->plan->files)
    if (auto bytes = store::read_evidence(*office.directory, chain.name, file.digest))
      files.emplace(request_evidence(file.digest), std::move(*bytes));
  return files;
}

}  // namespace jaga::workflow
