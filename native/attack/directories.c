#define _GNU_SOURCE
#include "attack.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { depth_limit = 64, report_limit = 100, path_bytes = 4096 };

static dev_t root_device;
static int looked_at;
static int found;

void kill_and_wait(pid_t child) {
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
}

static int copy_own_program(int to) {
  char bytes[65536];
  int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  if (from < 0) return 0;
  long length;
  while ((length = read(from, bytes, sizeof bytes)) > 0) {
    if (write(to, bytes, length) != length) break;
  }
  close(from);
  return length == 0;
}

static int runs(const char *path) {
  pid_t child = fork();
  if (child < 0) return 0;
  if (child == 0) {
    char *words[] = {"attack", proof_word, NULL};
    execv(path, words);
    _exit(1);
  }
  int status;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == proof_code;
}

static int lets_write_and_start(const char *directory) {
  char path[path_bytes + 32];
  if (access(directory, W_OK | X_OK) != 0) return 0;
  snprintf(path, sizeof path, "%s/.pith-attack", directory);
  int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0755);
  if (file < 0) return 0;
  int is_written = copy_own_program(file);
  close(file);
  int has_run = is_written && runs(path);
  unlink(path);
  return has_run;
}

static void look_below(const char *directory, int depth, FILE *report);

static void look_at(const char *directory, int depth, FILE *report) {
  struct stat stat;
  const char *name = directory[0] == 0 ? "/" : directory;
  if (found >= report_limit || depth > depth_limit || lstat(name, &stat) != 0) return;
  // Other devices belong to the run, not to the image.
  if (!S_ISDIR(stat.st_mode) || stat.st_dev != root_device) return;
  looked_at++;
  if (!lets_write_and_start(name)) {
    look_below(directory, depth, report);
    return;
  }
  // The files below are the writer's own anyway.
  found++;
  fprintf(report, "writable\t%s%c", name, 0);
  fflush(report);
  printf("a program written into %s starts\n", name);
  fflush(stdout);
}

static void look_below(const char *directory, int depth, FILE *report) {
  struct dirent **entries;
  int count = scandir(directory[0] == 0 ? "/" : directory, &entries, NULL, alphasort);
  for (int index = 0; index < count; index++) {
    const char *name = entries[index]->d_name;
    char path[path_bytes];
    int is_directory = entries[index]->d_type == DT_DIR || entries[index]->d_type == DT_UNKNOWN;
    if (is_directory && strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
        snprintf(path, sizeof path, "%s/%s", directory, name) < path_bytes) {
      look_at(path, depth + 1, report);
    }
    free(entries[index]);
  }
  if (count >= 0) free(entries);
}

int try_directories(FILE *report) {
  struct stat root;
  if (stat("/", &root) != 0) return 0;
  root_device = root.st_dev;
  look_at("", 0, report);
  return looked_at;
}
