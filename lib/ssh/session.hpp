// Private to ssh: one connection to one host, and what the connections of a run share. All in one thread.
#pragma once

#include <libssh2.h>

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ssh/agent.hpp"
#include "ssh/jump.hpp"
#include "ssh/kexinit.hpp"
#include "ssh/key_file.hpp"
#include "ssh/program.hpp"
#include "ssh/resolver.hpp"
#include "ssh/ssh.hpp"
#include "ssh/transport.hpp"
#include "sshkey/agent_messages.hpp"

namespace jaga::ssh {

using Clock = std::chrono::steady_clock;

class Session;

// The keys of ssh-agent, asked for once a run.
struct AgentKeys {
  bool ready = false;
  Message problem;
  std::vector<sshkey::AgentKey> keys;
};

// How many connections to one address have not authenticated yet, and who waits for a turn.
struct Slot {
  std::size_t used = 0;
  std::deque<Session*> queue;
};
inline constexpr std::size_t kMostUnauthenticated = 8;  // below sshd's MaxStartups, 10:30:100

struct Run {
  explicit Run(const Options& how);
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  void list_agent_keys();
  // When the next connection may be begun (a token bucket of `window` tokens).
  Clock::time_point next_connect();
  void cancel();
  void finish();                                     // every session has ended
  const KeyFile& key_file(const std::string& path);  // read once
  // All of a target's, in the order in which they are offered.
  std::vector<std::string> key_paths(const Target& target) const;
  Jump& jump_to(const Target& target);
  // The private folder for what ssh(1) is given, made when it is first needed. Throws Ended{local_error}.
  const ProgramFolder& program_folder();

  const Options& options;
  std::size_t window;
  AgentKeys agent_keys;
  std::map<std::string, KeyFile> files;
  std::optional<ProgramFolder> folder;
  std::vector<std::unique_ptr<Jump>> jumps;
  std::map<std::string, Slot> slots;
  std::set<Session*> sessions;
  Clock::time_point connects_until{};
  bool cancelled = false;
  bool finishing = false;
  // A session has waited for a descriptor or memory for its whole time, and none has connected since: the next ones do not
  // wait as long again.
  bool no_room = false;
  bool token_missed = false;  // a FIDO key was not touched in time
  std::size_t next_file = 0;
  std::vector<char> buffer = std::vector<char>(65536);
  // Declared after what sessions use when destroyed: remaining handlers are destroyed with the context.
  boost::asio::io_context context{1};
  Resolver resolver{context.get_executor()};
  std::shared_ptr<Agent> agent;
};

// Whether ssh(1) may ask FIDO keys: there are none; not yet; now, one session at a time.
enum class Tokens { none, left_out, asked };

// How a session ended before its time.
struct Ended {
  Failure failure;
  Message detail;
};

class Session : public std::enable_shared_from_this<Session> {
 public:
  // `run`, `target`, `deadlines` and `options` outlive the session.
  Session(Run& run, const Target& target, const Deadlines& deadlines);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  boost::asio::awaitable<Result> execute(const Request& request, std::string input);
  boost::asio::awaitable<Scan> scan();
  // jump.cpp: as the connection to a jump host.
  boost::asio::awaitable<void> serve(std::shared_ptr<Link> link);
  void wake();

 private:
  // session.cpp: waiting, reaching the host, the handshake.
  boost::asio::awaitable<void> reach(std::string host_key_algorithms);
  boost::asio::awaitable<void> resolve();
  boost::asio::awaitable<void> take_slot();
  boost::asio::awaitable<void> wait_for_slot(std::size_t most = kMostUnauthenticated);
  boost::asio::awaitable<void> connect();
  boost::asio::awaitable<void> through_libssh2(const Request& request, const std::string& input);
  boost::asio::awaitable<void> log_in();
  boost::asio::awaitable<void> handshake(std::string host_key_algorithms);
  boost::asio::awaitable<void> attempt(std::string host_key_algorithms);
  boost::asio::awaitable<bool> pause();  // false: the deadline has passed
  boost::asio::awaitable<void> turn();   // throws Ended{timed_out}
  boost::asio::awaitable<void> sleep_until(Clock::time_point when);
  void begin(Phase phase, std::chrono::milliseconds deadline);
  void settle();  // ends the time of the phase
  void release_slot();
  void disconnect();
  void close();  // disconnects, and its turn is over
  bool worth_retrying(const Ended& ended) const;
  // Why the connection is over, or what `rc` of libssh2 means otherwise.
  [[noreturn]] void fail(Failure otherwise, Message detail) const;
  [[noreturn]] void fail_handshake(int rc, const std::string& host_key_algorithms);
  void check_host_key() const;
  bool is_other_protocol() const;
  [[noreturn]] void fail_other_protocol() const;
  Message timeout_message() const;

  // jump.cpp
  boost::asio::awaitable<void> connect_through_jump();
  boost::asio::awaitable<void> carry(Link& link);
  void pump(Link& link);
  void open_next(Link& link);
  void pump_out(Link& link, const std::shared_ptr<Tunnel>& tunnel);
  void pump_in(Link& link, const std::shared_ptr<Tunnel>& tunnel);
  void end(Link& link, const std::shared_ptr<Tunnel>& tunnel);

  // program_run.cpp: ssh(1).
  bool program_may_do_more(const Ended& ended) const;
  boost::asio::awaitable<void> by_program(const Request& request, std::string input);
  boost::asio::awaitable<bool> has_tokens();
  boost::asio::awaitable<void> through_program(const Request& request, std::string input, Tokens tokens);
  boost::asio::awaitable<void> take_program_slot(Tokens tokens);
  boost::asio::awaitable<std::vector<sshkey::PublicKey>> scan_by_program();

  // login.cpp
  boost::asio::awaitable<bool> authenticate();  // false: the host ended it, and more keys are left
  boost::asio::awaitable<bool> offer_keys();
  boost::asio::awaitable<void> look_for_more_wanted(const std::string& fingerprint);
  bool was_tried(const std::string& fingerprint) const;
  boost::asio::awaitable<bool> offer_agent_key(const sshkey::AgentKey& key);
  boost::asio::awaitable<bool> offer_file_key(const sshkey::PrivateKey& key);
  // `blob` is what the host is given, `key` what the agent knows it by.
  boost::asio::awaitable<int> offer(std::string blob, std::string key);
  std::vector<sshkey::PublicKey> wanted_keys() const;
  boost::asio::awaitable<void> sign_with_agent(std::string blob);
  bool wanted(std::string_view blob) const;
  void take_output(Output& out, Output& err);
  void refuse_login() const;
  static int on_sign(LIBSSH2_SESSION* session, unsigned char** signature, std::size_t* size,
                     const unsigned char* data, std::size_t data_size, void** abstract);

  // command.cpp
  boost::asio::awaitable<void> run_command(const Request& request, const std::string& input);
  boost::asio::awaitable<void> open_channel(std::string command);
  boost::asio::awaitable<void> ended_without_mark(const Output& out);
  bool read_stream(int stream, Output& output);
  bool write_input(const std::string& input);

  Run& run_;
  const Target& target_;
  const Deadlines& deadlines_;
  Result result_;

  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer timer_;
  Clock::time_point deadline_ = Clock::time_point::max();
  Clock::time_point phase_began_{};
  bool timing_ = false;
  bool woken_ = false;
  bool waits_read_ = false;
  bool waits_write_ = false;

  std::vector<boost::asio::ip::tcp::endpoint> endpoints_;
  Clock::time_point connect_until_ = Clock::time_point::max();
  std::string slot_;
  bool holds_slot_ = false;
  bool queued_ = false;

  std::shared_ptr<Tunnel> tunnel_;
  bool serves_ = false;

  Transport transport_;
  void* transport_pointer_ = &transport_;
  LIBSSH2_SESSION* session_ = nullptr;
  LIBSSH2_CHANNEL* channel_ = nullptr;
  std::optional<Offer> offer_;

  // Signing: libssh2 asks, is told to come again, and finds the signature when it does.
  struct Signing {
    enum class State { idle, wanted, ready, failed } state = State::idle;
    const sshkey::PrivateKey* file_key = nullptr;
    std::string data;
    std::string signature;
  };
  Signing signing_;
  void* signing_pointer_ = &signing_;
  Message agent_problem_;
  bool cut_off_ = false;            // the host ended the login after some keys
  std::size_t offered_before_ = 0;  // of Result::tried: on earlier connections
  bool offered_rsa_ = false;
  bool for_program_ = false;       // what libssh2 cannot do was met, but for
  bool for_token_ = false;         // FIDO keys
  bool jump_for_program_ = false;  // by the login on the jump host

  std::size_t written_ = 0;
  bool input_done_ = false;
};

boost::asio::awaitable<void> serve_jump(Run& run, std::shared_ptr<Link> link);

}  // namespace jaga::ssh
