#include "fleet/signed_text.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "fleet/packed.hpp"
#include "sshkey/wire.hpp"
#include "yaml/fields.hpp"
#include "yaml/read.hpp"
#include "yaml/write.hpp"

namespace jaga::fleet {
namespace {

constexpr std::string_view kMagic = "jg01";

Error not_whole(std::string_view name) {
  return Error{ExitCode::data,
               msg("'{name}' is not a message of jaga's workers", {{"name", printable(name)}})};
}

}  // namespace

std::string write_signed(yaml::Node head, std::string_view text, const sign::Signer& signer,
                         std::stop_token stop) {
  head.set("text", std::string_view(sha256(text).text()));
  head.set("bytes", static_cast<std::int64_t>(text.size()));
  const std::string head_bytes = yaml::write_canonical(head);
  const std::string signature = signer.sign(head_bytes, kNamespace, stop);
  std::string out(kMagic);
  sshkey::put_string(out, head_bytes);
  sshkey::put_string(out, signature);
  out += pack(text);
  if (head_bytes.size() > kMostHead || text.size() > kMostText || out.size() > kMostMessage)
    throw Error{ExitCode::software, msg("a message to or from a worker is too large")};
  return out;
}

SignedHead read_head(std::string_view head_bytes, std::string_view signature, std::string_view name) {
  if (head_bytes.size() > kMostHead) throw not_whole(name);
  auto signer = sign::verify(head_bytes, signature, kNamespace);
  if (!signer)
    throw Error{ExitCode::data, msg("the signature of '{name}' is invalid", {{"name", printable(name)}})};
  return {yaml::read_canonical(head_bytes, name), std::move(*signer)};
}

SignedText read_signed(std::string_view bytes, std::string_view name) {
  if (bytes.size() > kMostMessage) throw not_whole(name);
  sshkey::WireReader reader(bytes);
  if (reader.fixed(kMagic.size()) != kMagic) throw not_whole(name);
  SignedText out;
  out.head_bytes = reader.string();
  out.signature = reader.string();
  if (!reader.ok()) throw not_whole(name);
  SignedHead head = read_head(out.head_bytes, out.signature, name);
  out.signer = std::move(head.signer);
  const yaml::Source source{std::string(name), ExitCode::data};
  yaml::Fields fields(head.head, source);
  const Digest digest = fields.digest("text");
  const auto size = static_cast<std::size_t>(fields.integer("bytes", 0, std::int64_t{kMostText}));
  std::optional<std::string> text = unpack(reader.rest(), size);
  if (!text || text->size() != size || sha256(*text) != digest)
    throw Error{ExitCode::data,
                msg("the text of '{name}' is not the one that was signed", {{"name", printable(name)}})};
  out.text = std::move(*text);
  head.head.take("text");
  head.head.take("bytes");
  out.head = std::move(head.head);
  return out;
}

}  // namespace jaga::fleet
