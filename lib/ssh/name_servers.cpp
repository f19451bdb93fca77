#include "ssh/name_servers.hpp"

#include <netinet/in.h>
#include <resolv.h>

namespace jaga::ssh {

void be_patient(int seconds, int tries) {
  // _res is this thread's own; changed, it is kept by the resolver as it is (resolver(3)).
  static thread_local const bool ready = ::res_init() == 0;
  if (!ready) return;
  _res.retrans = seconds;
  _res.retry = tries;
}

}  // namespace jaga::ssh
