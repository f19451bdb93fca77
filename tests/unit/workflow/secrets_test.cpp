#include "workflow/secrets.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"

using jaga::workflow::mask_secrets;

TEST_CASE("known shapes are masked, everything else stays") {
  CHECK(mask_secrets("freed 120M of /var/log\n") == "freed 120M of /var/log\n");
  CHECK(mask_secrets("password=hunter2 user=x") == "password=[masked] user=x");
  CHECK(mask_secrets("DB_PASSWORD: \"hunter2\"\nnext") == "DB_PASSWORD: \"[masked]\"\nnext");
  CHECK(mask_secrets("{\"token\":\"abc\",\"a\":1}") == "{\"token\":\"[masked]\",\"a\":1}");
  CHECK(mask_secrets("id AKIAABCDEFGHIJKLMNOP end") == "id [masked] end");
  CHECK(mask_secrets("AKIAabc") == "AKIAabc");
  CHECK(mask_secrets("password=\nnext") == "password=\nnext");
  CHECK(mask_secrets("tokens are cheap") == "tokens are cheap");
  CHECK(mask_secrets("password = hunter2") == "password = [masked]");
  CHECK(mask_secrets("Kata sandi: rahasia") == "Kata sandi: [masked]");
  CHECK(mask_secrets("password: user called") == "password: [masked] called");  // printed, it is no prose
}

TEST_CASE("what a person typed: prose may be recorded, a secret may not") {
  const auto taken = [](std::string_view text) {
    try {
      jaga::workflow::require_recordable("-m", text);
      return true;
    } catch (const jaga::Error& error) {
      CHECK(error.code() == jaga::ExitCode::usage);
      return false;
    }
  };
  for (const std::string_view text :
       {"password: user called", "Password: the user forgot it, new one tomorrow",
        "the token: it has expired", "secret: none was found", "passwd: rotated, see ticket",
        "kata sandi: pengguna lupa", "ganti sandi besok", "password was changed",
        "reset of the password:", "password:\nthe user called", "tokens: two of them",
        "api_key : revoked by the vendor", "password: d\xc3\xa9j\xc3\xa0 vu par tous"}) {
    CAPTURE(text);
    CHECK(taken(text));
  }
  for (const std::string_view text :
       {"password=hunter2", "password: hunter2", "password: letmein", "password: Tr0ub4dor and three",
        "token=abc", "password:user called", "password: \"user called\"", "password='user called'",
        "password: userPass on web01", "secret: s3cret! for web01",
        "passphrase: correct horse battery staple", "API_KEY = 0123456789", "sandi: rahasia123 di web01",
        "token: abc-def ghi", "password: \nletmein x password: letmein", "AKIAABCDEFGHIJKLMNOP",
        "-----BEGIN RSA PRIVATE KEY-----\nx"}) {
    CAPTURE(text);
    CHECK_FALSE(taken(text));
  }
}

TEST_CASE("a private key goes whole, also one that was cut") {
  const std::string key =
      "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaA==\n-----END OPENSSH PRIVATE KEY-----";
  CHECK(mask_secrets("a\n" + key + "\nb\n") == "a\n[masked]\nb\n");
  CHECK(mask_secrets("a\n" + key.substr(0, 45)) == "a\n[masked]");
  const std::string open = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
  CHECK(mask_secrets(open) == open);
}
