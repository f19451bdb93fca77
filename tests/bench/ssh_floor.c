/* The least that a program does which runs one command on many hosts over SSH: a loop of poll(2) over
 * non-blocking libssh2, AT-ONCE sessions at a time, one key, no host key looked at.
 *     ssh_floor AT-ONCE PORT USER KEY COMMAND <ADDRESSES
 * prints a line "ADDRESS STATUS FIRST-LINE" for each.
 * Link: -lssh2 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <libssh2.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum step { CONNECT, HANDSHAKE, LOGIN, OPEN, EXEC, READ, CLOSE, OVER };
struct one {
  char address[64], out[4096];
  size_t size;
  int fd, status;
  enum step step;
  LIBSSH2_SESSION *session;
  LIBSSH2_CHANNEL *channel;
};

static const char *user, *key, *command;
static int port;

static void begin(struct one *one) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
  const int yes = 1;
  inet_pton(AF_INET, one->address, &to.sin_addr);
  one->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  setsockopt(one->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  one->step = CONNECT;
  one->status = -1;
  if (connect(one->fd, (struct sockaddr *)&to, sizeof to) != 0 && errno != EINPROGRESS) one->step = OVER;
}

static void end(struct one *one) {
  if (one->session) libssh2_session_free(one->session);
  close(one->fd);
  one->out[one->size] = 0;
  one->out[strcspn(one->out, "\n")] = 0;
  printf("%s %d %s\n", one->address, one->status, one->out);
}

/* Goes on as far as it can without waiting. */
static void go_on(struct one *one) {
  for (;;) {
    int rc = 0;
    switch (one->step) {
      case CONNECT:
        one->session = libssh2_session_init();
        libssh2_session_set_blocking(one->session, 0);
        break;
      case HANDSHAKE:
        rc = libssh2_session_handshake(one->session, one->fd);
        break;
      case LOGIN:
        rc = libssh2_userauth_publickey_fromfile(one->session, user, NULL, key, NULL);
        break;
      case OPEN:
        one->channel = libssh2_channel_open_session(one->session);
        if (!one->channel) rc = libssh2_session_last_errno(one->session);
        break;
      case EXEC:
        rc = libssh2_channel_exec(one->channel, command);
        break;
      case READ:
        rc = (int)libssh2_channel_read(one->channel, one->out + one->size, sizeof one->out - 1 - one->size);
        if (rc > 0) {
          one->size += (size_t)rc;
          continue;
        }
        break;
      case CLOSE:
        rc = libssh2_channel_close(one->channel);
        if (rc == 0) one->status = libssh2_channel_get_exit_status(one->channel);
        break;
      case OVER:
        return;
    }
    if (rc == LIBSSH2_ERROR_EAGAIN) return;
    one->step = rc < 0 ? OVER : one->step + 1;
  }
}

int main(int argc, char **argv) {
  if (argc != 6) return 64;
  const size_t at_once = strtoul(argv[1], NULL, 10);
  port = atoi(argv[2]);
  user = argv[3];
  key = argv[4];
  command = argv[5];
  struct one *all = calloc(at_once, sizeof *all);
  struct pollfd *polled = calloc(at_once, sizeof *polled);
  size_t running = 0;
  int more = 1;
  libssh2_init(0);
  for (;;) {
    while (more && running < at_once) {
      struct one *one = &all[running];
      memset(one, 0, sizeof *one);
      if (scanf("%63s", one->address) != 1) {
        more = 0;
        break;
      }
      begin(one);
      ++running;
    }
    if (running == 0) break;
    for (size_t i = 0; i < running; ++i) {
      int events = POLLIN;
      if (all[i].step == CONNECT) events = POLLOUT;
      if (all[i].session && libssh2_session_block_directions(all[i].session) & LIBSSH2_SESSION_BLOCK_OUTBOUND)
        events |= POLLOUT;
      polled[i] = (struct pollfd){.fd = all[i].fd, .events = (short)events};
    }
    poll(polled, running, -1);
    for (size_t i = running; i-- > 0;) {
      if (polled[i].revents) go_on(&all[i]);
      if (all[i].step != OVER) continue;
      end(&all[i]);
      all[i] = all[--running];
    }
  }
  return 0;
}
