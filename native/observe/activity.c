#include "activity.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

// Of processor time, a tick is a hundredth of a second.
enum { quiet_ms = 1000, quiet_ticks = 2, head_bytes = 1024 };

static long now_ms(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

// The processor time of one process: the 14th and 15th word of its state, of which the second is a name in parentheses.
static long ticks_of(const char *pid) {
  char path[300], text[head_bytes];
  snprintf(path, sizeof path, "/proc/%s/stat", pid);
  FILE *file = fopen(path, "r");
  if (file == NULL) return 0;
  size_t length = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[length] = 0;
  const char *rest = strrchr(text, ')');
  unsigned long user = 0, system = 0;
  if (rest == NULL) return 0;
  sscanf(rest + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
  return (long)(user + system);
}

// The processor time of every process of the container but this one.
static long all_ticks(void) {
  DIR *all = opendir("/proc");
  long ticks = 0;
  if (all == NULL) return 0;
  for (struct dirent *one; (one = readdir(all)) != NULL;) {
    if (one->d_name[0] < '1' || one->d_name[0] > '9' || atoi(one->d_name) == getpid()) continue;
    ticks += ticks_of(one->d_name);
  }
  closedir(all);
  return ticks;
}

struct activity activity_begin(long limit_ms) {
  long now = now_ms();
  return (struct activity){.end_ms = now + limit_ms, .quiet_since_ms = now};
}

int activity_ends(struct activity *activity, unsigned long seen) {
  long now = now_ms(), ticks = all_ticks();
  if (now >= activity->end_ms) return 1;
  if (seen != activity->seen || ticks < activity->ticks || ticks > activity->ticks + quiet_ticks) {
    activity->seen = seen;
    activity->ticks = ticks;
    activity->quiet_since_ms = now;
  }
  return now - activity->quiet_since_ms >= quiet_ms;
}
