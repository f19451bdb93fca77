#include "workflow/secrets.hpp"

#include <doctest/doctest.h>

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
}

TEST_CASE("a private key goes whole, also one that was cut") {
  const std::string key =
      "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaA==\n-----END OPENSSH PRIVATE KEY-----";
  CHECK(mask_secrets("a\n" + key + "\nb\n") == "a\n[masked]\nb\n");
  CHECK(mask_secrets("a\n" + key.substr(0, 45)) == "a\n[masked]");
  const std::string open = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
  CHECK(mask_secrets(open) == open);
}
