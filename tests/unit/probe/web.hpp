// Web servers on loopback for tests, with one thread per connection, and freshly generated certificates.
#pragma once

#include <openssl/ssl.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace web {

// A certificate authority; its PEM files are removed with this object.
class Authority {
 public:
  Authority();
  ~Authority();
  Authority(const Authority&) = delete;
  Authority& operator=(const Authority&) = delete;

  std::string ca() const { return directory_ + "/ca.pem"; }
  // Creates a certificate for names such as "DNS:www.example.org,IP:127.0.0.1", or without alternative names
  // if empty. Valid from `from` to `until`, relative to now. Returns the common prefix of PREFIX.pem and
  // PREFIX.key.
  std::string certificate(const std::string& names, std::chrono::seconds from, std::chrono::seconds until);
  // Like certificate(), but issued by an intermediate authority valid from `issuer_from`. PREFIX.pem contains
  // the intermediate certificate as well, PREFIX.ca only that.
  std::string issued(const std::string& names, std::chrono::seconds until, std::chrono::seconds issuer_from,
                     std::chrono::seconds issuer_until);

 private:
  std::string write_key(EVP_PKEY* key);

  std::string directory_;
  EVP_PKEY* key_;
  X509* own_;
  int count_ = 0;
};

class Connection {
 public:
  Connection(int fd, SSL* tls) : fd_(fd), tls_(tls) {}
  // Reads up to an empty line, or returns what was received until the connection ended.
  std::string request();
  bool write(const std::string& text);
  // Waits until the peer closes the connection.
  void wait();
  std::string server_name() const;  // from SNI

 private:
  long read(char* to, std::size_t most);
  int fd_;
  SSL* tls_;
};

class Server {
 public:
  using Answer = std::function<void(Connection& connection)>;
  // Uses TLS if `prefix` names a certificate.
  explicit Server(Answer answer, const std::string& prefix = {});
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  std::uint16_t port() const { return port_; }

 private:
  void accept_all();
  void serve(int fd);

  Answer answer_;
  SSL_CTX* context_ = nullptr;
  int fd_;
  std::uint16_t port_ = 0;
  std::atomic<bool> over_{false};
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

// An HTTP response with Content-Length.
std::string page(const std::string& body, const std::string& status = "200 OK",
                 const std::string& fields = {});

}  // namespace web
