// Private to ssh: what libssh2 reads from and writes to.
//
// libssh2's own bookkeeping (block_directions, last_errno) is not reliable, and some of its loops go on for
// as long as a peer sends. So the socket is read and written here: each turn moves a limited number of bytes,
// and what to wait for, and why a connection is over, is known from the system calls themselves.
#pragma once

#include <libssh2.h>
#include <sys/types.h>

#include <cstddef>
#include <string>

namespace jaga::ssh {

class Tunnel;

class Transport {
 public:
  // The descriptor stays the caller's; non-blocking.
  void attach(int fd);
  // The same through a jump host; the tunnel stays the caller's.
  void attach(Tunnel* tunnel);
  // From here on nothing is read or written: what libssh2 frees ends at once. There is nothing to wait for.
  void detach();
  // Makes `session`, whose abstract pointer must be this, use it.
  void install(LIBSSH2_SESSION* session);

  // Before each call of libssh2.
  void begin_turn();
  bool wants_read() const { return wants_read_; }
  bool wants_write() const { return wants_write_; }
  // Another turn is due at once: this one took all that it may take, or libssh2 waits although nothing here
  // told it to. It does so when it has the beginning of a packet, before it asks for the rest (1.11: of every
  // packet of AES-GCM and ChaCha20; 1.10: of less than a block). Asked once a turn.
  bool wants_turn();

  bool ended() const { return ended_; }  // the peer closed its side
  int error() const { return error_; }   // errno of the first failure, or 0
  bool over() const { return ended_ || error_ != 0; }
  int send_error() const { return send_error_; }  // of sending alone: there may be something left to read
  bool babbling() const { return babbling_; }     // too much before an identification

  // What came first: identification and key exchange offer, until forgotten.
  const std::string& early() const { return early_; }
  void forget_early();

 private:
  ssize_t receive(char* to, std::size_t size);
  ssize_t send(const char* from, std::size_t size);
  static ssize_t on_receive(libssh2_socket_t, void* to, std::size_t size, int flags, void** abstract);
  static ssize_t on_send(libssh2_socket_t, const void* from, std::size_t size, int flags, void** abstract);

  bool attached() const { return fd_ >= 0 || tunnel_ != nullptr; }
  ssize_t receive_once(char* to, std::size_t size);
  ssize_t send_once(const char* from, std::size_t size);

  int fd_ = -1;
  Tunnel* tunnel_ = nullptr;
  bool dry_ = false;  // nothing more to read in this turn
  std::size_t budget_ = 0;
  bool exhausted_ = false;
  bool asked_ = false;  // libssh2 asked for bytes in this turn
  bool idle_ = false;   // it did not in the last one
  bool wants_read_ = false;
  bool wants_write_ = false;
  bool ended_ = false;
  bool babbling_ = false;
  bool keep_early_ = true;
  int error_ = 0;
  int send_error_ = 0;
  int next_error_ = 0;  // seen in a turn that had brought bytes
  std::string early_;
  // libssh2 asks for the identification byte by byte.
  std::size_t ahead_at_ = 0;
  std::string ahead_;
};

}  // namespace jaga::ssh
