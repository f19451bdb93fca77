// Bags of other makers, of each kind that the conformance suite of the Library of Congress has.
#include "bag/any_bag.hpp"

#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <map>

#include "../sign/workshop.hpp"
#include "bag/tag_files.hpp"
#include "base/error.hpp"

using namespace jaga;
namespace fs = std::filesystem;

namespace {

std::string digest(const char* algorithm, const std::string& bytes) {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  REQUIRE(EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, EVP_get_digestbyname(algorithm),
                     nullptr) == 1);
  return hex(std::span(out).first(size));
}

std::string utf16be(const std::string& ascii) {
  std::string out = "\xFE\xFF";
  for (const char c : ascii) (out += '\0') += c;
  return out;
}

// A bag as other programs make it; each member may be changed before it is written.
struct Foreign {
  std::string version = "0.97";
  std::string encoding = "UTF-8";
  std::string end = "\n";
  std::vector<std::pair<std::string, const char*>> algorithms{{"md5", "MD5"}};
  std::map<std::string, std::string> payload{{"data/hello.txt", "hello\n"},
                                             {"data/dir/with space.txt", "two\n"}};
  std::string info_file = "bag-info.txt";
  std::string info = "Bag-Software-Agent: bagit.py\nPayload-Oxum: 10.2\n";
  std::string between = "  ";
  std::string front;                          // of each path in a manifest
  std::map<std::string, std::string> more{};  // further tag files, in no tag manifest
  bool tag_manifest = true;
  std::string listed{};  // a line more of each manifest

  void write(const Workshop& workshop) const {
    fs::remove_all(workshop.at("bag"));
    fs::create_directories(workshop.at("bag/data"));
    const auto put = [&](const std::string& file, const std::string& bytes) {
      fs::create_directories(fs::path(workshop.at("bag/" + file)).parent_path());
      workshop.write("bag/" + file, bytes);
    };
    const auto text = [&](std::string bytes) {
      std::string out;
      for (const char c : bytes) out += c == '\n' ? end : std::string(1, c);
      return encoding == "UTF-16" ? utf16be(out) : out;
    };
    std::map<std::string, std::string> tags;
    tags["bagit.txt"] = "BagIt-Version: " + version + end + "Tag-File-Character-Encoding: " + encoding + end;
    if (!info.empty()) tags[info_file] = text(info);
    for (const auto& [path, bytes] : payload) put(path, bytes);
    for (const auto& [name, openssl] : algorithms) {
      std::string manifest;
      for (const auto& [path, bytes] : payload)
        manifest += digest(openssl, bytes) + between + front + path + "\n";
      tags["manifest-" + name + ".txt"] = text(manifest + listed);
    }
    for (const auto& [path, bytes] : tags) put(path, bytes);
    for (const auto& [path, bytes] : more) put(path, bytes);
    if (!tag_manifest) return;
    for (const auto& [name, openssl] : algorithms) {
      std::string manifest;
      for (const auto& [path, bytes] : tags) manifest += digest(openssl, bytes) + between + path + "\n";
      put("tagmanifest-" + name + ".txt", text(manifest));
    }
  }
};

std::string text(const std::vector<Message>& messages) {
  std::string out;
  for (const Message& one : messages) out += one.render(Language::english) + "\n";
  return out;
}

// The problems of the bag as it lies there; empty: it is valid.
std::string problems(const Workshop& workshop) {
  return text(bag::check_any(workshop.at("bag")).problems);
}
std::string problems(const Workshop& workshop, const Foreign& bag) {
  bag.write(workshop);
  return problems(workshop);
}
std::string remarks(const Workshop& workshop) {
  return text(bag::check_any(workshop.at("bag")).remarks);
}
bool has(const std::string& all, const std::string& part) {
  if (all.find(part) != std::string::npos) return true;
  MESSAGE("not there: " << part << "\nbut:\n" << all);
  return false;
}

}  // namespace

TEST_CASE("bags of each version are valid") {
  const Workshop workshop;
  for (const std::string version : {"0.93", "0.94", "0.95", "0.96", "0.97", "1.0"}) {
    CAPTURE(version);
    Foreign bag;
    bag.version = version;
    if (version < "0.96") bag.info_file = "package-info.txt";
    CHECK(problems(workshop, bag) == "");
    const bag::AnyBag checked = bag::check_any(workshop.at("bag"));
    CHECK(checked.version == version);
    CHECK(checked.algorithms == std::vector<std::string>{"md5"});
    CHECK(checked.files == 2);
    CHECK(checked.octets == 10);
    CHECK(checked.manifest == sha256(workshop.read("bag/tagmanifest-md5.txt")));
    CHECK(has(remarks(workshop), "do not protect against deliberate changes (md5)"));
  }
}

TEST_CASE("manifests of every algorithm that OpenSSL knows") {
  const Workshop workshop;
  Foreign bag;
  bag.version = "1.0";
  for (const auto& algorithm :
       std::vector<std::pair<std::string, const char*>>{{"md5", "MD5"},
                                                        {"sha1", "SHA1"},
                                                        {"sha224", "SHA224"},
                                                        {"sha256", "SHA256"},
                                                        {"sha384", "SHA384"},
                                                        {"sha512", "SHA512"},
                                                        {"sha512256", "SHA512-256"},
                                                        {"sha3256", "SHA3-256"},
                                                        {"blake2b512", "BLAKE2b512"}}) {
    const std::string& name = algorithm.first;
    CAPTURE(name);
    bag.algorithms = {{name, algorithm.second}};
    CHECK(problems(workshop, bag) == "");
    workshop.write("bag/data/hello.txt", "hallo\n");
    CHECK(has(problems(workshop), "'data/hello.txt' does not match its manifest (" + name + ")"));
  }
  bag.algorithms = {{"sha512", "SHA512"}, {"md5", "MD5"}};
  CHECK(problems(workshop, bag) == "");
  CHECK(remarks(workshop) == "");
  CHECK(bag::check_any(workshop.at("bag")).manifest == sha256(workshop.read("bag/tagmanifest-sha512.txt")));
  bag.algorithms = {{"crc32", "MD5"}};
  CHECK(has(problems(workshop, bag), "'manifest-crc32.txt': unknown algorithm 'crc32'"));
}

TEST_CASE("other ways to write the same are valid") {
  const Workshop workshop;
  const auto valid = [&](const char* what, const auto& change) {
    CAPTURE(what);
    Foreign bag;
    change(bag);
    CHECK(problems(workshop, bag) == "");
  };
  valid("CR LF", [](Foreign& bag) { bag.end = "\r\n"; });
  valid("CR", [](Foreign& bag) { bag.end = "\r"; });
  valid("one blank", [](Foreign& bag) { bag.between = " "; });
  valid("a TAB", [](Foreign& bag) { bag.between = "\t"; });
  valid("./ in front", [](Foreign& bag) { bag.front = "./"; });
  valid("ISO-8859-1", [](Foreign& bag) {
    bag.encoding = "ISO-8859-1";
    bag.info = "Contact-Name: J\xF6rg\n";
  });
  valid("UTF-16", [](Foreign& bag) { bag.encoding = "UTF-16"; });
  valid("no bag-info.txt", [](Foreign& bag) { bag.info.clear(); });
  valid("labels twice, blanks around the colon, a value that goes on", [](Foreign& bag) {
    bag.info = "Test-Tag: 1\nTest-Tag : 2\nTest-Tag    :   3\n  and more\nPayload-Oxum: 10.2\n";
  });
  valid("a bag in a bag", [](Foreign& bag) {
    bag.payload["data/bag/bagit.txt"] = "BagIt-Version: 0.97\n";
    bag.info.clear();
  });
  valid("no payload", [](Foreign& bag) {
    bag.payload.clear();
    bag.info.clear();
  });
  valid("a tag file in no tag manifest", [](Foreign& bag) { bag.more["notes/readme"] = "x"; });
  valid("fetch.txt whose files are there", [](Foreign& bag) {
    bag.more["fetch.txt"] =
        "http://localhost/hello.txt - data/hello.txt\r\nhttp://localhost/x 4 data/dir/with space.txt\n";
  });
  valid("names as they are written", [](Foreign& bag) {
    bag.payload["data/%7Efile"] = "x";
    bag.payload["data/~file"] = "x";
    bag.payload["data/.DS_Store"] = "x";
    bag.payload["data/\xC3\xBC"] = "x";
    bag.info.clear();
  });

  Foreign bag;
  bag.version = "1.0";
  bag.info.clear();
  bag.payload = {{"data/line\nend 100%", "x"}};
  bag.write(workshop);
  const std::string line = digest("MD5", "x") + "  data/line%0Aend 100%25\n";
  workshop.write("bag/manifest-md5.txt", line);
  fs::remove(workshop.at("bag/tagmanifest-md5.txt"));
  CHECK(problems(workshop) == "");
  CHECK(has(remarks(workshop), "no tag manifest"));
}

TEST_CASE("what is worth a look is a remark") {
  const Workshop workshop;
  Foreign bag;
  bag.front = "*";
  CHECK(problems(workshop, bag) == "");
  CHECK(has(remarks(workshop), "its paths begin with '*'"));
  bag = {};
  bag.payload["data/HELLO.txt"] = "x";
  bag.info.clear();
  CHECK(problems(workshop, bag) == "");
  CHECK(has(remarks(workshop), "exists twice with different upper and lower case"));
  bag = {};
  bag.listed = digest("MD5", "hello\n") + "  data/hello.txt\n";
  CHECK(problems(workshop, bag) == "");
  CHECK(has(remarks(workshop), "it lists 'data/hello.txt' twice"));
  bag.version = "1.0";
  CHECK(has(problems(workshop, bag), "it lists 'data/hello.txt' twice"));
}

TEST_CASE("what is not a valid bag, and why") {
  const Workshop workshop;
  const auto invalid = [&](const std::string& why, const auto& change) {
    CAPTURE(why);
    Foreign bag;
    change(bag);
    CHECK(has(problems(workshop, bag), why));
  };
  invalid("'bagit.txt': unknown version of BagIt: '.97'", [](Foreign& bag) { bag.version = ".97"; });
  invalid("unknown version of BagIt: '1.1'", [](Foreign& bag) { bag.version = "1.1"; });
  invalid("unknown version of BagIt: '1.0 '", [](Foreign& bag) { bag.version = "1.0 "; });
  invalid("unknown character encoding 'klingon'", [](Foreign& bag) { bag.encoding = "klingon"; });
  invalid("'data/gone' is missing",
          [](Foreign& bag) { bag.listed = std::string(32, '0') + "  data/gone\n"; });
  invalid("it lists 'data/hello.txt' twice",
          [](Foreign& bag) { bag.listed = std::string(32, '0') + "  data/hello.txt\n"; });
  invalid("the Payload-Oxum in 'bag-info.txt' is incorrect",
          [](Foreign& bag) { bag.info = "Payload-Oxum: 11.2\n"; });
  invalid("the Payload-Oxum in 'bag-info.txt' is incorrect",
          [](Foreign& bag) { bag.info = "payload-oxum: 10.3\n"; });
  invalid("'bag-info.txt': invalid line: 'no label'", [](Foreign& bag) { bag.info = "no label\n"; });
  invalid("'bag-info.txt' is not written in utf-8", [](Foreign& bag) { bag.info = "Name: J\xF6rg\n"; });
  invalid("it has no manifest of its payload", [](Foreign& bag) { bag.algorithms.clear(); });
  for (const std::string path : {"../../x", "/tmp/x", "data/../../x", "data//x", "data/./x"})
    invalid("it lists '" + path + "', which may lie outside the bag",
            [&](Foreign& bag) { bag.listed = std::string(32, '0') + "  " + path + "\n"; });
  for (const std::string path : {"~/x", "C:\\x", "\\\\host\\x"})
    invalid("is not a payload file",
            [&](Foreign& bag) { bag.listed = std::string(32, '0') + "  " + path + "\n"; });
  for (const std::string path : {"../x", "/tmp/x", "~/x", "bagit.txt"})
    invalid("'fetch.txt': it lists '" + path + "'",
            [&](Foreign& bag) { bag.more["fetch.txt"] = "http://localhost/x - " + path + "\n"; });
  invalid("'fetch.txt': invalid line: 'http://localhost/x'",
          [](Foreign& bag) { bag.more["fetch.txt"] = "http://localhost/x\n"; });
  invalid("it is listed in fetch.txt and was not fetched", [](Foreign& bag) {
    bag.listed = std::string(32, '0') + "  data/far\n";
    bag.more["fetch.txt"] = "http://localhost/far 3 data/far\n";
  });
  invalid("'data/far' is not listed in any manifest",
          [](Foreign& bag) { bag.more["fetch.txt"] = "http://localhost/far 3 data/far\n"; });

  const auto changed = [&](const std::string& why, const std::string& file, const std::string& bytes) {
    CAPTURE(why);
    Foreign{}.write(workshop);
    workshop.write("bag/" + file, bytes);
    CHECK(has(problems(workshop), why));
  };
  changed("'data/hello.txt' does not match its manifest (md5)", "data/hello.txt", "hallo\n");
  changed("'bag-info.txt' does not match its manifest (md5)", "bag-info.txt", "Payload-Oxum: 10.2\n");
  changed("'data/more' is not listed in any manifest", "data/more", "x");
  changed("'bagit.txt': it does not consist of the lines", "bagit.txt", "BagIt-Version: 0.97\n");
  changed("'bagit.txt': it does not consist of the lines", "bagit.txt",
          "BagIt-Version : 1.0\nTag-File-Character-Encoding : UTF-8\n");
  changed("'bagit.txt': it does not consist of the lines", "bagit.txt",
          "\xEF\xBB\xBF"
          "BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n");
  changed("'manifest-md5.txt': invalid line: 'x'", "manifest-md5.txt", "x\n");
  Foreign{}.write(workshop);
  fs::remove(workshop.at("bag/bagit.txt"));
  CHECK(has(problems(workshop), "'bagit.txt' is missing"));
  CHECK(bag::is_bag(workshop.at("bag")));
  Foreign{}.write(workshop);
  REQUIRE(symlink("hello.txt", workshop.at("bag/data/link").c_str()) == 0);
  CHECK(has(problems(workshop), "'data/link' is not a regular file"));
  Foreign none;
  none.payload.clear();
  none.info.clear();
  none.write(workshop);
  fs::remove(workshop.at("bag/data"));
  CHECK(has(problems(workshop), "'data' is missing"));
  CHECK_THROWS_AS((void)bag::check_any(workshop.at("none")), Error);
}

TEST_CASE("from 1.0 each manifest lists every file, before that one is enough") {
  const Workshop workshop;
  for (const std::string version : {"0.97", "1.0"}) {
    Foreign bag;
    bag.version = version;
    bag.algorithms = {{"sha256", "SHA256"}, {"md5", "MD5"}};
    bag.write(workshop);
    workshop.write("bag/manifest-md5.txt", digest("MD5", "hello\n") + "  data/hello.txt\n");
    for (const char* file : {"bag/tagmanifest-md5.txt", "bag/tagmanifest-sha256.txt"})
      fs::remove(workshop.at(file));
    if (version == "1.0")
      CHECK(has(problems(workshop), "'manifest-md5.txt': 'data/dir/with space.txt' is not listed"));
    else
      CHECK(problems(workshop) == "");
  }
}

TEST_CASE("whose bag it is") {
  const Workshop workshop;
  Foreign{}.write(workshop);
  CHECK(bag::is_bag(workshop.at("bag")));
  CHECK_FALSE(bag::is_bag(workshop.at("")));
  CHECK_FALSE(bag::is_bag(workshop.at("none")));
  CHECK_FALSE(bag::claims_to_be_ours(workshop.at("bag")));
  fs::create_directory(workshop.at("bag/data/register"));
  CHECK_FALSE(bag::claims_to_be_ours(workshop.at("bag")));
  workshop.write("bag/data/register/0001-genesis.k7f3q2.yaml", "x");
  CHECK(bag::claims_to_be_ours(workshop.at("bag")));
  Foreign named;
  named.info = "Bag-Software-Agent: jaga 0.1.0\n";
  named.write(workshop);
  CHECK(bag::claims_to_be_ours(workshop.at("bag")));
  Foreign{}.write(workshop);
  workshop.write("bag/tagmanifest-sha256.txt.sig", "x");
  CHECK(bag::claims_to_be_ours(workshop.at("bag")));
}

TEST_CASE("text of each encoding, and bytes that are not of it") {
  using namespace std::string_view_literals;
  CHECK(bag::decoded("\xFE\xFF\0J\0\xF6\xD8\x3D\xDE\x00"sv, "utf-16") == "J\xC3\xB6\xF0\x9F\x98\x80");
  CHECK(bag::decoded("\xFF\xFEJ\0\xF6\0"sv, "utf-16") == "J\xC3\xB6");
  CHECK(bag::decoded("\0J"sv, "utf-16") == "J");
  CHECK(bag::decoded("J\0"sv, "utf-16le") == "J");
  CHECK(bag::decoded("\0"sv, "utf-16") == std::nullopt);
  CHECK(bag::decoded("\xD8\x3D"sv, "utf-16be") == std::nullopt);
  CHECK(bag::decoded("\xDE\x00\x00J"sv, "utf-16be") == std::nullopt);
  CHECK(bag::decoded("\xF6", "utf-8") == std::nullopt);
  CHECK(bag::decoded("\xF6", "us-ascii") == std::nullopt);
  CHECK(bag::decoded("\xF6", "iso-8859-1") == "\xC3\xB6");
  CHECK(bag::parse_oxum("12.3") == bag::Oxum{12, 3});
  for (const char* bad : {"", "12", "12.", ".3", "12.3.4", "-1.2", "12.3 ", "99999999999999999999.1"})
    CHECK_FALSE(bag::parse_oxum(bad));
}
