// Runs a program and keeps what it printed, how it ended and, with --trace, which paths it looked for.
//   observe [--trace] [--for MILLISECONDS] FOLDER PROGRAM [ARGUMENT...]
// Writes FOLDER/status (`exit N`, `signal N`, `failed REASON` or `running 0`), time (seconds since 1970, when it began),
// stdout, stderr and trace. Ends with 0 whatever the program does. With --for, a program that runs longer is stopped, and sooner where it waits for work.
#define _GNU_SOURCE
#include "activity.h"
#include "trace.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { kept_bytes = 1024 * 1024 };

// A pipe that the program writes to, with where its bytes go.
struct stream {
  int from;
  int to;
  int file;
  long kept;
};

static char folder[3000];

static int open_report(const char *name) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) {
    perror("observe: cannot write a report");
    exit(70);
  }
  return file;
}

static void write_all(int file, const char *bytes, long length) {
  while (length > 0) {
    long written = write(file, bytes, length);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    bytes += written;
    length -= written;
  }
}

// Passes on what is there; 0 at the end of the pipe.
static int pass(struct stream *stream) {
  char bytes[16384];
  long length = read(stream->from, bytes, sizeof bytes);
  if (length < 0) return errno == EAGAIN || errno == EINTR;
  if (length == 0) {
    close(stream->from);
    stream->from = -1;
    return 0;
  }
  write_all(stream->to, bytes, length);
  long room = kept_bytes - stream->kept;
  long part = length < room ? length : room;
  write_all(stream->file, bytes, part);
  stream->kept += part;
  return 1;
}

static struct stream open_stream(int to, const char *name, int *end) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) exit(70);
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  *end = ends[1];
  return (struct stream){.from = ends[0], .to = to, .file = open_report(name)};
}

static void on_child(int signal) { (void)signal; }

static void write_time(void) {
  char text[64];
  int file = open_report("time");
  write_all(file, text, snprintf(text, sizeof text, "%lld\n", (long long)time(NULL)));
}

static void write_status(const char *word, int number) {
  char text[64];
  int file = open_report("status");
  write_all(file, text, snprintf(text, sizeof text, "%s %d\n", word, number));
}

int main(int count, char **words) {
  int is_traced = 0;
  long limit_ms = 0;
  char **rest = words + (count > 0);
  for (; rest[0] != NULL && strncmp(rest[0], "--", 2) == 0; rest++) {
    if (strcmp(rest[0], "--trace") == 0) is_traced = 1;
    else if (strcmp(rest[0], "--for") == 0 && rest[1] != NULL) limit_ms = atol(*++rest);
    else break;
  }
  if (rest[0] == NULL || rest[1] == NULL) {
    fprintf(stderr, "usage: observe [--trace] [--for MILLISECONDS] FOLDER PROGRAM [ARGUMENT...]\n");
    return 64;
  }
  snprintf(folder, sizeof folder, "%s", rest[0]);
  char **program = rest + 1;
  write_time();

  int out_end, error_end, go[2], failed[2];
  struct stream streams[2] = {open_stream(1, "stdout", &out_end), open_stream(2, "stderr", &error_end)};
  if (pipe2(go, O_CLOEXEC) != 0 || pipe2(failed, O_CLOEXEC) != 0) return 70;

  sigset_t child, before;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  sigprocmask(SIG_BLOCK, &child, &before);
  signal(SIGCHLD, on_child);

  pid_t main_child = fork();
  if (main_child < 0) return 70;
  if (main_child == 0) {
    char byte;
    signal(SIGCHLD, SIG_DFL);
    sigprocmask(SIG_SETMASK, &before, NULL);
    dup2(out_end, 1);
    dup2(error_end, 2);
    if (read(go[0], &byte, 1) != 1) _exit(70);
    if (is_traced) trace_self();
    execvp(program[0], program);
    int reason = errno;
    write_all(failed[1], (char *)&reason, sizeof reason);
    _exit(127);
  }
  close(out_end);
  close(error_end);
  close(failed[1]);
  if (is_traced && trace_attach(main_child) != 0) is_traced = 0;
  write_all(go[1], "", 1);

  int status = 0, is_stopped = 0;
  struct activity activity = activity_begin(limit_ms);
  struct timespec moment = {.tv_nsec = sample_ms * 1000000L};
  for (int is_running = 1; is_running && !is_stopped;) {
    struct pollfd polled[2] = {{.fd = streams[0].from, .events = POLLIN}, {.fd = streams[1].from, .events = POLLIN}};
    ppoll(polled, 2, limit_ms > 0 ? &moment : NULL, &before);
    for (int index = 0; index < 2; index++) {
      if (polled[index].fd >= 0 && polled[index].revents != 0) pass(&streams[index]);
    }
    int found;
    for (pid_t pid; (pid = waitpid(-1, &found, WNOHANG | __WALL)) > 0;) {
      if (WIFSTOPPED(found)) trace_step(pid, found);
      else if (pid == main_child) {
        status = found;
        is_running = 0;
      } else trace_forget(pid);
    }
    is_stopped = is_running && limit_ms > 0 && activity_ends(&activity, trace_seen());
  }
  for (int index = 0; index < 2; index++) {
    // The rest in the pipe; children that live on may hold its other end.
    while (streams[index].from >= 0) {
      struct pollfd one = {.fd = streams[index].from, .events = POLLIN};
      if (poll(&one, 1, 0) <= 0 || pass(&streams[index]) == 0) break;
    }
  }

  int reason;
  // What is followed ends with this program.
  if (is_stopped) write_status("running", 0);
  else if (read(failed[0], &reason, sizeof reason) == sizeof reason) {
    fprintf(stderr, "cannot start %s: %s\n", program[0], strerror(reason));
    write_status("failed", reason);
  } else if (WIFSIGNALED(status)) write_status("signal", WTERMSIG(status));
  else write_status("exit", WEXITSTATUS(status));
  if (is_traced) trace_write(open_report("trace"));
  return 0;
}
