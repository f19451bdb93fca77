// Signatures and keys of anybody: parsing never crashes, and what is accepted has one form.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sign/sshsig.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(jaga::sign::verify("bytes", text, jaga::sign::kRecordNamespace));
  if (const auto blob = jaga::sign::dearmor(text)) {
    if (jaga::sign::armor(*blob) != text) std::abort();
  }
  if (const auto sshsig = jaga::sign::parse_sshsig(text)) {
    if (jaga::sign::write_sshsig(*sshsig) != text) std::abort();
    static_cast<void>(jaga::sign::verify_blob(sshsig->key, sshsig->signature, "data"));
  }
  static_cast<void>(jaga::sign::parse_public_key(text));
  return 0;
}
