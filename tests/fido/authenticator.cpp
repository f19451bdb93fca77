// A FIDO token without hardware: a library for OpenSSH (SSH_SK_PROVIDER, ssh-keygen -w). README.md has its
// folder.
#include <fcntl.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/freed.hpp"
#include "sk_api.hpp"

namespace {

namespace fs = std::filesystem;
using jaga::Freed;

using Pkey = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;

unsigned char* raw(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}
const unsigned char* raw(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// Given away to who frees it with free(3).
std::uint8_t* given(std::string_view bytes, std::size_t& size) {
  auto* copy = static_cast<std::uint8_t*>(std::malloc(std::max<std::size_t>(bytes.size(), 1)));
  if (copy == nullptr) std::abort();
  std::copy(bytes.begin(), bytes.end(), copy);
  size = bytes.size();
  return copy;
}
template <typename T>
T* given_new() {
  auto* made = static_cast<T*>(std::calloc(1, sizeof(T)));
  if (made == nullptr) std::abort();
  return made;
}

std::string sha256(std::string_view bytes) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(raw(bytes), bytes.size(), raw(digest));
  return digest;
}

std::string big_endian(std::uint32_t number) {
  std::string out;
  for (const unsigned shift : {24U, 16U, 8U, 0U}) out += static_cast<char>(number >> shift & 0xffU);
  return out;
}

// The first line of a file of the token; empty where there is none.
std::string line_of(const fs::path& file) {
  std::string line;
  std::ifstream in(file);
  std::getline(in, line);
  return line;
}

// The folder that holds what the token is to do and what it did.
class Token {
 public:
  explicit Token(fs::path folder) : folder_(std::move(folder)) {}

  const fs::path& folder() const { return folder_; }
  std::string mood() const { return line_of(folder_ / "mood"); }
  std::string pin() const { return line_of(folder_ / "pin"); }
  bool there() const { return fs::is_directory(folder_) && mood() != "absent"; }

  // A line for what it was asked; how many of them there are by now. Locked: several may ask at once.
  std::uint32_t log(const std::string& line) const {
    const int fd = open((folder_ / "log").c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (fd < 0 || flock(fd, LOCK_EX) != 0) std::abort();
    const std::string whole = line + "\n";
    if (write(fd, whole.data(), whole.size()) != static_cast<ssize_t>(whole.size())) std::abort();
    std::ifstream in(folder_ / "log");
    const auto lines = std::count(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>(), '\n');
    close(fd);
    return static_cast<std::uint32_t>(lines);
  }

  // It does one thing at a time, and tells others that it is busy. Held until this process ends.
  bool taken() const {
    const int fd = open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0;
  }

  // Until somebody touches it, or it is taken away; a token gives up some time, too.
  bool touched() const {
    const auto until = std::chrono::steady_clock::now() + std::chrono::minutes{5};
    while (fs::is_directory(folder_) && mood() == "waits" && std::chrono::steady_clock::now() < until) {
      std::error_code error;
      if (fs::remove(folder_ / "finger", error)) return there();
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    return there() && mood() != "waits" && mood() != "untouched";
  }

 private:
  fs::path folder_;
};

// A key handle: which token, and the private key as DER.
constexpr std::string_view kMark{"jaga-test-token\0", 16};

std::string handle_of(const Token& token, EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int size = i2d_PrivateKey(key, &der);
  if (size <= 0) std::abort();
  std::string handle(kMark);
  handle += token.folder().string() + '\0';
  handle.append(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return handle;
}

struct Handle {
  Token token;
  Pkey key;
};
std::optional<Handle> open_handle(std::string_view handle) {
  if (!handle.starts_with(kMark)) return std::nullopt;
  handle.remove_prefix(kMark.size());
  const std::size_t end = handle.find('\0');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view der = handle.substr(end + 1);
  const unsigned char* at = raw(der);
  Pkey key(d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(der.size())));
  if (!key) return std::nullopt;
  return Handle{Token(handle.substr(0, end)), std::move(key)};
}

std::string public_key(std::uint32_t alg, EVP_PKEY* key) {
  std::string point(128, '\0');
  std::size_t size = point.size();
  const bool good = alg == SK_ED25519 ? EVP_PKEY_get_raw_public_key(key, raw(point), &size) == 1
                                      : EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY,
                                                                        raw(point), point.size(), &size) == 1;
  if (!good) std::abort();
  point.resize(size);
  return point;
}

std::string signature(std::uint32_t alg, EVP_PKEY* key, const std::string& data) {
  const DigestContext context(EVP_MD_CTX_new());
  std::string out(256, '\0');
  std::size_t size = out.size();
  if (EVP_DigestSignInit(context.get(), nullptr, alg == SK_ED25519 ? nullptr : EVP_sha256(), nullptr, key) !=
          1 ||
      EVP_DigestSign(context.get(), raw(out), &size, raw(data), data.size()) != 1) {
    std::abort();
  }
  out.resize(size);
  return out;
}

std::string number(const BIGNUM* value) {
  std::string out(static_cast<std::size_t>(BN_num_bytes(value)), '\0');
  BN_bn2bin(value, raw(out));
  return out;
}

// One file a resident key: its flags and algorithm, its application, its handle.
void keep(const Token& token, std::uint32_t alg, std::uint8_t flags, const std::string& application,
          const std::string& handle) {
  fs::create_directories(token.folder() / "resident");
  std::ofstream out(token.folder() / "resident" / std::to_string(token.log("resident " + application)),
                    std::ios::binary);
  out << alg << ' ' << unsigned{flags} << ' ' << application << '\n' << handle;
}

Token plugged_in() {
  const char* folder = std::getenv("JAGA_TEST_TOKEN");
  return Token(folder == nullptr ? "/nonexistent" : folder);
}

bool knows_pin(const Token& token, const char* pin) {
  return pin != nullptr && !token.pin().empty() && token.pin() == pin;
}

}  // namespace

std::uint32_t sk_api_version() {
  return SK_VERSION;
}

int sk_enroll(std::uint32_t alg, const std::uint8_t*, std::size_t, const char* application,
              std::uint8_t flags, const char* pin, sk_option**, sk_enroll_response** response) {
  const Token token = plugged_in();
  if (alg != SK_ED25519 && alg != SK_ECDSA) return SK_ERR_UNSUPPORTED;
  if (!token.there()) return SK_ERR_DEVICE_NOT_FOUND;
  if ((flags & (SK_VERIFICATION | SK_RESIDENT)) != 0 && !knows_pin(token, pin)) return SK_ERR_PIN_REQUIRED;
  const Pkey key(alg == SK_ED25519 ? EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")
                                   : EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
  if (!key) return SK_ERR_GENERAL;
  const std::string handle = handle_of(token, key.get());
  token.log("enroll " + std::string(application));
  if ((flags & SK_RESIDENT) != 0) keep(token, alg, flags, application, handle);
  auto* made = given_new<sk_enroll_response>();
  made->flags = flags;
  made->public_key = given(public_key(alg, key.get()), made->public_key_len);
  made->key_handle = given(handle, made->key_handle_len);
  *response = made;
  return 0;
}

int sk_sign(std::uint32_t alg, const std::uint8_t* data, std::size_t data_len, const char* application,
            const std::uint8_t* key_handle, std::size_t key_handle_len, std::uint8_t flags, const char* pin,
            sk_option**, sk_sign_response** response) {
  const auto handle = open_handle({reinterpret_cast<const char*>(key_handle), key_handle_len});
  if (!handle || !handle->token.there()) return SK_ERR_DEVICE_NOT_FOUND;
  const Token& token = handle->token;
  const std::string mood = token.mood();
  const bool verified = knows_pin(token, pin);
  if (((flags & SK_VERIFICATION) != 0 || mood == "pin") && !verified) return SK_ERR_PIN_REQUIRED;
  if (mood == "crashes") std::abort();
  if (!token.taken()) {
    token.log("busy " + std::string(application));
    return SK_ERR_GENERAL;
  }
  // A pending touch is announced before it comes.
  if ((flags & SK_PRESENCE) != 0) {
    if (mood == "waits") token.log("blinks " + std::string(application));
    if (!token.touched()) {
      token.log("untouched " + std::string(application));
      return SK_ERR_GENERAL;
    }
  }
  std::uint8_t shown = flags & SK_PRESENCE;
  if (mood == "unpresent") shown = 0;
  if (verified) shown |= SK_VERIFICATION;
  const std::uint32_t counter = token.log("sign " + std::string(application));
  std::string signed_data = sha256(application) + static_cast<char>(shown) + big_endian(counter) +
                            sha256({reinterpret_cast<const char*>(data), data_len});
  if (mood == "garbles") signed_data.back() = static_cast<char>(signed_data.back() ^ 1);
  const std::string made = signature(alg, handle->key.get(), signed_data);
  auto* answer = given_new<sk_sign_response>();
  answer->flags = shown;
  answer->counter = counter;
  if (alg == SK_ED25519) {
    answer->sig_r = given(made, answer->sig_r_len);
  } else {
    const unsigned char* at = raw(std::string_view(made));
    const EcdsaSignature both(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(made.size())));
    answer->sig_r = given(number(ECDSA_SIG_get0_r(both.get())), answer->sig_r_len);
    answer->sig_s = given(number(ECDSA_SIG_get0_s(both.get())), answer->sig_s_len);
  }
  *response = answer;
  return 0;
}

int sk_load_resident_keys(const char* pin, sk_option**, sk_resident_key*** keys, std::size_t* count) {
  const Token token = plugged_in();
  if (!token.there()) return SK_ERR_DEVICE_NOT_FOUND;
  if (!knows_pin(token, pin)) return SK_ERR_PIN_REQUIRED;
  std::vector<sk_resident_key*> found;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(token.folder() / "resident", none)) {
    std::ifstream in(entry.path(), std::ios::binary);
    std::uint32_t alg = 0;
    unsigned flags = 0;
    std::string application;
    in >> alg >> flags >> application;
    in.get();
    std::ostringstream rest;
    rest << in.rdbuf();
    const auto handle = open_handle(rest.str());
    if (!handle) return SK_ERR_GENERAL;
    auto* key = given_new<sk_resident_key>();
    std::size_t ignored = 0;
    key->alg = alg;
    key->application = strdup(application.c_str());
    key->flags = static_cast<std::uint8_t>(flags);
    key->key.flags = key->flags;
    key->key.public_key = given(public_key(alg, handle->key.get()), key->key.public_key_len);
    key->key.key_handle = given(rest.str(), key->key.key_handle_len);
    key->user_id = given({}, ignored);
    found.push_back(key);
  }
  *count = found.size();
  *keys = static_cast<sk_resident_key**>(std::calloc(found.size() + 1, sizeof(sk_resident_key*)));
  if (*keys == nullptr) std::abort();
  std::copy(found.begin(), found.end(), *keys);
  return 0;
}
