// Owners of what OpenSSL makes, and keys made of their numbers.
#pragma once

#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <memory>

#include "base/freed.hpp"

namespace jaga::sshkey {

using Pkey = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using PkeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using ParamBuild = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>>;
using Number = std::unique_ptr<BIGNUM, Freed<BN_clear_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;

// A key of `type` ("EC", "RSA"), of the parameters that were pushed; `selection` as EVP_PKEY_fromdata(3)
// takes it. nullptr where OpenSSL does not take them, as a point that is not on its curve.
Pkey make_pkey(const char* type, int selection, OSSL_PARAM_BLD* build);

}  // namespace jaga::sshkey
