/* The least that a program does which makes N files durable one after the other, FILES (1 or 2) for each record:
 *     append_floor DIR N FILES <BYTES
 * O_TMPFILE, write, fsync, linkat for each file, then fsync of the directory; a directory for twelve records, as
 * an incident has. Prints how many records it wrote. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char bytes[1 << 16];

static int publish(int dir, const char *name, size_t size) {
  char path[64];
  const int fd = openat(dir, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0444);
  if (fd < 0 || write(fd, bytes, size) != (ssize_t)size || fsync(fd) != 0) return -1;
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  if (linkat(AT_FDCWD, path, dir, name, AT_SYMLINK_FOLLOW) != 0) return -1;
  return close(fd);
}

int main(int argc, char **argv) {
  if (argc != 4) return 64;
  const size_t size = fread(bytes, 1, sizeof bytes, stdin);
  const int count = atoi(argv[2]), files = atoi(argv[3]);
  int dir = -1, done = 0;
  for (int i = 0; i < count; ++i) {
    char name[512];
    if (i % 12 == 0) {
      if (dir >= 0) close(dir);
      snprintf(name, sizeof name, "%s/%d", argv[1], i / 12);
      if (mkdir(name, 0755) != 0 || (dir = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0) return perror(name), 74;
    }
    for (int file = 0; file < files; ++file) {
      snprintf(name, sizeof name, "%04d.yaml%s", i, file + 1 < files ? ".sig" : "");
      if (publish(dir, name, size) != 0) return perror(name), 74;
    }
    if (fsync(dir) != 0) return perror("fsync"), 74;
    ++done;
  }
  printf("%d\n", done);
  return 0;
}
