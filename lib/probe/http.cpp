#include "probe/http.hpp"

#include <fcntl.h>
#include <openssl/x509_vfy.h>
#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <map>
#include <memory>
#include <set>

#include "base/clipped.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "probe/http_text.hpp"
#include "probe/resolve.hpp"

namespace jaga::probe {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;
using End = HttpResult::End;

constexpr std::size_t kMostText = 200;

End end_of(const error_code& error) {
  if (error == asio::error::connection_refused) return End::refused;
  if (error == asio::error::connection_reset || error == asio::error::broken_pipe) return End::reset;
  if (error == asio::error::timed_out) return End::timed_out;
  if (error == asio::error::host_unreachable) return End::unreachable;
  if (error == asio::error::network_unreachable || error == asio::error::network_down ||
      error == asio::error::address_family_not_supported)
    return End::no_route;
  if (error == asio::error::eof || error == asio::ssl::error::stream_truncated ||
      error == http::error::end_of_stream || error == http::error::partial_message)
    return End::closed;
  if (error == http::error::header_limit || error == http::error::buffer_overflow) return End::too_much;
  if (error.category() == http::make_error_code(http::error::bad_version).category()) return End::not_http;
  if (error.category() == asio::error::get_ssl_category()) return End::tls_failed;
  return End::local_error;
}

// One TLS context per file of trusted certificates, created on first use.
class Contexts {
 public:
  asio::ssl::context& of(const std::string& ca) {
    auto& context = contexts_[ca];
    if (context) return *context;
    auto fresh = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
    fresh->set_verify_mode(asio::ssl::verify_none);  // evaluated by look_at() after the handshake
    // Trust certificates in the file even if they are signed by another authority.
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(fresh->native_handle()), X509_V_FLAG_PARTIAL_CHAIN);
    if (ca.empty())
      fresh->set_default_verify_paths();
    else
      fresh->load_verify_file(ca);
    context = std::move(fresh);
    return *context;
  }

 private:
  std::map<std::string, std::unique_ptr<asio::ssl::context>> contexts_;
};

// One target with its redirects.
struct Job {
  HttpTarget target;
  HttpResult result;
  std::vector<std::string> further;    // addresses to try if that of the target does not answer
  std::optional<inventory::Url> next;  // next request; nullopt: finished
  Clock::time_point deadline{};
  Clock::time_point began{};
};

// One request and its response. The timer closes the socket, which aborts any pending operation.
class Exchange {
 public:
  Exchange(asio::io_context& context, Contexts& contexts, Job& job)
      : socket_(context),
        timer_(context),
        share_(context),
        contexts_(contexts),
        job_(job),
        result_(job.result),
        url_(*job.next) {}

  asio::awaitable<void> run() {
    if (job_.began == Clock::time_point{}) {
      job_.began = Clock::now();
      job_.deadline = job_.began + job_.target.timeout;
    }
    job_.next.reset();
    result_.location = url_.text();
    timer_.expires_at(job_.deadline);
    // A timer that has just expired can no longer be cancelled, so check that this object still exists.
    timer_.async_wait([this, alive = std::weak_ptr<int>(alive_)](const error_code& error) {
      if (!error && !alive.expired()) close(true);
    });
    error_code error = co_await talk();
    if (error) fail(error);
    timer_.cancel();
    close(false);
    result_.total = Clock::now() - job_.began;
  }

  void cancel() {
    cancelled_ = true;
    close(false);
  }

 private:
  void close(bool too_late) {
    late_ = late_ || too_late;
    error_code ignored;
    socket_.close(ignored);
  }

  // Limits the connect that starts now to its share of the remaining time.
  void limit(Clock::rep parts) {
    share_.expires_after((job_.deadline - Clock::now()) / parts);
    share_.async_wait(
        [this, attempt = attempt_, alive = std::weak_ptr<int>(alive_)](const error_code& error) {
          if (!error && !alive.expired() && attempt == attempt_) close(false);
        });
  }

  void fail(const error_code& error) {
    result_.end = end_of(error);
    result_.error_text = error.message();
    if (result_.end == End::local_error && result_.phase == "tls") result_.end = End::tls_failed;
    if (late_) {
      result_.end = End::timed_out;
      result_.error_text.clear();
    }
    if (cancelled_) result_.end = End::cancelled;
  }

  // Connects to the first address that accepts. If none does, returns the last error, or connection_refused
  // if any address refused, which proves that the host is up.
  asio::awaitable<error_code> connect() {
    bool refused = false;
    for (std::size_t at = 0;; ++at) {
      error_code error;
      const auto address =
          asio::ip::make_address(at == 0 ? job_.target.address : job_.further[at - 1], error);
      if (error) {
        result_.end = End::bad_address;
        co_return error;
      }
      const std::size_t left = job_.further.size() - at;
      if (left > 0) limit(static_cast<Clock::rep>(left + 1));
      co_await socket_.async_connect(tcp::endpoint(address, url_.port),
                                     asio::redirect_error(asio::use_awaitable, error));
      ++attempt_;  // the limit of this attempt no longer applies
      share_.cancel();
      // The limit may have closed the socket just as the connection was established.
      if (!error && !socket_.is_open()) error = asio::error::timed_out;
      if (!error || cancelled_) co_return error;
      refused = refused || error == asio::error::connection_refused;
      error_code ignored;
      socket_.close(ignored);
      if (late_ || left == 0) {
        if (refused) late_ = false;
        co_return refused ? make_error_code(asio::error::connection_refused) : error;
      }
    }
  }

  asio::awaitable<error_code> talk() {
    result_.phase = "connect";
    auto since = Clock::now();
    error_code error = co_await connect();
    if (result_.end == End::bad_address) co_return error_code{};
    if (error) co_return error;
    result_.connect = Clock::now() - since;
    if (!url_.tls) co_return co_await exchange(socket_);

    result_.phase = "tls";
    asio::ssl::stream<tcp::socket&> stream(socket_, contexts_.of(job_.target.ca));
    error_code numeric;
    asio::ip::make_address(url_.host, numeric);
    if (numeric) {  // as the macro SSL_set_tlsext_host_name; without the trailing dot (RFC 6066, section 3)
      std::string name = url_.host;
      if (name.ends_with('.')) name.pop_back();
      SSL_ctrl(stream.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
    }
    since = Clock::now();
    co_await stream.async_handshake(asio::ssl::stream_base::client,
                                    asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return error;
    result_.tls = Clock::now() - since;
    if (!result_.certificate || result_.certificate->fault == Certificate::Fault::none)
      result_.certificate = look_at(stream.native_handle(), url_.host);
    co_return co_await exchange(stream);
  }

  template <typename Stream>
  asio::awaitable<error_code> exchange(Stream& stream) {
    error_code error;
    http::request<http::empty_body> request(http::verb::get, url_.path, 11);
    request.set(http::field::host, url_.authority());
    request.set(http::field::user_agent, "jaga");
    request.set(http::field::accept, "*/*");
    request.set(http::field::accept_encoding,
                "identity");  // otherwise any content coding is acceptable (RFC 9110, section 12.5.3)
    request.set(http::field::connection, "close");
    result_.phase = "request";
    const auto since = Clock::now();
    co_await http::async_write(stream, request, asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return error;

    boost::beast::flat_buffer buffer(kMostHead + (std::size_t{16} << 10U));
    result_.phase = "head";
    std::optional<http::response_parser<http::buffer_body>> parser;
    for (int interim = 0;; ++interim) {
      parser.emplace();
      parser->header_limit(static_cast<std::uint32_t>(kMostHead));
      parser->body_limit(boost::none);
      error = co_await fetch_head(stream, buffer);
      if (error) co_return error;
      co_await http::async_read_header(stream, buffer, *parser,
                                       asio::redirect_error(asio::use_awaitable, error));
      if (error) co_return error;
      if (interim == 0) result_.first_byte = Clock::now() - since;
      // Informational responses such as 100 and 103 precede the final one.
      if (parser->get().result_int() >= 200) break;
      if (interim == 8) co_return http::make_error_code(http::error::bad_status);
    }
    result_.status = static_cast<int>(parser->get().result_int());
    result_.coding = sanitized(clipped(parser->get()[http::field::content_encoding], kMostText));
    const std::string location(parser->get()[http::field::location]);
    const bool wanted = std::find(job_.target.wanted.begin(), job_.target.wanted.end(), result_.status) !=
                        job_.target.wanted.end();
    if (!wanted && result_.status >= 300 && result_.status < 400 && result_.status != 304 &&
        !location.empty()) {
      follow(location);
      co_return error_code{};
    }
    result_.phase = "body";
    error = co_await read_body(stream, buffer, *parser);
    if (!error) result_.end = End::answered;
    co_return error;
  }

  // Reads until the header is complete and puts it into strict form, or until it cannot become a header; the
  // parser then reports the error.
  template <typename Stream, typename Buffer>
  asio::awaitable<error_code> fetch_head(Stream& stream, Buffer& buffer) {
    for (;;) {
      const std::string_view bytes(static_cast<const char*>(buffer.data().data()), buffer.size());
      if (const auto size = head_size(bytes)) {
        const std::string whole = strict_head(bytes.substr(0, *size)) + std::string(bytes.substr(*size));
        // Leave it unchanged if it does not fit into the buffer.
        if (whole.size() > buffer.max_size()) co_return error_code{};
        buffer.consume(buffer.size());
        asio::buffer_copy(buffer.prepare(whole.size()), asio::buffer(whole));
        buffer.commit(whole.size());
        co_return error_code{};
      }
      if (!may_be_head(bytes) || bytes.size() > kMostHead) co_return error_code{};
      error_code error;
      const std::size_t room = std::min<std::size_t>(4'096, buffer.max_size() - buffer.size());
      const std::size_t got = co_await stream.async_read_some(
          buffer.prepare(room), asio::redirect_error(asio::use_awaitable, error));
      buffer.commit(got);
      if (error) co_return error;
    }
  }

  template <typename Stream, typename Buffer>
  asio::awaitable<error_code> read_body(Stream& stream, Buffer& buffer,
                                        http::response_parser<http::buffer_body>& parser) {
    std::vector<char> piece(std::size_t{16} << 10U);
    std::string body;
    while (!parser.is_done()) {
      parser.get().body().data = piece.data();
      parser.get().body().size = piece.size();
      error_code error;
      co_await http::async_read(stream, buffer, parser, asio::redirect_error(asio::use_awaitable, error));
      const std::size_t got = piece.size() - parser.get().body().size;
      result_.body_bytes += got;
      if (!job_.target.body.empty()) body.append(piece.data(), got);
      if (error == http::error::need_buffer) error = {};
      // Without Content-Length the body ends when the connection does, with or without a TLS close_notify.
      if (error == asio::ssl::error::stream_truncated && parser.need_eof()) break;
      if (error) co_return error;
      if (result_.body_bytes >= kMostBody) {
        result_.cut = !parser.is_done();
        break;
      }
    }
    const auto text = decoded(body, result_.coding, kMostBody);
    result_.readable = text.has_value();
    result_.found = job_.target.body.empty() || (text && text->find(job_.target.body) != std::string::npos);
    co_return error_code{};
  }

  void follow(const std::string& location) {
    const auto next = inventory::resolve_url(url_, location);
    if (result_.redirects >= job_.target.redirects) {
      result_.end = End::too_many_redirects;
      result_.error_text = location.substr(0, kMostText);
    } else if (!next) {
      result_.end = End::bad_location;
      result_.error_text = location.substr(0, kMostText);
    } else {
      ++result_.redirects;
      job_.next = *next;
      if (next->host != url_.host) job_.target.address.clear();
    }
  }

  tcp::socket socket_;
  asio::steady_timer timer_;
  asio::steady_timer share_;  // time limit of one of several addresses
  std::size_t attempt_ = 0;
  Contexts& contexts_;
  Job& job_;
  HttpResult& result_;
  const inventory::Url url_;
  const std::shared_ptr<int> alive_ = std::make_shared<int>(0);
  bool late_ = false;
  bool cancelled_ = false;
};

// Lists an object that a stop reaches, for as long as both live.
template <typename Object>
class Listed {
 public:
  Listed(std::set<Object*>& list, Object& object) : list_(list), object_(&object) { list_.insert(object_); }
  ~Listed() { list_.erase(object_); }
  Listed(const Listed&) = delete;
  Listed& operator=(const Listed&) = delete;

 private:
  std::set<Object*>& list_;
  Object* object_;
};

// Runs requests concurrently in one io_context.
class Pass {
 public:
  Pass(std::vector<Job*> jobs, Contexts& contexts, std::stop_token stop, std::function<void(Job&)> ended)
      : jobs_(std::move(jobs)),
        contexts_(contexts),
        stop_(std::move(stop)),
        ended_(std::move(ended)),
        context_(1) {}

  void run(std::size_t at_once) {
    const std::stop_callback on_stop(stop_, [this] { asio::post(context_, [this] { cancel(); }); });
    for (std::size_t i = 0; i < std::min(at_once, jobs_.size()); ++i)
      asio::co_spawn(context_, worker(), [this](std::exception_ptr thrown) {
        if (thrown && !thrown_) thrown_ = thrown;
      });
    context_.run();
    if (thrown_) std::rethrow_exception(thrown_);
  }

 private:
  asio::awaitable<void> worker() {
    while (next_ < jobs_.size() && !stop_.stop_requested()) {
      Job& job = *jobs_[next_++];
      // Follow redirects at once, since the job's time is running.
      while (job.next && !stop_.stop_requested()) co_await ask(job);
      if (!job.next) ended_(job);
    }
  }

  asio::awaitable<void> ask(Job& job) {
    if (job.result.redirects > 0 && job.target.address.empty()) {
      co_await look_up(job);
      if (!job.next) co_return;
    }
    Exchange exchange(context_, contexts_, job);
    const Listed listed(open_, exchange);
    try {
      co_await exchange.run();
    } catch (const std::exception& error) {  // no descriptor, no certificate file, or out of memory
      job.result.end = End::local_error;
      job.result.error_text = error.what();
      job.next.reset();
    }
  }

  // Resolves the host of a redirect within the time of the job.
  asio::awaitable<void> look_up(Job& job) {
    const std::string host = job.next->host;
    Resolved found{"", "no answer in time"};
    if (is_numeric(host)) {
      found.address = host;
    } else {
      Resolver resolver({host});
      error_code error;
      asio::posix::stream_descriptor ready(context_);
      ready.assign(::fcntl(resolver.descriptor(), F_DUPFD_CLOEXEC, 0), error);
      if (!error) {
        asio::steady_timer timer(context_, job.deadline);
        const auto alive = std::make_shared<int>(0);
        timer.async_wait([&ready, here = std::weak_ptr<int>(alive)](const error_code& early) {
          error_code ignored;
          if (!early && !here.expired()) ready.cancel(ignored);
        });
        const Listed listed(names_, ready);
        // asio may report an event of a closed socket to a new one with the same descriptor, so a wait can
        // end without data.
        while (!error && !stop_.stop_requested() && std::chrono::steady_clock::now() < job.deadline) {
          co_await ready.async_wait(asio::posix::stream_descriptor::wait_read,
                                    asio::redirect_error(asio::use_awaitable, error));
          bool more = false;
          auto got = resolver.take_ready(more);
          if (got.empty()) continue;
          found = std::move(got.front().second);
          break;
        }
      } else {
        found.error_text = error.message();
      }
    }
    if (stop_.stop_requested()) co_return;
    job.target.address = found.address;
    job.further = found.further;
    if (!found.address.empty()) co_return;
    job.result.end = End::resolve_failed;
    job.result.error_text = host + ": " + found.error_text;
    job.next.reset();
  }

  void cancel() {
    error_code ignored;
    for (Exchange* exchange : open_) exchange->cancel();
    for (asio::posix::stream_descriptor* ready : names_) ready->cancel(ignored);
  }

  std::vector<Job*> jobs_;
  Contexts& contexts_;
  std::stop_token stop_;
  std::function<void(Job&)> ended_;
  std::set<Exchange*> open_;
  std::set<asio::posix::stream_descriptor*> names_;  // look-ups being waited for
  std::size_t next_ = 0;
  std::exception_ptr thrown_;
  asio::io_context context_;  // last: ends the coroutines, which use the rest
};

std::size_t window(std::size_t wanted) {
  rlimit limit{};
  std::size_t most = 256;
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
    most = std::clamp<std::size_t>(limit.rlim_cur / 4, 1, most);
  return wanted == 0 ? most : std::min(wanted, most);
}

}  // namespace

std::vector<HttpResult> http_get(std::vector<HttpTarget> targets, std::size_t at_once, std::stop_token stop,
                                 const std::function<void(std::size_t index)>& done) {
  std::vector<Job> jobs(targets.size());
  std::vector<Job*> open;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    jobs[i].target = std::move(targets[i]);
    jobs[i].next = jobs[i].target.url;
    jobs[i].further = jobs[i].target.further;
    open.push_back(&jobs[i]);
  }
  const auto tell = [&](Job& job) {
    if (done) done(static_cast<std::size_t>(&job - jobs.data()));
  };
  Contexts contexts;
  try {
    Pass(std::move(open), contexts, std::move(stop), tell).run(window(at_once));
  } catch (const boost::system::system_error& error) {
    throw system_error(error.code().value(), msg("cannot ask by HTTP: {reason}"));
  }
  std::vector<HttpResult> results;
  for (Job& job : jobs) {
    if (job.next) job.result.end = End::cancelled;
    results.push_back(std::move(job.result));
  }
  return results;
}

}  // namespace jaga::probe
