// Asks a server of its own container whether it works; a container engine runs it as a health check.
//   probe http ADDRESS PORT PATH MILLISECONDS   healthy: an answer with a status from 200 to 399
//   probe tcp ADDRESS PORT MILLISECONDS         healthy: a connection
// ADDRESS is a loopback address, or `localhost` for 127.0.0.1 and ::1; all others are refused, and no name is looked
// up. Ends with 0 when healthy, with 1 when not, with 64 when it was called wrongly.
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { healthy = 0, unhealthy = 1, misused = 64 };
enum { request_bytes = 4096, answer_bytes = 256, longest_wait = 3600 * 1000 };

struct address {
  struct sockaddr_storage socket;
  socklen_t length;
};

static long long deadline;

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

static int refuse(const char *what, const char *why) {
  fprintf(stderr, "probe: cannot use %s: %s\n", what, why);
  return misused;
}

// The number of a text that is nothing but one; -1 for others.
static long number(const char *text, long most) {
  if (*text < '0' || *text > '9') return -1;
  char *end;
  errno = 0;
  long value = strtol(text, &end, 10);
  return errno != 0 || *end != 0 || value > most ? -1 : value;
}

// Fills in a loopback address; 0 for all others.
static int read_address(const char *text, int port, struct address *out) {
  memset(out, 0, sizeof *out);
  struct sockaddr_in *four = (struct sockaddr_in *)&out->socket;
  if (inet_pton(AF_INET, text, &four->sin_addr) == 1) {
    four->sin_family = AF_INET;
    four->sin_port = htons(port);
    out->length = sizeof *four;
    return ntohl(four->sin_addr.s_addr) >> 24 == 127;
  }
  struct sockaddr_in6 *six = (struct sockaddr_in6 *)&out->socket;
  if (inet_pton(AF_INET6, text, &six->sin6_addr) != 1) return 0;
  six->sin6_family = AF_INET6;
  six->sin6_port = htons(port);
  out->length = sizeof *six;
  return IN6_IS_ADDR_LOOPBACK(&six->sin6_addr);
}

// Waits until something can be read or written; 0 when the time is over.
static int wait_for(int socket, short events) {
  for (;;) {
    long long left = deadline - now();
    if (left <= 0) return 0;
    struct pollfd poller = {.fd = socket, .events = events};
    int ready = poll(&poller, 1, (int)left);
    if (ready > 0) return 1;
    if (ready < 0 && errno != EINTR) return 0;
  }
}

// A connected socket, or -1 with the reason in errno.
static int open_connection(const struct address *to) {
  int made = socket(to->socket.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (made < 0) return -1;
  int problem = 0;
  if (connect(made, (const struct sockaddr *)&to->socket, to->length) != 0) {
    socklen_t size = sizeof problem;
    if (errno != EINPROGRESS) problem = errno;
    else if (!wait_for(made, POLLOUT)) problem = ETIMEDOUT;
    else if (getsockopt(made, SOL_SOCKET, SO_ERROR, &problem, &size) != 0) problem = errno;
  }
  if (problem == 0) return made;
  close(made);
  errno = problem;
  return -1;
}

static int send_all(int socket, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t sent = send(socket, bytes, length, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno == EAGAIN && wait_for(socket, POLLOUT)) continue;
    if (sent <= 0) return 0;
    bytes += sent;
    length -= sent;
  }
  return 1;
}

// The status of an HTTP/1 answer; -1 when there is none in time, -2 when what comes is no answer.
static int read_status(int socket) {
  char answer[answer_bytes + 1];
  size_t length = 0;
  while (length < 13) {
    ssize_t got = recv(socket, answer + length, answer_bytes - length, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN && wait_for(socket, POLLIN)) continue;
    if (got < 0) return -1;
    if (got == 0) break;
    length += got;
  }
  answer[length] = 0;
  int has_status = length >= 12 && strncmp(answer, "HTTP/1.", 7) == 0 && answer[8] == ' ';
  if (!has_status || (length > 12 && answer[12] != ' ' && answer[12] != '\r')) return -2;
  answer[12] = 0;
  int status = (int)number(answer + 9, 999);
  return status < 100 ? -2 : status;
}

static int check(const struct address *to, const char *request) {
  int socket = open_connection(to);
  if (socket < 0) {
    printf("unhealthy: %s\n", strerror(errno));
    return unhealthy;
  }
  if (request == NULL) {
    printf("healthy: connected\n");
    return healthy;
  }
  int status = send_all(socket, request, strlen(request)) ? read_status(socket) : -1;
  close(socket);
  if (status == -1) printf("unhealthy: no answer in time\n");
  else if (status == -2) printf("unhealthy: the answer is not HTTP\n");
  else printf("%s: status %d\n", status >= 200 && status < 400 ? "healthy" : "unhealthy", status);
  return status >= 200 && status < 400 ? healthy : unhealthy;
}

// A path that cannot become anything but a path of the request.
static int is_path(const char *path) {
  if (*path != '/') return 0;
  for (; *path != 0; path++) {
    if (*path < '!' || *path > '~') return 0;
  }
  return 1;
}

int main(int count, char **words) {
  int is_http = count == 6 && strcmp(words[1], "http") == 0;
  int is_tcp = count == 5 && strcmp(words[1], "tcp") == 0;
  if (!is_http && !is_tcp) {
    fprintf(stderr, "usage: probe http ADDRESS PORT PATH MILLISECONDS\n       probe tcp ADDRESS PORT MILLISECONDS\n");
    return misused;
  }
  const char *host = words[2];
  long port = number(words[3], 65535);
  long wait = number(words[count - 1], longest_wait);
  if (port < 1) return refuse(words[3], "not a port");
  if (wait < 1) return refuse(words[count - 1], "not a number of milliseconds");
  if (is_http && !is_path(words[4])) return refuse("the path", "not the path of an address");
  int is_name = strcmp(host, "localhost") == 0;
  struct address address;
  if (!is_name && !read_address(host, (int)port, &address)) return refuse(host, "not a loopback address");

  char request[request_bytes];
  if (is_http) {
    const char *form = strchr(host, ':') == NULL ? "GET %s HTTP/1.1\r\nHost: %s:%ld\r\n" : "GET %s HTTP/1.1\r\nHost: [%s]:%ld\r\n";
    int length = snprintf(request, sizeof request, form, words[4], host, port);
    const char *rest = "User-Agent: pith-probe\r\nConnection: close\r\n\r\n";
    if (length < 0 || length + strlen(rest) >= sizeof request) return refuse("the path", "it is too long");
    strcat(request, rest);
  }
  deadline = now() + wait;
  const char *names[] = {is_name ? "127.0.0.1" : host, "::1"};
  int result = unhealthy;
  for (int index = 0; index < (is_name ? 2 : 1) && result != healthy; index++) {
    if (read_address(names[index], (int)port, &address)) result = check(&address, is_http ? request : NULL);
  }
  return result;
}
