#include "base/secrets.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"

using jaga::mask_secrets;

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
  CHECK(mask_secrets("password: user called") ==
        "password: [masked] called");  // in output, which is not prose
}

TEST_CASE("what a person typed: prose may be recorded, a secret may not") {
  const auto taken = [](std::string_view text) {
    try {
      jaga::require_recordable("-m", text);
      return true;
    } catch (const jaga::Error& error) {
      CHECK(error.code() == jaga::ExitCode::usage);
      return false;
    }
  };
  for (const std::string_view text : {"password: user called",
                                      "Password: the user forgot it, new one tomorrow",
                                      "the token: it has expired",
                                      "secret: none was found",
                                      "passwd: rotated, see ticket",
                                      "kata sandi: pengguna lupa",
                                      "ganti sandi besok",
                                      "password was changed",
                                      "reset of the password:",
                                      "password:\nthe user called",
                                      "tokens: two of them",
                                      "api_key : revoked by the vendor",
                                      "the passwd was changed",
                                      "passwd of web01: changed",
                                      "ran passwd staff on web01",
                                      "pw: user called",
                                      "the pw was changed",
                                      "new pw for web01 tomorrow",
                                      "password is too short",
                                      "passwd -l root",
                                      "password 3 times wrong",
                                      "password 12th of May",
                                      "copied /etc/passwd web01",
                                      "kata sandi web01 sudah diganti",
                                      "kata sandi adalah rahasia",
                                      "pass: 12 of 14",
                                      "pass: yes",
                                      "bypass: web01",
                                      "pass: all of them",
                                      "read it with -passin env:NAME",
                                      "took -passin file:/etc/ssl/x1",
                                      "password: d\xc3\xa9j\xc3\xa0 vu par tous"}) {
    CAPTURE(text);
    CHECK(taken(text));
  }
  for (const std::string_view text : {"password=hunter2",
                                      "password: hunter2",
                                      "password: letmein",
                                      "password: Tr0ub4dor and three",
                                      "token=abc",
                                      "password:user called",
                                      "password: \"user called\"",
                                      "password='user called'",
                                      "password: userPass on web01",
                                      "secret: s3cret! for web01",
                                      "passphrase: correct horse battery staple",
                                      "API_KEY = 0123456789",
                                      "sandi: rahasia123 di web01",
                                      "token: abc-def ghi",
                                      "password: \nletmein x password: letmein",
                                      "AKIAABCDEFGHIJKLMNOP",
                                      "pw: hunter2",
                                      "user root pass: hunter2",
                                      "Pass: let+me",
                                      "pw: letmein",
                                      "pw:hunter",
                                      "pw=1234",
                                      "the new pw is hunter2.",
                                      "PW hunter2",
                                      "db_pw: x1",
                                      "passwd hunter2",
                                      "passwd Tr0ub4dor on web01",
                                      "password hunter2",
                                      "password is hunter2",
                                      "passwd 'correct horse 2'",
                                      "password let+me",
                                      "pwd: hunter2",
                                      "kata sandi Rahas1Aku",
                                      "sandi adalah r4has!a",
                                      "openssl rsa -passin pass:hunter -in x",
                                      "used -passin pass:hunter",
                                      "-passout 'pass:correct horse'",
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

TEST_CASE("the commonest forms of credentials are masked, and nothing beside them") {
  const auto masks = [](std::string_view text, std::string_view want) {
    CAPTURE(text);
    CHECK(mask_secrets(text) == want);
    CHECK(mask_secrets(want) == want);
  };
  masks("DB_PASS=x1y2", "DB_PASS=[masked]");
  masks("DB_PASS: x1y2", "DB_PASS: [masked]");
  masks("MYSQL_PWD='a b c' mysql", "MYSQL_PWD='[masked]' mysql");
  masks("password=\"a long one, with \\\" in it\" user=x", "password=\"[masked]\" user=x");
  masks("password=\"without an end\nnext line", "password=\"[masked]\nnext line");
  masks("<password>x1y2</password>", "<password>[masked]</password>");
  masks("aws_secret_access_key = abc/def+ghi", "aws_secret_access_key = [masked]");
  masks("AWS_ACCESS_KEY_ID=ASIAABCDEFGHIJKLMNOP", "AWS_ACCESS_KEY_ID=[masked]");
  masks("Authorization: Bearer GEHEIM42", "Authorization: Bearer [masked]");
  masks("authorization: basic dXNlcjpw, next", "authorization: basic [masked], next");
  masks("curl -H 'Authorization: Token abc' x", "curl -H 'Authorization: Token [masked]' x");
  masks("got a bearer eyJ0.abc1 today", "got a bearer [masked] today");
  masks("https://git:GEHEIM42@repo.example/x.git", "https://git:[masked]@repo.example/x.git");
  masks("postgres://app:p@ss@db01:5432/x", "postgres://app:[masked]@db01:5432/x");
  masks("root:toor1@db01 refused", "root:[masked]@db01 refused");
  masks("mysql -u root -pGEHEIM42 -h db01", "mysql -u root -p[masked] -h db01");
  masks("/usr/bin/mysqldump -p'a b' shop", "/usr/bin/mysqldump -p'[masked]' shop");
  masks("mysql -p\nmkdir -pv x", "mysql -p\nmkdir -pv x");
  masks("sshpass -p x1 ssh web01", "sshpass -p [masked] ssh web01");
  masks("curl -u staff:x1 https://web01/", "curl -u staff:[masked] https://web01/");
  masks("ldapsearch -x -w x1 -b dc=x", "ldapsearch -x -w [masked] -b dc=x");
  masks("openssl rsa -passin pass:x1 -in k", "openssl rsa -passin pass:[masked] -in k");
  masks("openssl pkcs12 -passout 'pass:a b' -in k", "openssl pkcs12 -passout 'pass:[masked]' -in k");
  masks("openssl enc -k geheim -in x", "openssl enc -k [masked] -in x");
  masks("keytool -list -storepass geheim -v", "keytool -list -storepass [masked] -v");
  masks("unzip -P geheim x.zip", "unzip -P [masked] x.zip");
  masks("7z x -pgeheim x.7z", "7z x -p[masked] x.7z");
  masks("machine x login u password GEHEIM42\n", "machine x login u password [masked]\n");
  masks("pw: x1", "pw: [masked]");
  masks("(passwd GEHEIM42).", "(passwd [masked]).");
  masks("mount.cifs --password x1 //nas/x", "mount.cifs --password [masked] //nas/x");
  masks("ghp_0123456789abcdefghij0123456789abcdef", "[masked]");
  masks("key xoxb-0123456789-abc.", "key [masked].");
  masks("t=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln rest", "t=[masked] rest");
  masks("root:$6$saltsalt$0123456789012345678901234567890123456789:19000:0", "root:[masked]:19000:0");
  masks("$2b$12$01234567890123456789012345678901234567890123456789012", "[masked]");
}

TEST_CASE("what only looks alike stays") {
  for (const std::string_view text : {"PWD=/root OLDPWD=/home",
                                      "PASS=12 FAIL=0",
                                      "pass: all of them",
                                      "compass=5",
                                      "PASS: disk1 fail: 0",
                                      "-passin pass:$PW x",
                                      "-passin pass:${PW} x",
                                      "bypass:x1",
                                      "ii  passwd  1:4.13+dfsg1-1  amd64",
                                      "password [success=1 default=ignore] pam_unix.so",
                                      "/etc/passwd x1y2",
                                      "pwd: /root",
                                      "hpw=5",
                                      "echo $1$2",
                                      "password=$PASSWORD x",
                                      "token=${TOKEN:-none}",
                                      "secret=$(cat /etc/x)",
                                      "mailto:staff-1@office.example",
                                      "at 08:30@office",
                                      "http://web01:8080/a@b",
                                      "git@repo.example:x.git",
                                      "the bearer of this letter",
                                      "Authorization: required",
                                      "tar -pxf x",
                                      "mkdir -p /srv/mysql-x",
                                      "--token",
                                      "ghp_short",
                                      "AKIAABCDEFGHIJKLMNOPQR",
                                      "10:20:30 up 3 days",
                                      "fe80::1:2@eth0",
                                      "sha256:0123abcd",
                                      "eyJ.eyJ"}) {
    CAPTURE(text);
    CHECK(mask_secrets(text) == text);
  }
}

TEST_CASE("what is masked in output is refused where it was typed") {
  for (const std::string_view text :
       {"clone https://git:x1y2z3@repo.example/x.git", "ran mysql -u root -px1y2", "DB_PASS=x1y2",
        "Authorization: Bearer x1y2z3", "hash $6$saltsalt$0123456789012345678901234567890123456789",
        "used --password x1y2"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(jaga::require_recordable("-m", text), jaga::Error);
  }
  CHECK_NOTHROW(jaga::require_recordable("-m", "use the --password option of the tool"));
}

TEST_CASE("a hostile text costs no more than its length") {
  std::string text;
  for (const std::string_view part :
       {"a:", "$1$", "eyJ.eyJ", "password=$A", "ghp_-", "pass ", "-p mysql ", "://a:"})
    for (int i = 0; i < 20'000; ++i) text += part;
  CHECK(mask_secrets(text).size() >= 20'000);
}
