#include "ping_lines.hpp"

#include <algorithm>

#include "base/format.hpp"
#include "base/text.hpp"
#include "document/json.hpp"
#include "probe/icmp_packet.hpp"
#include "session.hpp"

namespace jaga::cmd {
namespace {

using std::chrono::nanoseconds;

// Whole numbers only: a sweep prints many.
void put_decimal(std::string& out, std::int64_t value, int decimals) {
  std::string digits = std::to_string(value);
  if (decimals > 0) {
    const auto wanted = static_cast<std::size_t>(decimals) + 1;
    if (digits.size() < wanted) digits.insert(0, wanted - digits.size(), '0');
    digits.insert(digits.size() - static_cast<std::size_t>(decimals), 1, '.');
  }
  out += digits;
}

// Milliseconds, with fewer decimals the more they are.
void put_ms(std::string& out, nanoseconds span) {
  const std::int64_t ns = span.count();
  if (ns < 1'000'000 - 500) return put_decimal(out, (ns + 500) / 1'000, 3);
  if (ns < 10'000'000 - 5'000) return put_decimal(out, (ns + 5'000) / 10'000, 2);
  if (ns < 100'000'000 - 50'000) return put_decimal(out, (ns + 50'000) / 100'000, 1);
  put_decimal(out, (ns + 500'000) / 1'000'000, 0);
}

std::string ms(nanoseconds span) {
  std::string text;
  put_ms(text, span);
  return text;
}

int percent(int lost, int of) {
  return of == 0 ? 100 : lost * 100 / of;
}

Message why(const PingAnswer& one) {
  using End = probe::IcmpResult::End;
  if (one.unknown()) return literal(one.name->error_text);
  const probe::IcmpError& error = one.icmp.last_error();
  switch (one.icmp.end) {
    case End::unreachable:
      if (error.from.empty()) return literal(error.text);
      return msg("{reason}, reported by {router}", {{"reason", error.text}, {"router", error.from}});
    case End::no_route:
      return error.text.empty() ? msg("no route") : msg("no route: {reason}", {{"reason", error.text}});
    case End::not_permitted:
      return msg("not permitted to ping addresses of this family");
    case End::local_error:
      return msg("not sent: {reason}", {{"reason", error.text}});
    case End::cancelled:
      return msg("interrupted");
    case End::bad_address:
      return msg("not an address");
    case End::measured:
      break;
  }
  return {};
}

std::string padded(const std::string& label, std::size_t width) {
  std::string text = printable(label);
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

void put_packets(std::string& text, const PingAnswer& one) {
  const probe::IcmpResult& icmp = one.icmp;
  text += " : xmt/rcv/%loss = " + std::to_string(icmp.sent) + "/" + std::to_string(icmp.received) + "/" +
          std::to_string(icmp.lost_percent()) + "%";
  const auto put = [&text](const char* names, std::initializer_list<nanoseconds> spans) {
    text += names;
    const char* between = " = ";
    for (const nanoseconds span : spans) {
      text += between;
      put_ms(text, span);
      between = "/";
    }
  };
  if (one.alive()) {
    put(", min/avg/max", {icmp.min, icmp.mean, icmp.max});
    put(", median/p95/jitter", {icmp.median, icmp.p95, icmp.jitter});
  }
  if (icmp.late > 0) text += ", late = " + std::to_string(icmp.late);
  if (icmp.duplicates > 0) text += ", duplicates = " + std::to_string(icmp.duplicates);
}

}  // namespace

void print_ping_row(Ui& ui, const PingAnswer& one, const PingView& view) {
  const probe::IcmpResult& icmp = one.icmp;
  Json line;
  line["target"] = one.target;
  line["address"] = one.address();
  line["alive"] = one.alive();
  line["sent"] = icmp.sent;
  line["received"] = icmp.received;
  line["loss_percent"] = icmp.lost_percent();
  line["late"] = icmp.late;
  line["duplicates"] = icmp.duplicates;
  const auto us = [](nanoseconds span) { return span.count() / 1'000; };
  if (one.alive()) {
    line["min_us"] = us(icmp.min);
    line["mean_us"] = us(icmp.mean);
    line["median_us"] = us(icmp.median);
    line["p95_us"] = us(icmp.p95);
    line["max_us"] = us(icmp.max);
    line["jitter_us"] = us(icmp.jitter);
  }
  if (view.times) {
    Json times = Json::array();
    for (const nanoseconds trip : icmp.times)
      times.push_back(trip < nanoseconds{0} ? Json(nullptr) : Json(us(trip)));
    line["times_us"] = std::move(times);
  }
  const std::string reason = why(one).render(Language::english);
  if (!reason.empty()) line["reason"] = reason;
  if (const probe::IcmpError& error = icmp.last_error(); !error.from.empty()) {
    line["error_from"] = error.from;
    line["icmp_type"] = error.type;
    line["icmp_code"] = error.code;
  }
  ui.row(line);
}

void print_ping_line(Ui& ui, const PingAnswer& one, const PingView& view) {
  std::string text;
  if (view.counted && !one.unknown()) {
    text = padded(view.label(one), view.width);
    if (view.times) {
      text += " :";
      for (const nanoseconds trip : one.icmp.times) {
        text += ' ';
        if (trip < nanoseconds{0})
          text += '-';
        else
          put_ms(text, trip);
      }
    } else {
      put_packets(text, one);
    }
  } else {
    text = printable(view.label(one));
    text += one.alive() ? " is alive" : one.unknown() ? " is unknown" : " is unreachable";
    if (one.alive() && view.elapsed) text += " (" + ms(one.icmp.min) + " ms)";
  }
  const std::string reason = ui.text(why(one));
  if (!reason.empty()) text += " (" + printable(reason) + ")";
  text += '\n';
  ui.raw(one.alive() ? text : ui.coloured(text, Colour::red));
}

void print_ping_name(Ui& ui, const PingAnswer& one, const PingView& view) {
  std::string text = printable(view.label(one));
  if (one.alive() && view.elapsed) text += " (" + ms(one.icmp.min) + " ms)";
  ui.raw(text + "\n");
}

void PingEach::print(const std::string& stamp, const std::string& label, std::size_t target, int request,
                     nanoseconds round_trip) {
  Sum& sum = sums_[target];
  ++sum.over;
  std::string text = stamp + padded(label, width_) + " : [" + std::to_string(request) + "], ";
  if (round_trip >= nanoseconds{0}) {
    ++sum.received;
    sum.trips += round_trip;
    text += std::to_string(probe::kEchoSize) + " bytes, " + ms(round_trip) + " ms";
  } else {
    text += "timed out";
  }
  text += " (" + (sum.received == 0 ? std::string("NaN") : ms(sum.trips / sum.received)) + " avg, " +
          std::to_string(percent(sum.over - sum.received, sum.over)) + "% loss)\n";
  ui_.raw(text);
}

void PingSums::add(const PingAnswer& one) {
  const probe::IcmpResult& icmp = one.icmp;
  ++targets;
  if (one.alive()) ++alive;
  if (one.unknown()) ++unknown;
  others += icmp.late + icmp.duplicates;
  sent += icmp.sent;
  if (icmp.received == 0) return;
  min = received == 0 ? icmp.min : std::min(min, icmp.min);
  max = std::max(max, icmp.max);
  total += icmp.mean * icmp.received;
  received += icmp.received;
}

void print_ping_sums(Ui& ui, const PingSums& sums) {
  const auto count = [&ui](auto number, const Message& of) {
    ui.tell(formatted("{:8} ", number) + ui.text(of));
  };
  ui.tell("");
  count(sums.targets, msg("targets"));
  count(sums.alive, msg("alive"));
  count(sums.dead(), msg("unreachable"));
  count(sums.unknown, msg("unknown addresses"));
  ui.tell("");
  count(sums.sent - sums.received, msg("timeouts (waiting for response)"));
  count(sums.sent, msg("ICMP Echos sent"));
  count(sums.received, msg("ICMP Echo Replies received"));
  count(sums.others, msg("other ICMP received"));
  ui.tell("");
  const nanoseconds mean = sums.received == 0 ? nanoseconds{0} : sums.total / sums.received;
  ui.tell(" " + ms(sums.min) + " ms " + ui.text(msg("(min round trip time)")));
  ui.tell(" " + ms(mean) + " ms " + ui.text(msg("(avg round trip time)")));
  ui.tell(" " + ms(sums.max) + " ms " + ui.text(msg("(max round trip time)")));
  ui.tell(formatted("{:13.3f} sec ", std::chrono::duration<double>(sums.took).count()) +
          ui.text(msg("(elapsed real time)")));
  ui.tell("");
}

}  // namespace jaga::cmd
