// Bytes of files, pipes and terminals, whole. Functions over a descriptor of the caller's; several threads
// may call them for different ones.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "os/descriptor.hpp"

namespace jaga::os {

// For reading, closed by an exec. A FIFO, a device or a terminal neither blocks here nor becomes this
// process's terminal. Empty with errno: it cannot be opened. `flags`: more of open(2), as O_NOFOLLOW.
[[nodiscard]] Descriptor open_to_read(const std::string& path, int flags = 0);

// What `fd` has left, in `out`. Returns 0 or an errno, EFBIG where it is more than `most` bytes; `out` is
// then empty. The bytes lie in one place of memory: what was outgrown on the way is wiped, so that a secret
// can be wiped by its owner. `ready`, if given, is called before each read and says whether to go on (else
// ECANCELED): what has nothing to read yet is waited for there.
[[nodiscard]] int read_all(int fd, std::size_t most, std::string& out,
                           const std::function<bool()>& ready = {});

// As read_all, of a regular file, links followed (unless by `flags`, as of open_to_read); EINVAL for anything
// else.
[[nodiscard]] int read_file(const std::string& path, std::size_t most, std::string& out, int flags = 0);

// All of it, whatever pieces the kernel takes. Returns 0 or an errno; some may then be written. For what
// blocks: EAGAIN is an error.
[[nodiscard]] int write_all(int fd, std::string_view bytes);

}  // namespace jaga::os
