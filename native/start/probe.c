#define _GNU_SOURCE
#include "probe.h"

#include "clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { rest_limit = 1 << 20 };

static int wait_for(int socket, short events, long end) {
  long left = end - now_ms();
  struct pollfd polled = {.fd = socket, .events = events};
  return left > 0 && poll(&polled, 1, left > 60000 ? 60000 : (int)left) > 0;
}

static int connect_to(const struct sockaddr *address, socklen_t size, long end) {
  int client = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (client < 0) return -1;
  int error = 0;
  socklen_t error_size = sizeof error;
  if (connect(client, address, size) != 0) {
    error = errno;
    if (error == EINPROGRESS && wait_for(client, POLLOUT, end)) {
      getsockopt(client, SOL_SOCKET, SO_ERROR, &error, &error_size);
    }
  }
  if (error == 0) return client;
  close(client);
  return -1;
}

static int connect_loopback(int port, long end) {
  struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(port)};
  four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int client = connect_to((struct sockaddr *)&four, sizeof four, end);
  if (client >= 0) return client;
  struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
  return connect_to((struct sockaddr *)&six, sizeof six, end);
}

// The status of an HTTP answer; 0 when none comes.
static int read_status(int client, const struct wanted *wanted, long end) {
  char request[8192];
  int length = snprintf(request, sizeof request,
                        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUser-Agent: pith\r\nAccept: */*\r\nConnection: close\r\n\r\n",
                        wanted->path, wanted->port);
  if (length >= (int)sizeof request) return 0;
  for (int sent = 0; sent < length;) {
    if (!wait_for(client, POLLOUT, end)) return 0;
    long part = send(client, request + sent, length - sent, MSG_NOSIGNAL);
    if (part < 0 && errno != EAGAIN && errno != EINTR) return 0;
    if (part > 0) sent += (int)part;
  }
  char line[64];
  int known = 0;
  // "HTTP/1.1 200" is all that counts.
  while (known < 12) {
    if (!wait_for(client, POLLIN, end)) return 0;
    long part = recv(client, line + known, 12 - known, 0);
    if (part == 0 || (part < 0 && errno != EAGAIN && errno != EINTR)) return 0;
    if (part > 0) known += (int)part;
  }
  line[known] = 0;
  // A server whose answer nobody reads to its end complains.
  char rest[4096];
  for (int total = 0; total < rest_limit && wait_for(client, POLLIN, end);) {
    long part = recv(client, rest, sizeof rest, 0);
    if (part == 0 || (part < 0 && errno != EAGAIN && errno != EINTR)) break;
    if (part > 0) total += (int)part;
  }
  return strncmp(line, "HTTP/1.", 7) == 0 ? atoi(line + 9) : 0;
}

struct answer probe(const struct wanted *wanted, long end) {
  int client = connect_loopback(wanted->port, end);
  if (client < 0) return (struct answer){.kind = refused};
  if (wanted->path == NULL) {
    close(client);
    return (struct answer){.kind = good};
  }
  int status = read_status(client, wanted, end);
  close(client);
  if (status == 0) return (struct answer){.kind = silent};
  return (struct answer){.kind = status == wanted->status ? good : other_status, .status = status};
}
