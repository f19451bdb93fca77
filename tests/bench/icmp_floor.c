/* The floor of an ICMP sweep: the least any program could do. Sends one echo request to each IPv4 address of a
 * file (one a line) with sendmmsg, takes the replies with recvmmsg, counts those it has not seen, and ends when
 * all are there or nothing came for a second. It matches by sequence and address alone, has no timers a target,
 * no rate, no errors.
 *
 *     icmp_floor FILE        prints "ALIVE TARGETS SECONDS", the seconds from the first packet to the last
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { BATCH = 64 };

static uint16_t checksum(const void *data, size_t size) {
  const uint16_t *words = data;
  uint32_t sum = 0;
  for (; size > 1; size -= 2) sum += *words++;
  sum = (sum >> 16) + (sum & 0xffff);
  return (uint16_t)~(sum + (sum >> 16));
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int main(int argc, char **argv) {
  FILE *file = argc == 2 ? fopen(argv[1], "r") : NULL;
  if (!file) return 64;
  size_t count = 0, room = 1024;
  struct sockaddr_in *to = calloc(room, sizeof *to);
  char line[64];
  while (fgets(line, sizeof line, file)) {
    line[strcspn(line, "\n")] = 0;
    if (count == room) to = realloc(to, (room *= 2) * sizeof *to);
    memset(&to[count], 0, sizeof *to);
    to[count].sin_family = AF_INET;
    if (inet_pton(AF_INET, line, &to[count].sin_addr) == 1) count++;
  }
  int raw = 0, fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, IPPROTO_ICMP);
  if (fd < 0) fd = socket(AF_INET, SOCK_RAW | SOCK_NONBLOCK, IPPROTO_ICMP), raw = 1;
  if (fd < 0) return perror("socket"), 77;
  int size = 8 << 20, only_replies = ~(1 << ICMP_ECHOREPLY);
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size))
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  if (raw) setsockopt(fd, SOL_RAW, 1 /* ICMP_FILTER */, &only_replies, sizeof only_replies);

  uint8_t *seen = calloc(count, 1);
  static uint8_t out[BATCH][64], in[BATCH][128];
  static struct iovec out_piece[BATCH], in_piece[BATCH];
  static struct mmsghdr out_message[BATCH], in_message[BATCH];
  size_t next = 0, alive = 0;
  const double begin = now();
  double last = begin;
  while (alive < count) {
    unsigned batch = 0;
    for (; batch < BATCH && next + batch < count; batch++) {
      const uint32_t target = (uint32_t)(next + batch);
      struct icmphdr *head = (struct icmphdr *)out[batch];
      memset(out[batch], 0, sizeof out[batch]);
      head->type = ICMP_ECHO;
      memcpy(out[batch] + sizeof *head, &target, sizeof target);
      head->checksum = checksum(out[batch], sizeof out[batch]);
      out_piece[batch] = (struct iovec){out[batch], sizeof out[batch]};
      out_message[batch].msg_hdr = (struct msghdr){.msg_name = &to[next + batch], .msg_namelen = sizeof *to,
                                                   .msg_iov = &out_piece[batch], .msg_iovlen = 1};
    }
    if (batch) {
      const int sent = sendmmsg(fd, out_message, batch, 0);
      if (sent > 0) next += (size_t)sent;
    } else {
      struct pollfd wait = {fd, POLLIN, 0};
      if (poll(&wait, 1, 1000) == 0) break;
    }
    for (;;) {
      for (unsigned i = 0; i < BATCH; i++) {
        in_piece[i] = (struct iovec){in[i], sizeof in[i]};
        in_message[i].msg_hdr = (struct msghdr){.msg_iov = &in_piece[i], .msg_iovlen = 1};
      }
      const int got = recvmmsg(fd, in_message, BATCH, MSG_DONTWAIT, NULL);
      if (got <= 0) break;
      for (int i = 0; i < got; i++) {
        const size_t skip = raw ? (size_t)(in[i][0] & 15) * 4 : 0;
        uint32_t target;
        memcpy(&target, in[i] + skip + sizeof(struct icmphdr), sizeof target);
        if (in[i][skip] == ICMP_ECHOREPLY && target < count && !seen[target]) seen[target] = 1, alive++;
      }
      last = now();
      if (got < BATCH) break;
    }
  }
  printf("%zu %zu %.6f\n", alive, count, last - begin);
  return 0;
}
