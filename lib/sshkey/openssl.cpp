#include "sshkey/openssl.hpp"

namespace jaga::sshkey {

Pkey make_pkey(const char* type, int selection, OSSL_PARAM_BLD* build) {
  const std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>> params(OSSL_PARAM_BLD_to_param(build));
  const PkeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, selection, params.get()) != 1) {
    return nullptr;
  }
  return Pkey(key);
}

}  // namespace jaga::sshkey
