/* The least that a program does which makes N files durable one after the other, FILES (1 or 2) for each record:
 *     append_floor DIR N FILES <BYTES
 * O_TMPFILE and write for each file, fsync of each when all of the record are written, linkat, then fsync of the
 * directory; a directory for twelve records, as an incident has. Prints how many records it wrote. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char bytes[1 << 16];

static int publish(int dir, int record, int files, size_t size) {
  int fd[2] = {-1, -1};
  for (int n = 0; n < files; ++n) {
    fd[n] = openat(dir, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0444);
    if (fd[n] < 0 || write(fd[n], bytes, size) != (ssize_t)size) return -1;
  }
  if (files == 2) sync_file_range(fd[1], 0, 0, SYNC_FILE_RANGE_WRITE);
  for (int n = 0; n < files; ++n)
    if (fsync(fd[n]) != 0) return -1;
  for (int n = 0; n < files; ++n) {
    char path[64], name[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd[n]);
    snprintf(name, sizeof name, "%04d.yaml%s", record, n + 1 < files ? ".sig" : "");
    if (linkat(AT_FDCWD, path, dir, name, AT_SYMLINK_FOLLOW) != 0 || close(fd[n]) != 0) return -1;
  }
  return 0;
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
    if (publish(dir, i, files, size) != 0) return perror("publish"), 74;
    if (fsync(dir) != 0) return perror("fsync"), 74;
    ++done;
  }
  printf("%d\n", done);
  return 0;
}
