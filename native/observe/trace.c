#define _GNU_SOURCE
#include "trace.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/ptrace.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

long ptrace(int, ...);

#if defined(__x86_64__)
#define own_architecture AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define own_architecture AUDIT_ARCH_AARCH64
#else
#error "no tracing for this architecture"
#endif

enum { path_bytes = 4096, record_limit = 1 << 18, table_size = 1 << 19, text_limit = 32 << 20 };

// A call that takes a path: where its arguments are. -1: it has none. Only some find or make what their path names, where
// they succeed.
struct call {
  int number;
  signed char directory;
  signed char path;
  signed char flags;
  signed char finds;
};

static const struct call calls[] = {
#ifdef SYS_open
    {SYS_open, -1, 0, 1, 1},
    {SYS_stat, -1, 0, -1, 0},
    {SYS_lstat, -1, 0, -1, 0},
    {SYS_access, -1, 0, -1, 0},
    {SYS_readlink, -1, 0, -1, 0},
#endif
    {SYS_openat, 0, 1, 2, 1},
#ifdef SYS_openat2
    {SYS_openat2, 0, 1, -1, 0},
#endif
    {SYS_newfstatat, 0, 1, -1, 0},
    {SYS_statx, 0, 1, -1, 0},
    {SYS_faccessat, 0, 1, -1, 0},
    {SYS_faccessat2, 0, 1, -1, 0},
    {SYS_readlinkat, 0, 1, -1, 0},
    {SYS_execve, -1, 0, -1, 1},
    {SYS_execveat, 0, 1, -1, 1},
#ifdef SYS_mkdir
    {SYS_mkdir, -1, 0, -1, 1},
#endif
    {SYS_mkdirat, 0, 1, -1, 1},
    {SYS_chdir, -1, 0, -1, 1},
};
enum { call_count = sizeof calls / sizeof calls[0] };

enum kind { missing, opened, listed, denied };
static const char *const kind_names[] = {"missing", "opened", "listed", "denied"};

struct record {
  enum kind kind;
  unsigned long time;
  char *program;
  char *path;
};

static struct record records[record_limit];
static int record_count;
static long text_bytes;
static unsigned long now;
static int table[table_size];

// Processes that are inside a call, and what they asked for.
struct pending {
  pid_t pid;
  enum kind success;
  int is_open;
  char path[path_bytes];
  struct pending *next;
};
static struct pending *pendings;

void trace_self(void) {
  struct sock_filter filter[call_count + 6];
  int length = 0;
  filter[length++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
  filter[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, own_architecture, 1, 0);
  filter[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  filter[length++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
  for (int index = 0; index < call_count; index++) {
    unsigned char over = call_count - index;
    filter[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[index].number, over, 0);
  }
  filter[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  filter[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);
  struct sock_fprog program = {.len = length, .filter = filter};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) perror("observe: cannot trace");
}

int trace_attach(pid_t pid) {
  long options = PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
                 PTRACE_O_TRACEEXEC | PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL;
  return (int)ptrace(PTRACE_SEIZE, pid, 0L, options);
}

void trace_forget(pid_t pid) {
  for (struct pending **at = &pendings; *at != NULL; at = &(*at)->next) {
    if ((*at)->pid != pid) continue;
    struct pending *found = *at;
    *at = found->next;
    free(found);
    return;
  }
}

static struct pending *find_pending(pid_t pid) {
  for (struct pending *at = pendings; at != NULL; at = at->next) {
    if (at->pid == pid) return at;
  }
  return NULL;
}

// The text at an address of a stopped process; its length, or -1.
static int read_text(pid_t pid, uint64_t address, char *text) {
  for (int length = 0; length + (int)sizeof(long) < path_bytes; length += sizeof(long)) {
    long word;
    if (syscall(SYS_ptrace, PTRACE_PEEKDATA, pid, address + length, &word) != 0) return -1;
    memcpy(text + length, &word, sizeof word);
    char *end = memchr(text + length, 0, sizeof word);
    if (end != NULL) return (int)(end - text);
  }
  return -1;
}

static int read_own_link(pid_t pid, const char *name, char *text, int size) {
  char link[64];
  snprintf(link, sizeof link, "/proc/%d/%s", pid, name);
  long length = readlink(link, text, size - 1);
  if (length < 0) return -1;
  text[length] = 0;
  return (int)length;
}

// The whole path that a call is about, its `.` and `..` as they were written; 0 when it cannot be told.
static int whole_path(pid_t pid, const struct call *call, const uint64_t *arguments, char *path) {
  char text[path_bytes], base[path_bytes], name[32] = "cwd";
  int length = read_text(pid, arguments[(int)call->path], text);
  if (length <= 0) return 0;
  if (text[0] == '/') {
    memcpy(path, text, length + 1);
    return 1;
  }
  int directory = call->directory < 0 ? AT_FDCWD : (int)arguments[(int)call->directory];
  if (directory != AT_FDCWD) snprintf(name, sizeof name, "fd/%d", directory);
  int base_length = read_own_link(pid, name, base, sizeof base);
  if (base_length <= 0 || base[0] != '/' || base_length + length + 2 > path_bytes) return 0;
  if (base_length == 1) base_length = 0;
  memcpy(path, base, base_length);
  path[base_length] = '/';
  memcpy(path + base_length + 1, text, length + 1);
  return 1;
}

static void enter_call(pid_t pid, const struct ptrace_syscall_info *info) {
  for (int index = 0; index < call_count; index++) {
    const struct call *call = &calls[index];
    if (call->number != (int)info->seccomp.nr) continue;
    struct pending *entry = find_pending(pid);
    if (entry == NULL) {
      entry = calloc(1, sizeof *entry);
      if (entry == NULL) return;
      entry->pid = pid;
      entry->next = pendings;
      pendings = entry;
    }
    uint64_t arguments[6];
    memcpy(arguments, info->seccomp.args, sizeof arguments);
    if (!whole_path(pid, call, arguments, entry->path)) entry->path[0] = 0;
    uint64_t flags = call->flags < 0 ? 0 : arguments[(int)call->flags];
    entry->is_open = call->finds;
    entry->success = (flags & O_DIRECTORY) != 0 ? listed : opened;
    return;
  }
}

static unsigned long hash_text(const char *text, unsigned long hash) {
  for (; *text != 0; text++) hash = (hash ^ (unsigned char)*text) * 1099511628211UL;
  return hash;
}

static void add_record(pid_t pid, enum kind kind, const char *path) {
  unsigned long at = hash_text(path, 14695981039346656037UL + kind) % table_size;
  for (; table[at] != 0; at = (at + 1) % table_size) {
    struct record *known = &records[table[at] - 1];
    if (known->kind != kind || strcmp(known->path, path) != 0) continue;
    known->time = ++now;
    return;
  }
  char program[path_bytes];
  if (read_own_link(pid, "exe", program, sizeof program) < 0) program[0] = 0;
  text_bytes += strlen(path) + strlen(program) + 2;
  if (record_count == record_limit || text_bytes > text_limit) return;
  struct record *record = &records[record_count++];
  *record = (struct record){.kind = kind, .time = ++now, .program = strdup(program), .path = strdup(path)};
  table[at] = record_count;
}

static void leave_call(pid_t pid, long result) {
  struct pending *entry = find_pending(pid);
  if (entry == NULL || entry->path[0] == 0) return;
  if (result == -ENOENT || result == -ENOTDIR) add_record(pid, missing, entry->path);
  else if (result == -EACCES || result == -EPERM || result == -EROFS) add_record(pid, denied, entry->path);
  else if (result >= 0 && entry->is_open) add_record(pid, entry->success, entry->path);
  entry->path[0] = 0;
}

void trace_step(pid_t pid, int status) {
  int event = status >> 16;
  int signal_number = WSTOPSIG(status);
  struct ptrace_syscall_info info;
  int request = PTRACE_CONT;
  long passed = 0;
  if (event == PTRACE_EVENT_SECCOMP) {
    long length = ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info);
    if (length > 0 && info.op == PTRACE_SYSCALL_INFO_SECCOMP) {
      enter_call(pid, &info);
      request = PTRACE_SYSCALL;
    }
  } else if (signal_number == (SIGTRAP | 0x80)) {
    long length = ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info);
    if (length > 0 && info.op == PTRACE_SYSCALL_INFO_EXIT) leave_call(pid, info.exit.rval);
    else request = PTRACE_SYSCALL;
  } else if (event == PTRACE_EVENT_EXEC) {
    // The call has not returned yet, and its path would be read in the new program's memory.
    request = PTRACE_SYSCALL;
  } else if (event == PTRACE_EVENT_STOP) {
    int is_group_stop = signal_number == SIGSTOP || signal_number == SIGTSTP || signal_number == SIGTTIN ||
                        signal_number == SIGTTOU;
    if (is_group_stop) request = PTRACE_LISTEN;
  } else if (event == 0) passed = signal_number;
  ptrace(request, pid, 0L, passed);
}

unsigned long trace_seen(void) { return now; }

static int by_time(const void *left, const void *right) {
  unsigned long a = ((const struct record *)left)->time, b = ((const struct record *)right)->time;
  return a < b ? -1 : a > b;
}

void trace_write(int file) {
  FILE *out = fdopen(file, "w");
  if (out == NULL) return;
  qsort(records, record_count, sizeof records[0], by_time);
  for (int index = 0; index < record_count; index++) {
    const struct record *record = &records[index];
    fprintf(out, "%s\t%s\t%s%c", kind_names[record->kind], record->program, record->path, 0);
  }
  fclose(out);
}
