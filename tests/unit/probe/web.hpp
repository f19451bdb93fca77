// Web servers of a test, on loopback, each connection in a thread of its own; and certificates made on the
// spot.
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

// PEM files in a temporary directory with the lifetime of this object.
class Authority {
 public:
  Authority();
  ~Authority();
  Authority(const Authority&) = delete;
  Authority& operator=(const Authority&) = delete;

  std::string ca() const { return directory_ + "/ca.pem"; }
  // "DNS:www.example.org,IP:127.0.0.1", valid from `from` to `until`, both from now; the files' common part:
  // PREFIX.pem and PREFIX.key.
  // Without names it has no alternative names.
  std::string certificate(const std::string& names, std::chrono::seconds from, std::chrono::seconds until);
  // One that an issuing authority of its own vouches for, from an hour ago on, which PREFIX.pem has, too, and
  // PREFIX.ca alone.
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
  // Until an empty line; what came so far where it never came.
  std::string request();
  bool write(const std::string& text);
  // Until the peer has gone.
  void wait();
  std::string server_name() const;  // of SNI

 private:
  long read(char* to, std::size_t most);
  int fd_;
  SSL* tls_;
};

class Server {
 public:
  using Answer = std::function<void(Connection& connection)>;
  // With the certificate PREFIX it speaks TLS.
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

// "HTTP/1.1 200 OK" with a length.
std::string page(const std::string& body, const std::string& status = "200 OK",
                 const std::string& fields = {});

}  // namespace web
