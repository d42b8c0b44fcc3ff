// Starts a server, asks it over the loopback address until it answers as wanted, and stops it.
//   start FILE WITHIN-MS SIGNAL PORT tcp -- PROGRAM [ARGUMENT...]
//   start FILE WITHIN-MS SIGNAL PORT STATUS PATH -- PROGRAM [ARGUMENT...]
// Writes its verdict to FILE, a word and a number: `ready 0`, `exited N`, `killed N`, `failed ERRNO`,
// `answered STATUS`, `silent 0` (connected, no answer), `refused 0`. Ends with 0 when it is `ready`, else with 1.
#define _GNU_SOURCE
#include "clock.h"
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { grace_ms = 10000, first_pause_ms = 10, longest_pause_ms = 200 };

static void pause_for(long milliseconds) {
  struct timespec time = {.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000};
  nanosleep(&time, NULL);
}

static const char *verdict_path;

static int end_with(const char *word, int number) {
  FILE *file = fopen(verdict_path, "w");
  if (file != NULL) {
    fprintf(file, "%s %d\n", word, number);
    fclose(file);
  }
  return strcmp(word, "ready") == 0 ? 0 : 1;
}

static int has_ended(pid_t server, int *status) {
  int found;
  for (pid_t pid; (pid = waitpid(-1, &found, WNOHANG)) > 0;) {
    if (pid != server) continue;
    *status = found;
    return 1;
  }
  return 0;
}

static void stop(pid_t server, int signal_number) {
  int status;
  kill(server, signal_number);
  for (long end = now_ms() + grace_ms; now_ms() < end; pause_for(first_pause_ms)) {
    if (has_ended(server, &status)) return;
  }
  kill(server, SIGKILL);
  waitpid(server, &status, 0);
}

int main(int count, char **words) {
  int program = 0;
  for (int index = 1; index < count && program == 0; index++) {
    if (strcmp(words[index], "--") == 0) program = index + 1;
  }
  if (program < 7 || words[program] == NULL) {
    fprintf(stderr, "usage: start FILE WITHIN-MS SIGNAL PORT (tcp | STATUS PATH) -- PROGRAM [ARGUMENT...]\n");
    return 64;
  }
  verdict_path = words[1];
  long end = now_ms() + atol(words[2]);
  int is_http = strcmp(words[5], "tcp") != 0;
  struct wanted wanted = {
      .port = atoi(words[4]), .status = is_http ? atoi(words[5]) : 0, .path = is_http ? words[6] : NULL};

  int failed[2];
  if (pipe2(failed, O_CLOEXEC) != 0) return 70;
  signal(SIGPIPE, SIG_IGN);
  pid_t server = fork();
  if (server < 0) return 70;
  if (server == 0) {
    signal(SIGPIPE, SIG_DFL);
    execvp(words[program], words + program);
    int reason = errno;
    if (write(failed[1], &reason, sizeof reason) < 0) _exit(70);
    _exit(127);
  }
  close(failed[1]);
  int reason;
  // Ends when the program has started, which closes the pipe.
  if (read(failed[0], &reason, sizeof reason) == sizeof reason) {
    fprintf(stderr, "cannot start %s: %s\n", words[program], strerror(reason));
    return end_with("failed", reason);
  }

  struct answer answer = {.kind = refused};
  long pause = first_pause_ms;
  for (;;) {
    int status;
    if (has_ended(server, &status)) {
      return WIFSIGNALED(status) ? end_with("killed", WTERMSIG(status)) : end_with("exited", WEXITSTATUS(status));
    }
    struct answer latest = probe(&wanted, end);
    int is_cut = now_ms() >= end;
    // A question that the end cuts off says less than the one before.
    if (latest.kind == good || !is_cut || answer.kind == refused) answer = latest;
    if (answer.kind == good || is_cut) break;
    pause_for(pause);
    pause = pause * 2 > longest_pause_ms ? longest_pause_ms : pause * 2;
  }
  stop(server, atoi(words[3]));
  switch (answer.kind) {
    case good:
      return end_with("ready", 0);
    case other_status:
      return end_with("answered", answer.status);
    case silent:
      return end_with("silent", 0);
    case refused:
      break;
  }
  return end_with("refused", 0);
}
