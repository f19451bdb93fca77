#include "broker/broker.hpp"

#include <nats/nats.h>
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <mutex>

#include "base/error.hpp"
#include "base/text.hpp"
#include "broker/nkey.hpp"
#include "sshkey/ed25519.hpp"

namespace jaga::broker {
namespace {

template <auto Destroy>
struct Free {
  template <typename T>
  void operator()(T* it) const {
    Destroy(it);
  }
};
using Options = std::unique_ptr<natsOptions, Free<natsOptions_Destroy>>;
using Context = std::unique_ptr<jsCtx, Free<jsCtx_Destroy>>;
using Subscription = std::unique_ptr<natsSubscription, Free<natsSubscription_Destroy>>;
using Message = std::unique_ptr<natsMsg, Free<natsMsg_Destroy>>;

// While it lives, threads that are made start with every signal blocked: signals are the caller's.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

void open_library() {
  static std::once_flag once;
  std::call_once(once, [] {
    const SignalsBlocked blocked;
    if (nats_Open(-1) != NATS_OK) throw Error{ExitCode::software, msg("libnats cannot be started")};
  });
}

std::string text_of(natsStatus status) {
  const char* text = natsStatus_GetText(status);
  return text == nullptr ? "" : text;
}

// With what the library adds in this thread.
std::string reason_of(natsStatus status) {
  natsStatus last = NATS_OK;
  const char* more = nats_GetLastError(&last);
  std::string out = text_of(status);
  if (last == status && more != nullptr) {
    // "(conn.c:2088): " says where in libnats, which tells nobody anything; and often there is only the same
    // text again.
    std::string_view text = more;
    const std::size_t place = text.starts_with('(') ? text.find("): ") : std::string_view::npos;
    if (place != std::string_view::npos) text.remove_prefix(place + 3);
    if (!text.empty() && text != out) out.append(": ").append(text);
  }
  return printable(out);
}

Answer answer_of(natsStatus status, jsErrCode code = static_cast<jsErrCode>(0)) {
  switch (status) {
    case NATS_OK:
      return {End::done, {}};
    case NATS_NO_RESPONDERS:
    case NATS_CONNECTION_DISCONNECTED:
    case NATS_CONNECTION_CLOSED:
    case NATS_NO_SERVER:
      return {End::unreachable, reason_of(status)};
    case NATS_TIMEOUT:
      return {End::unknown, reason_of(status)};
    default:
      break;
  }
  // Of JetStream: it is not enabled, or is starting.
  if (code == JSNotEnabledErr || code == JSClusterNotAvailErr) return {End::unreachable, reason_of(status)};
  if (status == NATS_NOT_FOUND || code == JSStreamNotFoundErr || code == JSConsumerNotFoundErr)
    return {End::missing, reason_of(status)};
  return {End::refused, reason_of(status)};
}

void require(natsStatus status, const std::string& what) {
  if (status == NATS_OK) return;
  throw Error{ExitCode::config, msg("{what}: {reason}", {{"what", what}, {"reason", reason_of(status)}})};
}

constexpr std::int64_t nanoseconds(milliseconds time) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time).count();
}

}  // namespace

namespace {

// What libnats calls back with. It may do so after a connection is closed, in a thread of its own, so that
// these live as long as the process.
struct Callbacks {
  std::optional<sshkey::Ed25519Key> key;
  std::atomic<bool> lost = false;  // the last signature
  std::mutex mutex;
  std::function<void(const std::string&)> remark;  // empty: nobody listens (any more)
  std::string refusal;  // what the server did not permit, since the last request that was answered

  static Callbacks& make() {
    static std::mutex mutex;
    static std::vector<std::unique_ptr<Callbacks>> all;
    const std::lock_guard lock(mutex);
    return *all.emplace_back(std::make_unique<Callbacks>());
  }
  static natsStatus sign(char** /*error*/, unsigned char** signature, int* size, const char* nonce,
                         void* self) {
    // A server that asks nobody for a key sends none.
    auto* callbacks = static_cast<Callbacks*>(self);
    const auto made = callbacks->key->sign(nonce == nullptr ? "" : nonce);
    // libnats takes a signature that begins with 0, one of 256, for an empty text and sends none.
    callbacks->lost = made.front() == 0;
    *signature = static_cast<unsigned char*>(std::malloc(made.size()));  // NOLINT: the library frees it
    if (*signature == nullptr) return NATS_NO_MEMORY;
    std::memcpy(*signature, made.data(), made.size());
    *size = static_cast<int>(made.size());
    return NATS_OK;
  }
  static void error(natsConnection* connection, natsSubscription* /*which*/, natsStatus status, void* self) {
    auto* callbacks = static_cast<Callbacks*>(self);
    const char* text = nullptr;
    natsConnection_GetLastError(connection, &text);
    const std::string said = printable(text == nullptr || *text == '\0' ? text_of(status) : text);
    const std::lock_guard lock(callbacks->mutex);
    if (status == NATS_NOT_PERMITTED) callbacks->refusal = said;
    if (callbacks->remark) callbacks->remark(said);
  }
};

}  // namespace

struct Connection::State {
  Callbacks& callbacks = Callbacks::make();
  natsConnection* connection = nullptr;
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  std::string refusal() const;
  Answer answer_of(natsStatus status, jsErrCode code = static_cast<jsErrCode>(0)) const;
  ~State() {
    {
      const std::lock_guard lock(callbacks.mutex);
      callbacks.remark = {};
    }
    if (connection == nullptr) return;
    natsConnection_Close(connection);
    natsConnection_Destroy(connection);
  }
};

std::string Connection::State::refusal() const {
  const std::lock_guard lock(callbacks.mutex);
  return callbacks.refusal;
}

// As above. A request that is not permitted is not answered: the server says why beside it.
Answer Connection::State::answer_of(natsStatus status, jsErrCode code) const {
  Answer answer = broker::answer_of(status, code);
  if (answer.end == End::unknown) {
    if (const std::string why = refusal(); !why.empty()) {
      answer.why.append(" (").append(why).append(")");
      answer.permitted = false;
    }
  } else if (answer.ok()) {
    const std::lock_guard lock(callbacks.mutex);
    callbacks.refusal.clear();
  }
  return answer;
}

bool Login::needs_tls() const {
  return !ca_file.empty() || !certificate_file.empty() ||
         std::any_of(servers.begin(), servers.end(),
                     [](const std::string& server) { return server.starts_with("tls://"); });
}

Connection::Connection(const Login& login, std::function<void(const std::string&)> remark)
    : state_(std::make_shared<State>()) {
  open_library();
  state_->callbacks.remark = std::move(remark);
  natsOptions* made = nullptr;
  require(natsOptions_Create(&made), "libnats");
  const Options options(made);
  std::vector<const char*> servers;
  for (const std::string& server : login.servers) servers.push_back(server.c_str());
  require(natsOptions_SetServers(made, servers.data(), static_cast<int>(servers.size())),
          join(login.servers, ", "));
  require(natsOptions_SetNoRandomize(made, true), "libnats");
  require(natsOptions_SetIgnoreDiscoveredServers(made, true), "libnats");
  require(natsOptions_SetName(made, login.name.c_str()), login.name);
  require(natsOptions_SetTimeout(made, login.timeout.count()), "libnats");
  // A dead link is noticed within ten seconds.
  require(natsOptions_SetPingInterval(made, 3'000), "libnats");
  require(natsOptions_SetMaxPingsOut(made, 2), "libnats");
  require(natsOptions_SetMaxReconnect(made, -1), "libnats");
  require(natsOptions_SetReconnectWait(made, 1'000), "libnats");
  require(natsOptions_SetReconnectBufSize(made, 0), "libnats");  // what cannot be sent now is not sent later
  require(natsOptions_SetFailRequestsOnDisconnect(made, true), "libnats");
  require(natsOptions_SetNoEcho(made, true), "libnats");
  require(natsOptions_SetCustomInboxPrefix(made, login.inbox.c_str()), login.inbox);
  require(natsOptions_SetErrorHandler(made, &Callbacks::error, &state_->callbacks), "libnats");
  if (!login.seed.empty()) {
    const std::optional<NkeyBytes> seed = parse_nkey_seed(login.seed);
    if (!seed) throw Error{ExitCode::config, msg("not the seed of a NATS user (SU...)")};
    state_->callbacks.key.emplace(*seed);
    require(
        natsOptions_SetNKey(made, nkey_public_of(login.seed).c_str(), &Callbacks::sign, &state_->callbacks),
        "nkey");
  }
  if (!login.ca_file.empty())
    require(natsOptions_LoadCATrustedCertificates(made, login.ca_file.c_str()), login.ca_file);
  if (!login.certificate_file.empty())
    require(natsOptions_LoadCertificatesChain(made, login.certificate_file.c_str(), login.key_file.c_str()),
            login.certificate_file);
  if (login.needs_tls()) require(natsOptions_SetSecure(made, true), "libnats");

  const SignalsBlocked blocked;
  natsStatus status = NATS_OK;
  constexpr int kMostAttempts = 4;  // the server gives another text to sign each time
  for (int attempt = 1; attempt <= kMostAttempts; ++attempt) {
    status = natsConnection_Connect(&state_->connection, made);
    if (status == NATS_OK) return;
    if (status != NATS_CONNECTION_AUTH_FAILED || !state_->callbacks.lost) break;
  }
  state_->connection = nullptr;
  const std::string reason = reason_of(status);
  if (status == NATS_CONNECTION_AUTH_FAILED)
    throw Error{ExitCode::not_permitted,
                msg("the NATS server does not accept the login: {reason} ({servers})",
                    {{"reason", reason}, {"servers", join(login.servers, ", ")}})};
  throw Error{ExitCode::unavailable, msg("NATS cannot be reached at {servers}: {reason}",
                                         {{"servers", join(login.servers, ", ")}, {"reason", reason}})};
}

Connection::~Connection() = default;

bool Connection::is_connected() const {
  return natsConnection_Status(state_->connection) == NATS_CONN_STATUS_CONNECTED;
}

std::string Connection::server() const {
  std::string out(512, '\0');
  if (natsConnection_GetConnectedUrl(state_->connection, out.data(), out.size()) != NATS_OK) return {};
  out.resize(std::strlen(out.c_str()));
  return printable(out);
}

std::chrono::microseconds Connection::round_trip() const {
  std::int64_t time = 0;
  const natsStatus status = natsConnection_GetRTT(state_->connection, &time);
  if (status != NATS_OK)
    throw Error{ExitCode::unavailable,
                msg("NATS does not answer: {reason}", {{"reason", reason_of(status)}})};
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::nanoseconds{time});
}

namespace {

struct Asking {
  jsOptions options{};
  Asking(const std::string& domain, milliseconds timeout) {
    jsOptions_Init(&options);
    if (!domain.empty()) options.Domain = domain.c_str();
    options.Wait = timeout.count();
  }
};

Context context_of(natsConnection* connection, Asking& asking) {
  jsCtx* made = nullptr;
  const natsStatus status = natsConnection_JetStream(&made, connection, &asking.options);
  if (status != NATS_OK)
    throw Error{ExitCode::unavailable,
                msg("JetStream cannot be used: {reason}", {{"reason", reason_of(status)}})};
  return Context(made);
}

void fill(jsStreamConfig& to, const StreamConfig& from, std::vector<const char*>& subjects) {
  jsStreamConfig_Init(&to);
  for (const std::string& subject : from.subjects) subjects.push_back(subject.c_str());
  to.Name = from.name.c_str();
  to.Subjects = subjects.data();
  to.SubjectsLen = static_cast<int>(subjects.size());
  to.MaxAge = nanoseconds(from.age);
  to.Duplicates = nanoseconds(from.duplicates);
  to.MaxBytes = from.most_bytes;
  to.Retention = from.keep == StreamConfig::Keep::until_taken ? js_WorkQueuePolicy : js_LimitsPolicy;
  to.Discard = from.keep == StreamConfig::Keep::last_of_subject ? js_DiscardOld : js_DiscardNew;
  if (from.keep == StreamConfig::Keep::last_of_subject) {
    to.MaxMsgsPerSubject = 1;
    to.AllowDirect = true;
  }
}

// What of `is` is not as `wanted`, which fill() made, says; what jaga does not set is as NATS sets it.
std::vector<std::string> differences(const jsStreamConfig& is, const jsStreamConfig& wanted) {
  std::vector<std::string> out;
  const auto compare = [&](bool same, const char* name) {
    if (!same) out.emplace_back(name);
  };
  const auto limit = [](std::int64_t most) { return most <= 0 ? -1 : most; };
  compare(std::equal(is.Subjects, is.Subjects + is.SubjectsLen, wanted.Subjects,
                     wanted.Subjects + wanted.SubjectsLen,
                     [](const char* a, const char* b) { return std::strcmp(a, b) == 0; }),
          "subjects");
  compare(is.Retention == wanted.Retention, "retention");
  compare(is.Discard == wanted.Discard && !is.DiscardNewPerSubject, "discard");
  compare(is.Storage == wanted.Storage, "storage");
  compare(is.MaxAge == wanted.MaxAge, "max_age");
  compare(is.Duplicates == wanted.Duplicates, "duplicate_window");
  compare(limit(is.MaxBytes) == limit(wanted.MaxBytes), "max_bytes");
  compare(limit(is.MaxMsgs) == -1, "max_msgs");
  compare(limit(is.MaxMsgSize) == -1, "max_msg_size");
  compare(limit(is.MaxConsumers) == -1, "max_consumers");
  compare(limit(is.MaxMsgsPerSubject) == limit(wanted.MaxMsgsPerSubject), "max_msgs_per_subject");
  compare(is.AllowDirect == wanted.AllowDirect, "allow_direct");
  compare(is.Mirror == nullptr && is.SourcesLen == 0, "sources");
  compare(!is.Sealed, "sealed");
  compare(!is.NoAck, "no_ack");
  return out;
}

}  // namespace

Stream::Stream(const Connection& connection, std::string domain, milliseconds timeout)
    : state_(connection.state_), domain_(std::move(domain)), timeout_(timeout) {}

Answer Stream::make(const StreamConfig& config) const {
  Asking asking(domain_, timeout_);
  const Context js = context_of(state_->connection, asking);
  std::vector<const char*> subjects;
  jsStreamConfig wanted;
  fill(wanted, config, subjects);
  jsErrCode code{};
  return state_->answer_of(js_AddStream(nullptr, js.get(), &wanted, &asking.options, &code), code);
}

Answer Stream::publish(const std::string& subject, std::string_view bytes, const std::string& id) const {
  Asking asking({}, timeout_);  // the subject says where it goes
  const Context js = context_of(state_->connection, asking);
  jsPubOptions options;
  jsPubOptions_Init(&options);
  options.MsgId = id.c_str();
  options.MaxWait = timeout_.count();
  jsErrCode code{};
  jsPubAck* ack = nullptr;
  const natsStatus status = js_Publish(&ack, js.get(), subject.c_str(), bytes.data(),
                                       static_cast<int>(bytes.size()), &options, &code);
  Answer answer = state_->answer_of(status, code);
  if (ack != nullptr && ack->Duplicate) answer.end = End::duplicate;
  jsPubAck_Destroy(ack);
  return answer;
}

std::optional<std::string> Stream::last(const std::string& stream, const std::string& subject,
                                        std::string& why) const {
  Asking asking(domain_, timeout_);
  const Context js = context_of(state_->connection, asking);
  jsDirectGetMsgOptions options;
  jsDirectGetMsgOptions_Init(&options);
  options.LastBySubject = subject.c_str();
  natsMsg* made = nullptr;
  const natsStatus status = js_DirectGetMsg(&made, js.get(), stream.c_str(), &asking.options, &options);
  const Message message(made);
  if (status != NATS_OK) {
    why = state_->answer_of(status).why;
    return std::nullopt;
  }
  return std::string(natsMsg_GetData(made), static_cast<std::size_t>(natsMsg_GetDataLength(made)));
}

std::optional<std::string> Stream::newest(const std::string& stream, const std::string& subject,
                                          Answer& answer) const {
  Asking asking(domain_, timeout_);
  const Context js = context_of(state_->connection, asking);
  natsMsg* made = nullptr;
  jsErrCode code{};
  answer = state_->answer_of(
      js_GetLastMsg(&made, js.get(), stream.c_str(), subject.c_str(), &asking.options, &code), code);
  const Message message(made);
  if (!answer.ok()) return std::nullopt;
  return std::string(natsMsg_GetData(made), static_cast<std::size_t>(natsMsg_GetDataLength(made)));
}

std::optional<Stream::Info> Stream::info(const StreamConfig& config, Answer& answer) const {
  Asking asking(domain_, timeout_);
  const Context js = context_of(state_->connection, asking);
  std::vector<const char*> subjects;
  jsStreamConfig wanted;
  fill(wanted, config, subjects);
  jsStreamInfo* made = nullptr;
  jsErrCode code{};
  answer =
      state_->answer_of(js_GetStreamInfo(&made, js.get(), config.name.c_str(), &asking.options, &code), code);
  const std::unique_ptr<jsStreamInfo, Free<jsStreamInfo_Destroy>> held(made);
  if (!answer.ok()) return std::nullopt;
  return Info{differences(*made->Config, wanted), made->State.Msgs, made->State.Bytes};
}

std::optional<Stream::Reading> Stream::reading(const std::string& stream, const std::string& consumer,
                                               Answer& answer) const {
  Asking asking(domain_, timeout_);
  const Context js = context_of(state_->connection, asking);
  jsConsumerInfo* made = nullptr;
  jsErrCode code{};
  answer = state_->answer_of(
      js_GetConsumerInfo(&made, js.get(), stream.c_str(), consumer.c_str(), &asking.options, &code), code);
  const std::unique_ptr<jsConsumerInfo, Free<jsConsumerInfo_Destroy>> held(made);
  if (!answer.ok()) return std::nullopt;
  return Reading{made->NumPending,
                 static_cast<std::uint64_t>(std::max<std::int64_t>(0, made->NumAckPending))};
}

struct Delivery::State {
  std::shared_ptr<Connection::State> connection;  // that it came by
  Message message;
  std::uint64_t sequence = 0;
};

Delivery::Delivery(std::unique_ptr<State> state) : state_(std::move(state)) {}
Delivery::Delivery(Delivery&&) noexcept = default;
Delivery& Delivery::operator=(Delivery&&) noexcept = default;
Delivery::~Delivery() = default;

std::string_view Delivery::bytes() const {
  return {natsMsg_GetData(state_->message.get()),
          static_cast<std::size_t>(natsMsg_GetDataLength(state_->message.get()))};
}
std::string Delivery::subject() const {
  return natsMsg_GetSubject(state_->message.get());
}
std::uint64_t Delivery::sequence() const {
  return state_->sequence;
}
void Delivery::in_progress() {
  natsMsg_InProgress(state_->message.get(), nullptr);
}
Answer Delivery::done(milliseconds timeout) {
  Asking asking({}, timeout);
  jsErrCode code{};
  return state_->connection->answer_of(natsMsg_AckSync(state_->message.get(), &asking.options, &code), code);
}
void Delivery::refuse() {
  natsMsg_Term(state_->message.get(), nullptr);
}
void Delivery::give_back() {
  natsMsg_Nak(state_->message.get(), nullptr);
}

struct Listener::State {
  std::function<void(std::string_view)> hear;
  std::mutex mutex;  // held while `hear` runs
  bool ended = false;
  natsSubscription* subscription = nullptr;

  static void take(natsConnection* /*connection*/, natsSubscription* /*subscription*/, natsMsg* message,
                   void* self) {
    const Message held(message);
    auto* state = static_cast<State*>(self);
    const std::lock_guard lock(state->mutex);
    if (!state->ended)
      state->hear({natsMsg_GetData(message), static_cast<std::size_t>(natsMsg_GetDataLength(message))});
  }
  // The library's thread has ended: nothing is called any more.
  static void gone(void* self) { delete static_cast<State*>(self); }
};

Listener::Listener(const Connection& connection, const std::string& subject,
                   std::function<void(std::string_view)> hear)
    : state_(std::make_unique<State>()) {
  state_->hear = std::move(hear);
  const SignalsBlocked blocked;
  const natsStatus status = natsConnection_Subscribe(&state_->subscription, connection.state_->connection,
                                                     subject.c_str(), &State::take, state_.get());
  if (status != NATS_OK)
    throw Error{ExitCode::unavailable,
                msg("NATS does not answer: {reason}", {{"reason", reason_of(status)}})};
}

Listener::~Listener() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->ended = true;
  }
  // The library may still be calling: it says when it does not, and the state is deleted then.
  natsSubscription* subscription = state_->subscription;
  State* self = state_.release();
  if (natsSubscription_SetOnCompleteCB(subscription, &State::gone, self) != NATS_OK) {
    natsSubscription_Destroy(subscription);
    return;  // the connection is closed; what little this holds is left
  }
  natsSubscription_Unsubscribe(subscription);
  natsSubscription_Destroy(subscription);
}

struct Consumer::State {
  std::shared_ptr<Connection::State> connection;
  Context context;  // before the subscription, which uses it
  Subscription subscription;
};

Consumer::Consumer(const Connection& connection, const std::string& domain, const ConsumerConfig& config,
                   milliseconds timeout)
    : state_(std::make_unique<State>()) {
  state_->connection = connection.state_;
  Asking asking(domain, timeout);
  state_->context = context_of(connection.state_->connection, asking);
  jsConsumerConfig wanted;
  jsConsumerConfig_Init(&wanted);
  wanted.Durable = config.name.c_str();
  wanted.FilterSubject = config.subject.c_str();
  wanted.AckPolicy = js_AckExplicit;
  wanted.AckWait = nanoseconds(config.ack_wait);
  wanted.MaxAckPending = config.most_pending;
  jsErrCode code{};
  natsStatus status =
      js_AddConsumer(nullptr, state_->context.get(), config.stream.c_str(), &wanted, &asking.options, &code);
  if (status == NATS_OK) {
    jsSubOptions options;
    jsSubOptions_Init(&options);
    options.Stream = config.stream.c_str();
    options.Consumer = config.name.c_str();
    natsSubscription* made = nullptr;
    status = js_PullSubscribe(&made, state_->context.get(), config.subject.c_str(), nullptr, &asking.options,
                              &options, &code);
    state_->subscription.reset(made);
  }
  if (status == NATS_OK) return;
  const Answer answer = connection.state_->answer_of(status, code);
  throw Error{answer.end == End::refused ? ExitCode::config : ExitCode::unavailable,
              msg("the stream '{stream}' of NATS cannot be read: {reason}",
                  {{"stream", config.stream}, {"reason", answer.why}})};
}

Consumer::~Consumer() = default;
Consumer::Consumer(Consumer&&) noexcept = default;

std::optional<Delivery> Consumer::next(milliseconds wait, Answer& answer) {
  natsMsgList list{};
  jsErrCode code{};
  const natsStatus status = natsSubscription_Fetch(&list, state_->subscription.get(), 1, wait.count(), &code);
  if (status != NATS_OK || list.Count == 0) {
    natsMsgList_Destroy(&list);
    answer = status == NATS_TIMEOUT ? Answer{End::done, {}} : answer_of(status, code);
    if (const std::string why = state_->connection->refusal();
        status == NATS_TIMEOUT && contains(why, ".MSG.NEXT."))
      answer = {End::unknown, why, false};
    return std::nullopt;
  }
  auto delivery = std::make_unique<Delivery::State>();
  delivery->connection = state_->connection;
  delivery->message.reset(list.Msgs[0]);
  list.Msgs[0] = nullptr;
  natsMsgList_Destroy(&list);
  jsMsgMetaData* about = nullptr;
  if (natsMsg_GetMetaData(&about, delivery->message.get()) == NATS_OK)
    delivery->sequence = about->Sequence.Stream;
  jsMsgMetaData_Destroy(about);
  answer = {End::done, {}};
  return Delivery(std::move(delivery));
}

}  // namespace jaga::broker
