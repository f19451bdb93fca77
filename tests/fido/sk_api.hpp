// What OpenSSH wants of a library that speaks to FIDO tokens (its PROTOCOL.u2f and sk-api.h), in version 10:
// that of OpenSSH 9.2 and 10.0 alike.
#pragma once

#include <cstddef>
#include <cstdint>

extern "C" {

enum : std::uint32_t { SK_VERSION = 0x000a0000 };

// Flags of a key, and of what is asked.
enum : std::uint8_t { SK_PRESENCE = 0x01, SK_VERIFICATION = 0x04, SK_FORCE = 0x10, SK_RESIDENT = 0x20 };

enum : std::uint32_t { SK_ECDSA = 0, SK_ED25519 = 1 };

enum {
  SK_ERR_GENERAL = -1,
  SK_ERR_UNSUPPORTED = -2,
  SK_ERR_PIN_REQUIRED = -3,
  SK_ERR_DEVICE_NOT_FOUND = -4,
  SK_ERR_CREDENTIAL_EXISTS = -5
};

// All that is pointed to comes from malloc(3); OpenSSH frees it.
struct sk_enroll_response {
  std::uint8_t flags;
  std::uint8_t* public_key;
  std::size_t public_key_len;
  std::uint8_t* key_handle;
  std::size_t key_handle_len;
  std::uint8_t* signature;
  std::size_t signature_len;
  std::uint8_t* attestation_cert;
  std::size_t attestation_cert_len;
  std::uint8_t* authdata;
  std::size_t authdata_len;
};

struct sk_sign_response {
  std::uint8_t flags;
  std::uint32_t counter;
  std::uint8_t* sig_r;
  std::size_t sig_r_len;
  std::uint8_t* sig_s;
  std::size_t sig_s_len;
};

struct sk_resident_key {
  std::uint32_t alg;
  std::size_t slot;
  char* application;
  struct sk_enroll_response key;
  std::uint8_t flags;
  std::uint8_t* user_id;
  std::size_t user_id_len;
};

struct sk_option {
  char* name;
  char* value;
  std::uint8_t required;
};

std::uint32_t sk_api_version();

int sk_enroll(std::uint32_t alg, const std::uint8_t* challenge, std::size_t challenge_len,
              const char* application, std::uint8_t flags, const char* pin, struct sk_option** options,
              struct sk_enroll_response** response);

int sk_sign(std::uint32_t alg, const std::uint8_t* data, std::size_t data_len, const char* application,
            const std::uint8_t* key_handle, std::size_t key_handle_len, std::uint8_t flags, const char* pin,
            struct sk_option** options, struct sk_sign_response** response);

int sk_load_resident_keys(const char* pin, struct sk_option** options, struct sk_resident_key*** keys,
                          std::size_t* count);
}
