/* measure COMMAND...: runs it and prints, on descriptor 3, one line "WALL CPU RSS STATUS": seconds by the
 * monotonic clock, seconds of processor time (user and system, of it and all that it started and that ended within
 * a second after it), the largest resident set in KiB, and its exit status (128 and the signal where one ended it). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int main(int argc, char **argv) {
  if (argc < 2) return 64;
  /* What nobody waited for becomes ours, and counts. */
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  const double begin = now();
  const pid_t child = fork();
  if (child < 0) return perror("fork"), 71;
  if (child == 0) {
    close(3);
    execvp(argv[1], argv + 1);
    perror(argv[1]);
    _exit(127);
  }
  int status = 0;
  struct rusage used;
  while (wait4(child, &status, 0, &used) < 0)
    if (errno != EINTR) return perror("wait4"), 71;
  const double wall = now() - begin;
  const long largest = used.ru_maxrss;
  for (int tries = 0; tries < 100; tries++) {
    pid_t other;
    while ((other = waitpid(-1, NULL, WNOHANG)) > 0) continue;
    if (other < 0) break;
    usleep(10000);
  }
  getrusage(RUSAGE_CHILDREN, &used);
  const double cpu = (double)used.ru_utime.tv_sec + (double)used.ru_stime.tv_sec +
                     (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6;
  dprintf(3, "%.6f %.6f %ld %d\n", wall, cpu, largest,
          WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
  return 0;
}
