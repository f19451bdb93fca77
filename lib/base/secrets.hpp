// Passwords, tokens and keys in text that goes into files which can never be changed. One list of shapes
// serves both ways in: what a person types is refused, what a program or another tool said is masked. Only
// known shapes: this is a net, not a promise. Pure; any bytes are taken.
#pragma once

#include <string>
#include <string_view>

namespace jaga {

// `text` with each secret replaced by "[masked]"; the name before it stays. Masking twice changes nothing
// more.
//
//   PEM private keys, whole, also where the end is missing
//   password=, passwd:, passphrase, secret, token, api_key, access_key, private_key, sandi, also as the end
//   of a
//     longer name and in JSON, XML and quotes; DB_PASS=, MYSQL_PWD=; --password VALUE. The value ends with
//     its line, its quote or its word. A reference (${NAME}, $NAME, $(command)) is not a value.
//   the same with a blank only, where what follows is not a word of a sentence: "passwd hunter2", "password is
//     hunter2", not "the passwd was changed"; pw and pwd
//   Authorization: Basic ..., Bearer ...; user:password@host, with a scheme before it or without
//   -pPASSWORD after mysql and mariadb, and the like of sshpass, curl, ldapsearch, ipmitool, redis-cli,
//     smbclient, openssl (also -passin pass:PASSWORD), keytool, unzip, 7z
//   keys that tell themselves: AWS (AKIA, ASIA), GitHub (ghp_, github_pat_), GitLab, Slack, Stripe,
//   Google, Vault,
//     JSON Web Tokens (RFC 7519)
//   hashes of passwords as crypt(5) writes them ($1$, $5$, $6$, $y$, $2b$ ...) and Argon2
std::string mask_secrets(std::string_view text);

// Refuses (Error{usage}) a text that a person typed and that no record may hold: characters that a terminal
// would obey, malformed and invisible ones (in prose U+200C and U+200D between letters may stand), and what
// mask_secrets() would mask, but for prose ("password: user called"). `name` says which one, "-m".
enum class Typed { name, prose };
void require_recordable(std::string_view name, std::string_view text, Typed typed = Typed::prose);

}  // namespace jaga
