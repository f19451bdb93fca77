// Without libFuzzer: runs a fuzz target over each file of the folders that are named, so that what was found
// once is looked for in every build. With --mutate SECONDS over changed and mixed ones, too, as long as that;
// what crashes it is left in crash-NAME (NAME: of the program) in the current folder, and JAGA_FUZZ_SEED=N
// repeats a run.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

std::string crash_file;
std::string running;  // the input

void keep(int number) {
  const int file = ::open(crash_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (file >= 0) {
    [[maybe_unused]] const auto written = ::write(file, running.data(), running.size());
    ::close(file);
  }
  std::signal(number, SIG_DFL);
  std::raise(number);
}

void run(const std::string& bytes) {
  running = bytes;  // with its own end, for the sanitizers
  running.shrink_to_fit();
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(running.data()), running.size());
}

class Mutator {
 public:
  Mutator(const std::vector<std::string>& corpus, std::uint64_t seed) : corpus_(corpus), engine_(seed) {}

  std::string next() {
    std::string out = corpus_[below(corpus_.size())];
    for (std::size_t changes = 1 + below(4); changes > 0; --changes) change(out);
    constexpr std::size_t kMost = std::size_t{1} << 16U;
    out.resize(std::min(out.size(), kMost));
    return out;
  }

 private:
  std::size_t below(std::size_t end) { return end == 0 ? 0 : engine_() % end; }
  // Some bytes of another input.
  std::string_view piece() {
    const std::string& from = corpus_[below(corpus_.size())];
    const std::size_t at = below(from.size());
    return std::string_view(from).substr(at, 1 + below(40));
  }
  void change(std::string& bytes) {
    const std::size_t at = below(bytes.size());
    switch (below(8)) {
      case 0:
        if (!bytes.empty()) bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8)));
        break;
      case 1:
        if (!bytes.empty()) bytes[at] = static_cast<char>(engine_());
        break;
      case 2:
        bytes.erase(at, 1 + below(20));
        break;
      case 3:
        bytes.insert(at, piece());
        break;
      case 4:
        if (!bytes.empty()) bytes.replace(at, 1 + below(20), piece());
        break;
      case 5: {
        constexpr std::string_view kOdd[] = {std::string_view("\0", 1),
                                             "\n",
                                             "\r\n",
                                             "\"",
                                             "'",
                                             "\\",
                                             "<",
                                             "{",
                                             "[",
                                             ": ",
                                             "../",
                                             "\x1b[2J",
                                             "\xFF\xFE",
                                             "\xC0\x80",
                                             "\xE2\x80\xAE",
                                             "-1",
                                             "99999999999999999999",
                                             "%0A",
                                             "0x",
                                             " "};
        bytes.insert(at, kOdd[below(std::size(kOdd))]);
        break;
      }
      case 6:
        bytes.insert(at, std::string(bytes.substr(at, 1 + below(60))));
        break;
      default:
        bytes.resize(at);
        break;
    }
  }

  const std::vector<std::string>& corpus_;
  std::mt19937_64 engine_;
};

int mutate(const std::vector<std::string>& corpus, std::chrono::seconds span) {
  const char* given = std::getenv("JAGA_FUZZ_SEED");
  const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  std::printf("JAGA_FUZZ_SEED=%llu\n", static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  Mutator mutator(corpus, seed);
  const auto end = std::chrono::steady_clock::now() + span;
  std::size_t inputs = 0;
  for (; std::chrono::steady_clock::now() < end; ++inputs) run(mutator.next());
  std::printf("%zu changed inputs\n", inputs);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view program = argv[0];
  crash_file = "crash-" + std::string(program.substr(program.rfind('/') + 1));
  for (const int number : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL}) std::signal(number, keep);
  int first = 1;
  std::chrono::seconds span{0};
  if (argc > 2 && std::string_view(argv[1]) == "--mutate") {
    span = std::chrono::seconds{std::atoi(argv[2])};
    first = 3;
  }
  std::vector<std::string> corpus;
  for (int i = first; i < argc; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      std::ifstream file(entry.path(), std::ios::binary);
      std::string bytes{std::istreambuf_iterator<char>(file), {}};
      if (!file) return 1;
      corpus.push_back(std::move(bytes));
    }
  }
  if (corpus.empty()) return 1;
  if (span.count() > 0) return mutate(corpus, span);
  for (const std::string& bytes : corpus)
    // Each cut, too: a parser that reads past its end does so at one of them.
    for (std::size_t size = bytes.size() > 4'096 ? bytes.size() : 0; size <= bytes.size(); ++size)
      run(bytes.substr(0, size));
  std::printf("%zu inputs with all their cuts\n", corpus.size());
  return 0;
}
