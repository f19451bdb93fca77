#include "os/file.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <thread>

using namespace jaga;

namespace {

class Folder {
 public:
  Folder() {
    std::string pattern = std::filesystem::temp_directory_path() / "jaga-os-XXXXXX";
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string at(const std::string& name) const { return path_ + "/" + name; }
  std::string file(const std::string& name, const std::string& bytes) const {
    const os::Descriptor made(::open(at(name).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    REQUIRE(made);
    REQUIRE(os::write_all(made.get(), bytes) == 0);
    return at(name);
  }

 private:
  std::string path_;
};

}  // namespace

TEST_CASE("a file is read whole, up to its limit and not beyond") {
  const Folder folder;
  for (const std::size_t size : {0U, 1U, 100U, 65'536U, 65'537U, 200'000U}) {
    CAPTURE(size);
    std::string bytes(size, 'x');
    if (size > 1) bytes[size / 2] = '\0';
    const std::string path = folder.file("file", bytes);
    std::string out = "what was there before";
    CHECK(os::read_file(path, size, out) == 0);
    CHECK(out == bytes);
    CHECK(os::read_file(path, 1'000'000, out) == 0);
    CHECK(out == bytes);
    if (size == 0) continue;
    CHECK(os::read_file(path, size - 1, out) == EFBIG);
    CHECK(out.empty());
  }
}

TEST_CASE("only a regular file is read, and nothing is waited for") {
  const Folder folder;
  std::string out = "x";
  CHECK(os::read_file(folder.at("none"), 10, out) == ENOENT);
  CHECK(out.empty());
  CHECK(os::read_file(folder.at(""), 10, out) == EINVAL);  // the folder
  REQUIRE(::mkfifo(folder.at("fifo").c_str(), 0600) == 0);
  CHECK(os::read_file(folder.at("fifo"), 10, out) == EINVAL);
  CHECK(os::read_file("/dev/zero", 10, out) == EINVAL);
  folder.file("file", "bytes");
  REQUIRE(::symlink("file", folder.at("link").c_str()) == 0);
  CHECK(os::read_file(folder.at("link"), 10, out) == 0);
  CHECK(out == "bytes");
  CHECK(os::read_file(folder.at("link"), 10, out, O_NOFOLLOW) == ELOOP);
  CHECK(out.empty());
}

TEST_CASE("what comes in pieces is read to its end, and what is asked for first may end it") {
  auto pipe = os::make_pipe();
  REQUIRE(pipe);
  const std::string bytes(300'000, 'z');  // more than a pipe holds
  std::string out;
  {
    const std::jthread writer([&] {
      CHECK(os::write_all(pipe->writing.get(), bytes) == 0);
      pipe->writing.reset();
    });
    CHECK(os::read_all(pipe->reading.get(), bytes.size(), out) == 0);
  }
  CHECK(out == bytes);

  pipe = os::make_pipe();
  REQUIRE(pipe);
  REQUIRE(os::set_non_blocking(pipe->reading.get()));
  int asked = 0;
  CHECK(os::read_all(pipe->reading.get(), 10, out, [&] {
          ++asked;
          if (asked == 2) CHECK(os::write_all(pipe->writing.get(), "ab") == 0);
          return asked < 4;  // nothing there, "ab", nothing there, enough
        }) == ECANCELED);
  CHECK(asked == 4);
  CHECK(out.empty());
  CHECK(os::read_all(pipe->reading.get(), 10, out) == EAGAIN);
  CHECK(os::read_all(-1, 10, out) == EBADF);
}

TEST_CASE("what cannot be written is told") {
  const os::Descriptor full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  REQUIRE(full);
  CHECK(os::write_all(full.get(), "") == 0);
  CHECK(os::write_all(full.get(), "bytes") == ENOSPC);
  CHECK(os::write_all(-1, "bytes") == EBADF);
}
