// Tries what an intruder would: to start programs that should not be there, and to write a program of its own and start
// it.
//   attack FILE NAME...      names are looked for on PATH and in the usual directories; paths are tried as they are
// Writes to FILE a record per success: `started TAB NAME TAB PATH TAB PATH-WITHOUT-LINKS NUL` or
// `writable TAB PATH NUL`. Ends with 0 unless it cannot work.
#define _GNU_SOURCE
#include "attack.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const usual[] = {"/usr/local/sbin", "/usr/local/bin", "/usr/sbin",     "/usr/bin",
                                    "/sbin",           "/bin",           "/usr/libexec",  "/opt/bin",
                                    "/usr/games",      "/busybox",       "/usr/lib/busybox"};
enum { usual_count = sizeof usual / sizeof usual[0], directory_limit = 64 };

static const char *directories[directory_limit];
static int directory_count;

static void add_directory(const char *path) {
  if (path[0] != '/' || directory_count == directory_limit) return;
  for (int index = 0; index < directory_count; index++) {
    if (strcmp(directories[index], path) == 0) return;
  }
  directories[directory_count++] = path;
}

static void read_directories(void) {
  const char *path = getenv("PATH");
  char *copy = path == NULL ? NULL : strdup(path);
  for (char *part = copy == NULL ? NULL : strtok(copy, ":"); part != NULL; part = strtok(NULL, ":")) add_directory(part);
  for (int index = 0; index < usual_count; index++) add_directory(usual[index]);
}

// Where a child has come to; it outlives the child.
struct progress {
  int name;
  char path[4096];
};

// Tries names from the one that `progress` is at. Comes back when none of them starts.
static void try_all(struct progress *progress, char **names) {
  char *nothing[] = {NULL};
  int null = open("/dev/null", O_RDWR);
  if (null >= 0) for (int file = 0; file < 3; file++) dup2(null, file);
  for (; names[progress->name] != NULL; progress->name++) {
    char *name = names[progress->name];
    char *words[] = {name, NULL};
    int count = strchr(name, '/') == NULL ? directory_count : 1;
    for (int index = 0; index < count; index++) {
      if (strchr(name, '/') == NULL) snprintf(progress->path, sizeof progress->path, "%s/%s", directories[index], name);
      else snprintf(progress->path, sizeof progress->path, "%s", name);
      execve(progress->path, words, nothing);
    }
  }
}

int main(int count, char **words) {
  if (count == 2 && strcmp(words[1], proof_word) == 0) return proof_code;
  if (count < 2) {
    fprintf(stderr, "usage: attack FILE NAME...\n");
    return 64;
  }
  FILE *report = fopen(words[1], "w");
  struct progress *progress =
      mmap(NULL, sizeof *progress, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (report == NULL || progress == MAP_FAILED) {
    perror("attack: cannot begin");
    return 70;
  }
  read_directories();
  char **names = words + 2;
  progress->name = 0;
  while (names[progress->name] != NULL) {
    int ends[2];
    char byte;
    if (pipe2(ends, O_CLOEXEC) != 0) return 70;
    fflush(report);
    pid_t child = fork();
    if (child < 0) return 70;
    if (child == 0) {
      close(ends[0]);
      try_all(progress, names);
      // A program that starts closes the pipe without this.
      _exit(write(ends[1], "n", 1) == 1 ? 0 : 70);
    }
    close(ends[1]);
    int has_started = read(ends[0], &byte, 1) == 0;
    close(ends[0]);
    kill_and_wait(child);
    if (!has_started) break;
    char real[4096];
    const char *end = realpath(progress->path, real) == NULL ? progress->path : real;
    fprintf(report, "started\t%s\t%s\t%s%c", names[progress->name], progress->path, end, 0);
    printf("%s starts\n", progress->path);
    progress->name++;
  }
  printf("%d programs tried in %d directories\n", count - 2, directory_count);
  fflush(stdout);
  int directory_total = try_directories(report);
  printf("%d directories tried\n", directory_total);
  fclose(report);
  return 0;
}
