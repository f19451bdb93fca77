#include "base/system_text.hpp"

#include <algorithm>

namespace jaga {
namespace {

// A function, so that nothing is made where no error is told.
const std::vector<Message>& known() {
  static const std::vector<Message> kKnown = {
      // errno(3)
      sentence("Address already in use"), sentence("Argument list too long"), sentence("Broken pipe"),
      sentence("Cannot allocate memory"), sentence("Cannot assign requested address"),
      sentence("Connection refused"), sentence("Connection reset by peer"), sentence("Connection timed out"),
      sentence("Destination address required"), sentence("Device or resource busy"),
      sentence("Directory not empty"), sentence("Disk quota exceeded"), sentence("Exec format error"),
      sentence("File exists"), sentence("File name too long"), sentence("File too large"),
      sentence("Host is down"), sentence("Input/output error"), sentence("Interrupted system call"),
      sentence("Invalid argument"), sentence("Invalid cross-device link"), sentence("Is a directory"),
      sentence("Message too long"), sentence("Network is down"), sentence("Network is unreachable"),
      sentence("No buffer space available"), sentence("No route to host"),
      sentence("No space left on device"), sentence("No such device or address"),
      sentence("No such file or directory"), sentence("No such process"), sentence("Not a directory"),
      sentence("Operation not permitted"), sentence("Operation not supported"), sentence("Permission denied"),
      sentence("Protocol not available"), sentence("Read-only file system"),
      sentence("Resource temporarily unavailable"), sentence("Stale file handle"), sentence("Success"),
      sentence("Text file busy"), sentence("Too many levels of symbolic links"),
      sentence("Too many open files"), sentence("Too many open files in system"),
      sentence("Transport endpoint is not connected"),
      // gai_strerror(3)
      sentence("Name or service not known"), sentence("No address associated with hostname"),
      sentence("Non-recoverable failure in name resolution"),
      sentence("Temporary failure in name resolution"),
      // OpenSSL's X509_verify_cert_error_string(3)
      sentence("certificate has expired"), sentence("certificate is not yet valid"),
      sentence("certificate revoked"), sentence("self-signed certificate"),
      sentence("self-signed certificate in certificate chain"), sentence("unable to get issuer certificate"),
      sentence("unable to get local issuer certificate"), sentence("unable to verify the first certificate"),
      // Ours, beside them.
      sentence("interrupted"), sentence("no answer in time"), sentence("no route from here"),
      sentence("no socket could be opened"),
      sentence("not an address: IPv4 is four decimal numbers without leading zeros"),
      sentence("out of memory"), sentence("refused or closed"), sentence("the name servers do not answer"),
      sentence("the server showed no certificate"), sentence("unreachable")};
  return kKnown;
}

}  // namespace

Message system_text(std::string_view english) {
  const auto found = std::ranges::find(known(), english, &Message::id);
  return found == known().end() ? literal(std::string(english)) : *found;
}

}  // namespace jaga
