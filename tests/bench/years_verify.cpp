#include "years_verify.hpp"

#include <time.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "record/record.hpp"
#include "sign/key.hpp"
#include "store/chain.hpp"

namespace bench {
namespace {

using namespace jaga;
namespace fs = std::filesystem;

double cpu() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

}  // namespace

// As many as fit are read, then verified, so that memory stays small.
double verify(const std::string& office, bool heads) {
  const store::Folder folder(office);
  double seconds = 0;
  std::vector<std::pair<std::string, std::string>> read;
  const auto check = [&] {
    std::vector<sign::Check> checks;
    for (const auto& [bytes, signature] : read) checks.push_back({bytes, signature});
    const double began = cpu();
    sign::verify_each(checks, sign::kRecordNamespace, 1);
    seconds += cpu() - began;
    for (const sign::Check& one : checks)
      if (!one.signer) throw Error{ExitCode::data, literal("a signature is not good")};
    read.clear();
  };
  std::vector<std::string> files;
  if (heads) {
    for (const auto& listing : store::list_incidents(folder))
      files.push_back(record::ChainName::incident(listing.id).directory() + "/" +
                      record::file_name(listing.steps.back()));
  } else {
    for (const auto& entry : fs::recursive_directory_iterator(office))
      if (entry.is_regular_file() && entry.path().extension() == ".sig" &&
          entry.path().string().find("/archive/") == std::string::npos)
        files.push_back(entry.path().string().substr(office.size() + 1,
                                                     entry.path().string().size() - office.size() - 5));
  }
  constexpr std::size_t kAtOnce = 5000;
  for (const std::string& file : files) {
    read.emplace_back(folder.require(file), store::read_signature(folder, file).value_or(""));
    if (read.size() == kAtOnce) check();
  }
  check();
  return seconds;
}

}  // namespace bench
