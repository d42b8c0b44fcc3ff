/* A run-time of its own for AWS Lambda: the Runtime API, version 2018-06-01, over a socket. */
#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

static char host[64];
static int port;

static void die(const char *why) {
  perror(why);
  exit(1);
}

/* One request, which the server answers and then closes; the whole answer, with its length. */
static char *ask(size_t *length, const char *body, const char *format, ...) {
  char head[1024];
  va_list values;
  va_start(values, format);
  int used = vsnprintf(head, sizeof head, format, values);
  va_end(values);
  used += snprintf(head + used, sizeof head - used, "Content-Length: %zu\r\n\r\n", strlen(body));

  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
  inet_pton(AF_INET, host, &to.sin_addr);
  int server = socket(AF_INET, SOCK_STREAM, 0);
  if (server < 0 || connect(server, (struct sockaddr *)&to, sizeof to) != 0) die("cannot reach the Runtime API");
  if (write(server, head, used) < 0 || write(server, body, strlen(body)) < 0) die("cannot write");

  size_t size = 1 << 16, filled = 0;
  char *answer = malloc(size + 1);
  ssize_t got;
  while (answer && (got = read(server, answer + filled, size - filled)) > 0) {
    filled += got;
    if (filled == size) answer = realloc(answer, (size *= 2) + 1);
  }
  close(server);
  if (!answer) die("cannot hold the answer");
  answer[filled] = 0;
  *length = filled;
  return answer;
}

static void header(const char *answer, const char *name, char *value, size_t size) {
  value[0] = 0;
  for (const char *line = answer; (line = strstr(line, "\r\n")) && line[2] != '\r';) {
    line += 2;
    if (strncasecmp(line, name, strlen(name)) == 0 && line[strlen(name)] == ':')
      snprintf(value, size, "%.*s", (int)strcspn(line + strlen(name) + 2, "\r"), line + strlen(name) + 2);
  }
}

int main(void) {
  const char *api = getenv("AWS_LAMBDA_RUNTIME_API"), *function = getenv("_HANDLER");
  if (!api || sscanf(api, "%63[^:]:%d", host, &port) != 2) return fputs("AWS_LAMBDA_RUNTIME_API is not set\n", stderr), 1;
  size_t length;
  if (!function || strcmp(function, "count") != 0) {
    free(ask(&length, "{\"errorType\":\"Runtime.NoSuchFunction\",\"errorMessage\":\"there is only count\"}",
             "POST /2018-06-01/runtime/init/error HTTP/1.0\r\nLambda-Runtime-Function-Error-Type: Runtime.NoSuchFunction\r\n"));
    return 1;
  }
  for (;;) {
    char *answer = ask(&length, "", "GET /2018-06-01/runtime/invocation/next HTTP/1.0\r\n"), id[128], body[64];
    header(answer, "Lambda-Runtime-Aws-Request-Id", id, sizeof id);
    char *event = strstr(answer, "\r\n\r\n");
    if (!event || !*id) return fputs("the Runtime API gave no invocation\n", stderr), 1;
    event += 4;
    snprintf(body, sizeof body, "{\"bytes\":%zu}", length - (size_t)(event - answer));
    if (*event == '{')
      free(ask(&length, body, "POST /2018-06-01/runtime/invocation/%s/response HTTP/1.0\r\n", id));
    else
      free(ask(&length, "{\"errorType\":\"NoObject\",\"errorMessage\":\"an event has to be an object\"}",
               "POST /2018-06-01/runtime/invocation/%s/error HTTP/1.0\r\nLambda-Runtime-Function-Error-Type: NoObject\r\n", id));
    free(answer);
  }
}
