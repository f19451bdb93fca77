// A bag that was truncated, extended or signed again by a skilled attacker.
#include "bag/bag.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>
#include <map>
#include <sstream>

#include "place.hpp"
#include "sign/key.hpp"
#include "workflow/archive.hpp"
#include "workflow/registering.hpp"

using namespace jaga;
using namespace jaga::audit;
using namespace jaga::audit::test;
namespace fs = std::filesystem;

namespace {

// Makes the bag in a copy of the directory, so that the original stays as it is.
class Bag {
 public:
  explicit Bag(const std::string& name) {
    Original& place = original();
    const auto parent = place.office.path.parent_path() / ("bags-" + name);
    const auto kept = place.office.path.parent_path() / "kept";
    fs::create_directories(parent);
    fs::copy(place.office.path, kept, fs::copy_options::recursive);
    workflow::ArchiveOptions wish;
    wish.part = incident::PartDisposition::none;
    wish.out = parent.string();
    const auto archived = workflow::archive(place.as("staff"), place.first, wish);
    path = archived.bag;
    manifest = archived.manifest;
    fs::remove_all(place.office.path);
    fs::rename(kept, place.office.path);
  }

  // As the owner of that person's key would recreate it from the present files.
  void sign_again(const std::string& person) const {
    for (const char* name : {"manifest", "tagmanifest"}) {
      const bool payload = std::string(name) == "manifest";
      std::map<std::string, std::string> files;
      std::size_t octets = 0;
      for (const auto& entry : fs::recursive_directory_iterator(path)) {
        const auto file = fs::relative(entry.path(), path).string();
        if (!entry.is_regular_file() || file.starts_with("data/") != payload ||
            file.starts_with("tagmanifest"))
          continue;
        files[file] = read(file);
        octets += files[file].size();
      }
      if (payload) {
        const auto info = read("bag-info.txt");
        write("bag-info.txt", info.substr(0, info.find("Payload-Oxum")) + "Payload-Oxum: " +
                                  std::to_string(octets) + "." + std::to_string(files.size()) + "\n");
      }
      std::string small, large;
      for (const auto& [file, bytes] : files) {
        small += sha256(bytes).hex() + "  " + file + "\n";
        large += hex(sha512(bytes)) + "  " + file + "\n";
      }
      write(std::string(name) + "-sha256.txt", small);
      write(std::string(name) + "-sha512.txt", large);
    }
    write("tagmanifest-sha256.txt.sig",
          signed_by(person, read("tagmanifest-sha256.txt"), sign::kBagNamespace));
  }
  void remove(const std::string& part) const {
    std::vector<fs::path> gone;
    for (const auto& entry : fs::recursive_directory_iterator(path / "data"))
      if (entry.is_regular_file() && entry.path().string().find(part) != std::string::npos)
        gone.push_back(entry);
    REQUIRE_FALSE(gone.empty());
    for (const auto& file : gone) fs::remove(file);
  }
  std::string read(const std::string& file) const {
    std::ostringstream out;
    out << std::ifstream(path / file, std::ios::binary).rdbuf();
    return out.str();
  }
  void write(const std::string& file, const std::string& bytes) const {
    ::chmod((path / file).c_str(), 0644);
    std::ofstream(path / file, std::ios::binary) << bytes;
  }
  Report audit() const { return audit_bag(path.string()); }

  fs::path path;
  Digest manifest;
};

bool is_named(const Report& report, const std::string& what) {
  INFO("report: " << text(report));
  bool found = false;
  for (const auto& finding : report.findings)
    found = found || finding.what.render(Language::english).find(what) != std::string::npos;
  CHECK(found);
  return found;
}

}  // namespace

TEST_CASE("a bag is vouched for by who might archive, when that was due") {
  const Bag bag("signed");
  auto report = bag.audit();
  INFO("report: " << text(report));
  CHECK(report.sound());
  CHECK(report.manifest == bag.manifest);

  SUBCASE("recreated by the same person from the same files") {
    bag.sign_again("staff");
    CHECK(bag.audit().sound());
  }
  SUBCASE("cut by who may archive") {
    bag.remove("-accept.");
    bag.sign_again("staff");
    is_named(bag.audit(), "it is archived although its next step is accept");
    CHECK(bag.audit().manifest != bag.manifest);
  }
  SUBCASE("cut further") {
    for (const char* part : {"-accept.", "-verify.", "-repair-end.", "-command-"}) bag.remove(part);
    bag.sign_again("staff");
    is_named(bag.audit(), "it is archived although its next step is repair");
  }
  SUBCASE("signed by somebody who may not archive") {
    bag.sign_again("section-head");
    is_named(bag.audit(), "is signed by 'section-head', who holds no role that may archive");
  }
  SUBCASE("signed by nobody") {
    bag.sign_again("stranger");
    is_named(bag.audit(), "is signed with a key that is not in its register");
  }
  SUBCASE("without its incident") {
    fs::remove_all(bag.path / "data/incidents");
    bag.sign_again("staff");
    is_named(bag.audit(), "it contains 0 incidents instead of one");
  }
  SUBCASE("with another incident too") {
    const auto other = record::ChainName::incident(original().second).directory();
    fs::create_directories((bag.path / "data" / other).parent_path());
    fs::copy(original().office.path / other, bag.path / "data" / other, fs::copy_options::recursive);
    bag.sign_again("staff");
    is_named(bag.audit(), "it contains 2 incidents instead of one");
  }
  SUBCASE("without its last seals and with a later register") {
    // In which the key is no longer current.
    Original& place = original();
    const auto kept = place.office.path.parent_path() / "kept";
    fs::copy(place.office.path, kept, fs::copy_options::recursive);
    auto entry = *place.as("section-head").registered->find_person("staff");
    entry.keys[0].retired = place.office.now;
    workflow::write_person(place.as("section-head", "two"), entry);
    for (const char* part : {"register", "seals"}) {
      fs::remove_all(bag.path / "data" / part);
      fs::copy(place.office.path / part, bag.path / "data" / part, fs::copy_options::recursive);
    }
    fs::remove_all(place.office.path);
    fs::rename(kept, place.office.path);
    bag.sign_again("staff");
    is_named(bag.audit(), "is signed with a key that is not a current key of 'staff'");
  }
}
