#include "web.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace web {
namespace {

void add_name(X509* certificate, bool issuer, const char* common) {
  X509_NAME* name = X509_NAME_new();
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(common), -1,
                             -1, 0);
  REQUIRE((issuer ? X509_set_issuer_name(certificate, name) : X509_set_subject_name(certificate, name)) == 1);
  X509_NAME_free(name);
}

void add_extension(X509* certificate, int nid, const std::string& value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
  REQUIRE(extension != nullptr);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

X509* make(EVP_PKEY* key, const char* subject, const char* issuer, std::chrono::seconds from,
           std::chrono::seconds until, long serial) {
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate), from.count());
  X509_gmtime_adj(X509_getm_notAfter(certificate), until.count());
  X509_set_pubkey(certificate, key);
  add_name(certificate, false, subject);
  add_name(certificate, true, issuer);
  return certificate;
}

void write_pem(const std::string& path, X509* certificate, const char* mode = "w") {
  FILE* file = std::fopen(path.c_str(), mode);
  REQUIRE(file != nullptr);
  PEM_write_X509(file, certificate);
  std::fclose(file);
}

}  // namespace

Authority::Authority() : key_(EVP_EC_gen("P-256")) {
  std::string place = (std::filesystem::temp_directory_path() / "jaga-web-XXXXXX").string();
  REQUIRE(::mkdtemp(place.data()) != nullptr);
  directory_ = place;
  own_ = make(key_, "Test authority", "Test authority", std::chrono::seconds{-3600},
              std::chrono::hours{24 * 365}, 1);
  add_extension(own_, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(own_, NID_key_usage, "critical,keyCertSign,cRLSign");
  REQUIRE(X509_sign(own_, key_, EVP_sha256()) != 0);
  write_pem(ca(), own_);
}

Authority::~Authority() {
  X509_free(own_);
  EVP_PKEY_free(key_);
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

std::string Authority::certificate(const std::string& names, std::chrono::seconds from,
                                   std::chrono::seconds until) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  const std::string prefix = write_key(key);
  X509* certificate = make(key, "Test server", "Test authority", from, until, 100 + count_);
  if (!names.empty()) add_extension(certificate, NID_subject_alt_name, names);
  REQUIRE(X509_sign(certificate, key_, EVP_sha256()) != 0);
  write_pem(prefix + ".pem", certificate);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return prefix;
}

std::string Authority::issued(const std::string& names, std::chrono::seconds until,
                              std::chrono::seconds issuer_from, std::chrono::seconds issuer_until) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  EVP_PKEY* issuer_key = EVP_EC_gen("P-256");
  const std::string prefix = write_key(key);
  X509* issuer = make(issuer_key, "Test issuer", "Test authority", issuer_from, issuer_until, 200 + count_);
  add_extension(issuer, NID_basic_constraints, "critical,CA:TRUE");
  REQUIRE(X509_sign(issuer, key_, EVP_sha256()) != 0);
  X509* certificate =
      make(key, "Test server", "Test issuer", std::chrono::seconds{-3600}, until, 100 + count_);
  add_extension(certificate, NID_subject_alt_name, names);
  REQUIRE(X509_sign(certificate, issuer_key, EVP_sha256()) != 0);
  write_pem(prefix + ".pem", certificate);
  write_pem(prefix + ".pem", issuer, "a");
  write_pem(prefix + ".ca", issuer);
  X509_free(certificate);
  X509_free(issuer);
  EVP_PKEY_free(key);
  EVP_PKEY_free(issuer_key);
  return prefix;
}

std::string Authority::write_key(EVP_PKEY* key) {
  const std::string prefix = directory_ + "/" + std::to_string(++count_);
  FILE* file = std::fopen((prefix + ".key").c_str(), "w");
  REQUIRE(file != nullptr);
  PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(file);
  return prefix;
}

long Connection::read(char* to, std::size_t most) {
  return tls_ != nullptr ? SSL_read(tls_, to, static_cast<int>(most)) : ::read(fd_, to, most);
}

std::string Connection::request() {
  std::string text;
  char piece[1024];
  while (text.find("\r\n\r\n") == std::string::npos) {
    const long got = read(piece, sizeof piece);
    if (got <= 0) break;
    text.append(piece, static_cast<std::size_t>(got));
  }
  return text;
}

bool Connection::write(const std::string& text) {
  if (tls_ != nullptr) return SSL_write(tls_, text.data(), static_cast<int>(text.size())) > 0;
  return ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL) > 0;
}

void Connection::wait() {
  char piece[1024];
  while (read(piece, sizeof piece) > 0) {
  }
}

std::string Connection::server_name() const {
  const char* name = tls_ == nullptr ? nullptr : SSL_get_servername(tls_, TLSEXT_NAMETYPE_host_name);
  return name == nullptr ? "" : name;
}

Server::Server(Answer answer, const std::string& prefix)
    : answer_(std::move(answer)), fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), size) == 0);
  REQUIRE(::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  REQUIRE(::listen(fd_, 512) == 0);
  port_ = ntohs(address.sin_port);
  if (!prefix.empty()) {
    context_ = SSL_CTX_new(TLS_server_method());
    REQUIRE(SSL_CTX_use_certificate_chain_file(context_, (prefix + ".pem").c_str()) == 1);
    REQUIRE(SSL_CTX_use_PrivateKey_file(context_, (prefix + ".key").c_str(), SSL_FILETYPE_PEM) == 1);
  }
  acceptor_ = std::thread([this] { accept_all(); });
}

Server::~Server() {
  over_ = true;
  ::shutdown(fd_, SHUT_RDWR);
  acceptor_.join();
  for (std::thread& thread : threads_) thread.join();
  ::close(fd_);
  SSL_CTX_free(context_);
}

void Server::accept_all() {
  while (!over_) {
    const int fd = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    threads_.emplace_back([this, fd] { serve(fd); });
  }
}

void Server::serve(int fd) {
  SSL* tls = nullptr;
  if (context_ != nullptr) {
    tls = SSL_new(context_);
    SSL_set_fd(tls, fd);
  }
  if (tls == nullptr || SSL_accept(tls) == 1) {
    Connection connection(fd, tls);
    answer_(connection);
    if (tls != nullptr) SSL_shutdown(tls);
  }
  SSL_free(tls);
  ::close(fd);
}

std::string page(const std::string& body, const std::string& status, const std::string& fields) {
  return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + fields +
         "\r\n" + body;
}

}  // namespace web
