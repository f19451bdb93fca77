#include "probe/certificate.hpp"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <ctime>
#include <memory>

#include "base/clipped.hpp"
#include "base/text.hpp"

namespace jaga::probe {
namespace {

constexpr std::size_t kMostText = 200;
constexpr std::size_t kMostNames = 64;

bool is_ip(const std::string& host) {
  boost::system::error_code error;
  boost::asio::ip::make_address(host, error);
  return !error;
}

std::string entry_of(const X509_NAME* name, int nid) {
  const int at = X509_NAME_get_index_by_NID(name, nid, -1);
  if (at < 0) return {};
  unsigned char* bytes = nullptr;
  const int size = ASN1_STRING_to_UTF8(&bytes, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
  if (size < 0) return {};
  const std::string text(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return sanitized(clipped(text, kMostText));
}

std::vector<std::string> names_of(X509* certificate) {
  std::vector<std::string> out;
  const std::unique_ptr<GENERAL_NAMES, void (*)(GENERAL_NAMES*)> names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
      &GENERAL_NAMES_free);
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()) && out.size() < kMostNames; ++i) {
    int type = 0;
    const void* value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names.get(), i), &type);
    const auto* text = static_cast<const ASN1_STRING*>(value);
    if (type != GEN_DNS && type != GEN_IPADD) continue;
    const unsigned char* bytes = ASN1_STRING_get0_data(text);
    const auto size = static_cast<std::size_t>(ASN1_STRING_length(text));
    if (type == GEN_DNS) {
      out.push_back(sanitized(clipped({reinterpret_cast<const char*>(bytes), size}, kMostText)));
    } else if (size == 4) {
      boost::asio::ip::address_v4::bytes_type address{};
      std::copy_n(bytes, size, address.begin());
      out.push_back(boost::asio::ip::address_v4(address).to_string());
    } else if (size == 16) {
      boost::asio::ip::address_v6::bytes_type address{};
      std::copy_n(bytes, size, address.begin());
      out.push_back(boost::asio::ip::address_v6(address).to_string());
    }
  }
  return out;
}

bool is_for(X509* certificate, std::string host) {
  if (is_ip(host)) return X509_check_ip_asc(certificate, host.c_str(), 0) == 1;
  if (host.ends_with('.')) host.pop_back();
  return X509_check_host(certificate, host.data(), host.size(),
                         X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS,
                         nullptr) == 1;
}

Instant end_of(const X509* certificate) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &parts) != 1) return {};
  return Instant{std::chrono::seconds{::timegm(&parts)}};
}

bool has_ended(const X509* certificate) {
  return X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0;
}

// In a verified chain only its certificates count, not others that the server sent along. There is no
// verified chain if an issuer has expired; then use the chain that the server sent.
std::optional<Certificate::Issuer> first_to_end(SSL* tls, Instant own) {
  const STACK_OF(X509)* chain =
      SSL_get_verify_result(tls) == X509_V_OK ? SSL_get0_verified_chain(tls) : SSL_get_peer_cert_chain(tls);
  std::optional<Certificate::Issuer> out;
  for (int i = 1; chain != nullptr && i < sk_X509_num(chain); ++i) {
    const X509* one = sk_X509_value(chain, i);
    const Instant end = end_of(one);
    if (end >= own || (out && end >= out->not_after)) continue;
    out = {end, entry_of(X509_get_subject_name(one), NID_commonName)};
  }
  return out;
}

}  // namespace

Certificate look_at(SSL* tls, const std::string& host) {
  Certificate out;
  const std::unique_ptr<X509, void (*)(X509*)> certificate(SSL_get1_peer_certificate(tls), &X509_free);
  if (!certificate) {
    out.fault = Certificate::Fault::untrusted;
    out.why = "the server showed no certificate";
    return out;
  }
  out.not_after = end_of(certificate.get());
  out.names = names_of(certificate.get());
  out.subject = entry_of(X509_get_subject_name(certificate.get()), NID_commonName);
  if (out.subject.empty() && !out.names.empty()) out.subject = out.names.front();
  out.issuer = entry_of(X509_get_issuer_name(certificate.get()), NID_commonName);
  const long verdict = SSL_get_verify_result(tls);
  if (verdict == X509_V_OK || verdict == X509_V_ERR_CERT_HAS_EXPIRED)
    out.issuer_ends = first_to_end(tls, out.not_after);
  if (has_ended(certificate.get()))
    out.fault = Certificate::Fault::expired;
  else if (X509_cmp_current_time(X509_get0_notBefore(certificate.get())) > 0)
    out.fault = Certificate::Fault::not_yet;
  else if (verdict == X509_V_ERR_CERT_HAS_EXPIRED && out.issuer_ends)
    out.fault = Certificate::Fault::expired;
  else if (verdict != X509_V_OK)
    out.fault = Certificate::Fault::untrusted;
  else if (!is_for(certificate.get(), host))
    out.fault = Certificate::Fault::wrong_name;
  if (out.fault == Certificate::Fault::untrusted) out.why = X509_verify_cert_error_string(verdict);
  return out;
}

}  // namespace jaga::probe
