// What people type about passwords, and passwords that they type.
#include <doctest/doctest.h>

#include <string_view>

#include "base/error.hpp"
#include "base/secrets.hpp"

namespace {

bool taken(std::string_view text) {
  try {
    jaga::require_recordable("-m", text);
    return true;
  } catch (const jaga::Error& error) {
    CHECK(error.code() == jaga::ExitCode::usage);
    return false;
  }
}

constexpr std::string_view kProse[] = {
    // of hosts and algorithms
    "password web01",
    "reset the password web01, as asked",
    "password db-2 and srv01 changed",
    "passwd web01.example",
    "changed the pw of web01",
    "pw server02 diganti",
    "password hash sha512",
    "password sha256",
    "passwd aes256",
    "kata sandi web01 sudah diganti",
    "sandi web01",
    // the program
    "ran passwd staff",
    "ran passwd staf",
    "jalankan passwd staf",
    "sudo passwd staf",
    "passwd root",
    "passwd -u root",
    "passwd: all authentication tokens updated",
    "/etc/passwd damaged",
    "copy of /etc/passwd letmein",
    // sentences that end with it or go on
    "wrong password",
    "the passwd was changed",
    "new passwd tomorrow",
    "passwd expired",
    "passwd kedaluwarsa",
    "the passwd is wrong",
    "the password is expired.",
    "the password is too short",
    "password is secret",
    "kata sandi adalah rahasia",
    "kata sandi pengguna",
    "lupa kata sandi",
    "sandi salah",
    "ganti sandi besok",
    "pw diganti",
    "pw lama",
    "pw policy",
    "passwd reset",
    "passwd database",
    "forgot the passwd again",
    "the passwd is not here",
    "password authentication failed",
    "password change due on Monday",
    "password: user on leave",
    "password: reset for root",
    "password: valid for 90 days",
    "sandi: baru untuk web01",
    "sandi: berlaku di web01",
    "sandi: diganti pada hari Senin",
    "kata sandi: pengguna lupa",
    "kata sandinya sudah diganti",
    "passwordnya salah",
    "kata kunci: jaringan lambat",
    "kata kunci pencarian",
    "token: none for web01",
    // numbers
    "password 3 times wrong",
    "password 12th of May",
    "password age 90",
    "password of 2026",
    "passwd 2026",
    "password v2",
    "pin 3 of the connector",
    "pin: web01, first use",
    "host pin 2026-11-30",
    "pins: 4821 of them",
    "pinned 4821 hosts",
    "pin: 12",
    "GPIO pin: 17",
    "spin: 48213",
    "pin adalah kunci host",
};

constexpr std::string_view kSecrets[] = {
    // letters alone
    "passwd letmein",
    "new passwd letmein",
    "login root passwd letmein.",
    "passwd rahasia",
    "the passwd is letmein",
    "passwd adalah letmein",
    "password is letmein",
    "password adalah kucing",
    "pw letmein",
    "root / pw dragon",
    "pw: letmein",
    "passcode dragon",
    "passwd letmein\nnext line",
    "changed it (passwd qwerty)",
    "passwd Qwerty!",
    // short ones
    "pw x1",
    "passwd a1b",
    "password q7",
    "password is x1.",
    "sandi a1",
    "pw: x1",
    // digits alone
    "password 123456",
    "passwd 1234",
    "sandi 123456",
    "kata sandi 8080",
    "kata sandi adalah 2026",
    "pw is 2026",
    // Indonesian names
    "kata kunci: rahasia123",
    "kata kunci: letmein",
    "kata kunci = x1y2",
    "Kata Kunci: Rahas1a",
    "kata kunci Rahas1aKu",
    "kata sandi: letmein",
    "kata sandinya: letmein",
    "sandinya r4has!a",
    "sandi: rahasia123",
    "sandi: rahasia di web01",
    "sandi: kucing untuk root",
    "sandi: kucing",
    "sandi ialah r4has!a",
    "sandi yaitu Rahas1aKu",
    "passwordnya hunter2",
    "passwordnya: hunter",
    "passwordnya adalah kucing",
    "password: letmein on web01",
    "password: letmein for root",
    // pins
    "pin: 482913",
    "PIN: 4829",
    "pin=4829",
    "pin 4829",
    "PIN is 482913.",
    "pin adalah 4829",
    "pinnya 4829",
    "pin: \"4829\"",
    "kartu dan pin: 123456, di laci",
    // names of hosts where a value is said
    "password is web01",
    "password=web01",
    "password: web01",
    "passwd hunter2",
    "password hunter2",
    "password hunter22",
    "pw Web01!",
    "passwd web01x",
    "password tr0ub4dor",
};

}  // namespace

TEST_CASE("what people write about passwords may be recorded") {
  static_assert(std::size(kProse) >= 60);
  for (const std::string_view text : kProse) {
    CAPTURE(text);
    CHECK(taken(text));
  }
}

TEST_CASE("passwords that people type are refused") {
  static_assert(std::size(kSecrets) >= 60);
  for (const std::string_view text : kSecrets) {
    CAPTURE(text);
    CHECK_FALSE(taken(text));
  }
}
