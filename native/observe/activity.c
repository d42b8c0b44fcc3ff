#define _GNU_SOURCE
#include "activity.h"

#include <dirent.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

// Of processor time, a tick is a hundredth of a second. Of the time that others took, no more than `lent_ms` is given back.
enum { quiet_ms = 1000, quiet_ticks = 2, head_bytes = 1024, lent_ms = 20000 };

static long now_ms(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static int read_head(const char *path, char *text) {
  FILE *file = fopen(path, "r");
  if (file == NULL) return 0;
  size_t length = fread(text, 1, head_bytes - 1, file);
  fclose(file);
  text[length] = 0;
  return 1;
}

static int is_number(const char *name) { return name[0] >= '1' && name[0] <= '9'; }

// The state of one process and its time: the 3rd, 14th and 15th word, of which the second is a name in parentheses.
static void add_process(const char *pid, struct usage *usage) {
  char path[300], text[head_bytes], state = 0;
  unsigned long user = 0, system = 0;
  snprintf(path, sizeof path, "/proc/%s/stat", pid);
  const char *rest = read_head(path, text) ? strrchr(text, ')') : NULL;
  if (rest == NULL) return;
  sscanf(rest + 1, " %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &state, &user, &system);
  usage->ticks += (long)(user + system);
  usage->wants |= state == 'R' || state == 'D';
}

// What each of its threads got of the processors, and how long it waited for them. Some kernels do not say.
static void add_threads(const char *pid, struct usage *usage) {
  char path[600], text[head_bytes];
  snprintf(path, sizeof path, "/proc/%s/task", pid);
  DIR *threads = opendir(path);
  if (threads == NULL) return;
  for (struct dirent *one; (one = readdir(threads)) != NULL;) {
    if (!is_number(one->d_name)) continue;
    unsigned long long ran = 0, waited = 0;
    snprintf(path, sizeof path, "/proc/%s/task/%s/schedstat", pid, one->d_name);
    if (!read_head(path, text) || sscanf(text, "%llu %llu", &ran, &waited) != 2) continue;
    usage->ran_us += (long)(ran / 1000);
    usage->waited_us += (long)(waited / 1000);
  }
  closedir(threads);
}

static struct usage usage_now(void) {
  struct usage usage = {0};
  DIR *all = opendir("/proc");
  if (all == NULL) return usage;
  for (struct dirent *one; (one = readdir(all)) != NULL;) {
    if (!is_number(one->d_name) || atoi(one->d_name) == getpid()) continue;
    add_process(one->d_name, &usage);
    add_threads(one->d_name, &usage);
  }
  closedir(all);
  return usage;
}

// How much of the time that has passed others took from the program. Where it gets much of the processors, its own threads
// wait for each other, which loses nothing.
static long taken_ms(const struct activity *activity, long passed_ms) {
  double ran = activity->ran_us, waited = activity->waited_us, passed = passed_ms * 1000.0;
  cpu_set_t processors;
  long count = sched_getaffinity(0, sizeof processors, &processors) == 0 ? CPU_COUNT(&processors) : 1;
  if (waited <= 0 || ran > passed * count * 0.4) return 0;
  double share = passed * waited / (waited + ran), taken = (waited < share ? waited : share) / 1000;
  return taken < lent_ms ? (long)taken : lent_ms;
}

struct activity activity_begin(long limit_ms) {
  long now = now_ms();
  return (struct activity){
      .begin_ms = now, .limit_ms = limit_ms, .sampled_ms = now, .quiet_since_ms = now, .usage = usage_now()};
}

static long grown(long before, long now) { return now > before ? now - before : 0; }

int activity_ends(struct activity *activity, unsigned long seen) {
  long now = now_ms(), passed = now - activity->begin_ms;
  if (now - activity->sampled_ms < sample_ms) return 0;
  struct usage usage = usage_now();
  // What has ended takes its times along.
  activity->ran_us += grown(activity->usage.ran_us, usage.ran_us);
  activity->waited_us += grown(activity->usage.waited_us, usage.waited_us);
  activity->sampled_ms = now;
  activity->usage = usage;
  if (passed >= activity->limit_ms + taken_ms(activity, passed)) return 1;
  int computes = usage.ticks < activity->quiet_ticks || usage.ticks > activity->quiet_ticks + quiet_ticks;
  if (seen != activity->seen || computes || usage.wants) {
    activity->seen = seen;
    activity->quiet_ticks = usage.ticks;
    activity->quiet_since_ms = now;
  }
  return now - activity->quiet_since_ms >= quiet_ms;
}
