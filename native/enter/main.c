// Runs a program in another root as an engine would, in namespaces of its own. Needs no superuser.
//   enter [OPTION...] STAGE ROOT PROGRAM [ARGUMENT...]
//     --mount DEST FOLDER   FOLDER is seen at DEST
//     --bind DEST FOLDER    likewise; what is written there stays
//     --tmp                 memory on /tmp
//     --readonly            the root cannot be written
//     --user UID:GID        default: 0:0
//     --workdir FOLDER      default: /
// STAGE is an empty folder. Nothing of ROOT or FOLDER changes: writes go to memory. There is no network but loopback.
// The result is the program's exit code, 128 and the number of a signal, or 77 with a reason on standard error
// where this machine cannot make such a root.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { unable = 77, most_mounts = 64, open_tree_number = 428, move_mount_number = 429 };
enum { clone_tree = 1, recursive = 0x8000, from_empty_path = 4 };

// A tree that was taken from the outside and is put into the root.
struct tree {
  const char *dest;
  const char *folder;
  int is_bound;
  int file;
};

static struct tree trees[most_mounts];
static int tree_count;

static void refuse(const char *format, ...) {
  int reason = errno;
  va_list values;
  va_start(values, format);
  fprintf(stderr, "enter: cannot ");
  vfprintf(stderr, format, values);
  fprintf(stderr, ": %s\n", strerror(reason));
  exit(unable);
}

static int take_tree(const char *path) {
  int file = (int)syscall(open_tree_number, AT_FDCWD, path, clone_tree | recursive | O_CLOEXEC);
  if (file < 0) refuse("take %s", path);
  return file;
}

static void put_tree(int file, const char *dest) {
  if (syscall(move_mount_number, file, "", AT_FDCWD, dest, from_empty_path) != 0) refuse("mount %s", dest);
  close(file);
}

static void make_folder(const char *path, mode_t mode) {
  if (mkdir(path, mode) != 0 && errno != EEXIST) refuse("make %s", path);
}

// Only in the new root, where links lead nowhere else.
static void make_folders(const char *path) {
  char part[PATH_MAX];
  snprintf(part, sizeof part, "%s", path);
  for (char *at = part + 1; *at != 0; at++) {
    if (*at != '/') continue;
    *at = 0;
    if (mkdir(part, 0755) != 0 && errno != EEXIST) refuse("make %s", part);
    *at = '/';
  }
  make_folder(part, 0755);
}

// A view of a folder of which every change is kept in memory, below `stage`.
static void lay_over(const char *folder, const char *stage, const char *name, char *view) {
  char upper[PATH_MAX], work[PATH_MAX], options[3 * PATH_MAX];
  snprintf(view, PATH_MAX, "%s/%s", stage, name);
  snprintf(upper, sizeof upper, "%s/%s-upper", stage, name);
  snprintf(work, sizeof work, "%s/%s-work", stage, name);
  struct stat stat_of_folder;
  if (stat(folder, &stat_of_folder) != 0) refuse("find %s", folder);
  make_folder(view, 0755);
  make_folder(upper, stat_of_folder.st_mode & 07777);
  make_folder(work, 0755);
  if (chmod(upper, stat_of_folder.st_mode & 07777) != 0) refuse("set the mode of %s", upper);
  // Root's own directory has its owner, where this user can give it.
  if (lchown(upper, stat_of_folder.st_uid, stat_of_folder.st_gid) != 0) errno = 0;
  // A name of the caller may hold any byte; "." may not.
  if (chdir(folder) != 0) refuse("open %s", folder);
  snprintf(options, sizeof options, "lowerdir=.,upperdir=%s,workdir=%s,userxattr", upper, work);
  if (mount("overlay", view, "overlay", 0, options) != 0) refuse("lay memory over %s", folder);
}

static void write_file(const char *path, const char *text) {
  int file = open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0 || write(file, text, strlen(text)) != (ssize_t)strlen(text)) refuse("write %s", path);
  close(file);
}

static void write_map(long pid, const char *name, const char *text) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%ld/%s", pid, name);
  write_file(path, text);
}

// The superuser keeps all numbers. Another user has one, under which it is the image's user.
static void enter_namespaces(uid_t uid, gid_t gid) {
  uid_t outer = geteuid();
  gid_t outer_group = getegid();
  long self = getpid();
  int ready[2];
  if (pipe2(ready, O_CLOEXEC) != 0) refuse("make a pipe");
  pid_t mapper = outer == 0 ? fork() : -2;
  if (mapper == -1) refuse("fork");
  if (mapper == 0) {
    char go;
    close(ready[1]);
    if (read(ready[0], &go, 1) != 1) _exit(unable);
    write_map(self, "uid_map", "0 0 4294967295\n");
    write_map(self, "gid_map", "0 0 4294967295\n");
    _exit(0);
  }
  int namespaces = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;
  if (unshare(namespaces) != 0) refuse("make namespaces");
  if (mapper > 0) {
    int status;
    if (write(ready[1], "g", 1) != 1 || waitpid(mapper, &status, 0) != mapper || status != 0) refuse("map users");
  } else {
    char text[64];
    write_map(self, "setgroups", "deny");
    snprintf(text, sizeof text, "%u %u 1\n", uid, outer);
    write_map(self, "uid_map", text);
    snprintf(text, sizeof text, "%u %u 1\n", gid, outer_group);
    write_map(self, "gid_map", text);
  }
  close(ready[0]);
  close(ready[1]);
}

static void turn_loopback_on(void) {
  int file = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  struct ifreq request = {.ifr_name = "lo"};
  request.ifr_flags = IFF_UP;
  if (file < 0 || ioctl(file, SIOCSIFFLAGS, &request) != 0) refuse("turn loopback on");
  close(file);
}

static const char *const devices[] = {"null", "zero", "full", "random", "urandom", "tty"};
enum { device_count = sizeof devices / sizeof *devices };
static int device_files[device_count];
static int proc_file;

static void make_devices(void) {
  make_folder("/dev", 0755);
  if (mount("dev", "/dev", "tmpfs", MS_NOSUID, "mode=755") != 0) refuse("mount /dev");
  for (int index = 0; index < device_count; index++) {
    char path[32];
    snprintf(path, sizeof path, "/dev/%s", devices[index]);
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0) refuse("make %s", path);
    close(file);
    put_tree(device_files[index], path);
  }
  make_folder("/dev/shm", 01777);
  if (mount("shm", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777") != 0) refuse("mount /dev/shm");
  make_folder("/dev/pts", 0755);
  // A machine may have no more of them.
  if (mount("devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666") == 0 &&
      symlink("pts/ptmx", "/dev/ptmx") != 0)
    refuse("make /dev/ptmx");
  const char *const links[][2] = {{"/proc/self/fd", "/dev/fd"},
                                  {"/proc/self/fd/0", "/dev/stdin"},
                                  {"/proc/self/fd/1", "/dev/stdout"},
                                  {"/proc/self/fd/2", "/dev/stderr"}};
  for (int index = 0; index < 4; index++)
    if (symlink(links[index][0], links[index][1]) != 0) refuse("make %s", links[index][1]);
}

// An engine mounts these two files of its own. In a folder of a user that has no number here, the builder's stay.
static void make_network_files(void) {
  const char *const files[][2] = {{"/etc/hosts", "127.0.0.1\tlocalhost pith\n::1\tlocalhost\n"},
                                  {"/etc/resolv.conf", ""}};
  make_folder("/etc", 0755);
  for (int index = 0; index < 2; index++) {
    if (unlink(files[index][0]) != 0 && errno != ENOENT && errno != EACCES) refuse("replace %s", files[index][0]);
    int file = open(files[index][0], O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (file < 0 && (errno == EACCES || errno == EEXIST || errno == EOVERFLOW)) continue;
    if (file < 0) refuse("make %s", files[index][0]);
    close(file);
    write_file(files[index][0], files[index][1]);
  }
}

// What Docker leaves to root in a container.
static int is_kept(int capability) {
  static const int kept[] = {0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31};
  for (size_t index = 0; index < sizeof kept / sizeof *kept; index++)
    if (kept[index] == capability) return 1;
  return 0;
}

static void become(uid_t uid, gid_t gid) {
  for (int capability = 0; capability < 64; capability++)
    if (!is_kept(capability) && prctl(PR_CAPBSET_DROP, capability) != 0 && errno != EINVAL) refuse("drop capabilities");
  // A user of one number has no other groups to drop.
  if (setgroups(0, NULL) != 0 && errno != EPERM) refuse("drop groups");
  if (setresgid(gid, gid, gid) != 0 || setresuid(uid, uid, uid) != 0) refuse("become %u:%u", uid, gid);
  if (prctl(PR_SET_DUMPABLE, 1) != 0) refuse("become traceable");
}

struct run {
  const char *stage;
  const char *root;
  const char *workdir;
  int has_tmp;
  int is_readonly;
  uid_t uid;
  gid_t gid;
};

static void change_root(const struct run *run) {
  char view[PATH_MAX], name[32];
  if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) refuse("make mounts private");
  for (int index = 0; index < device_count; index++) {
    char path[32];
    snprintf(path, sizeof path, "/dev/%s", devices[index]);
    device_files[index] = take_tree(path);
  }
  if (mount("stage", run->stage, "tmpfs", 0, "mode=755") != 0) refuse("mount memory");
  for (int index = 0; index < tree_count; index++) {
    struct tree *tree = &trees[index];
    snprintf(name, sizeof name, "tree%d", index);
    if (!tree->is_bound) lay_over(tree->folder, run->stage, name, view);
    tree->file = take_tree(tree->is_bound ? tree->folder : view);
  }
  // A kernel mounts it only beside another that shows as much.
  snprintf(view, sizeof view, "%s/proc", run->stage);
  make_folder(view, 0555);
  if (mount("proc", view, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0) refuse("mount /proc");
  proc_file = take_tree(view);
  lay_over(run->root, run->stage, "root", view);
  if (chdir(view) != 0 || syscall(SYS_pivot_root, ".", ".") != 0) refuse("change the root");
  if (umount2(".", MNT_DETACH) != 0 || chdir("/") != 0) refuse("leave the old root");
}

static void fill_root(const struct run *run) {
  make_folder("/proc", 0555);
  put_tree(proc_file, "/proc");
  make_devices();
  if (run->has_tmp) {
    make_folder("/tmp", 01777);
    if (mount("tmp", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777") != 0) refuse("mount /tmp");
  }
  for (int index = 0; index < tree_count; index++) {
    make_folders(trees[index].dest);
    put_tree(trees[index].file, trees[index].dest);
  }
  make_network_files();
  make_folders(run->workdir);
  if (run->is_readonly && mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL) != 0) refuse("lock the root");
}

static int read_options(int count, char **words, struct run *run) {
  int at = 1;
  for (; at < count && strncmp(words[at], "--", 2) == 0; at++) {
    const char *option = words[at];
    int is_bound = strcmp(option, "--bind") == 0;
    if ((is_bound || strcmp(option, "--mount") == 0) && at + 2 < count && tree_count < most_mounts) {
      trees[tree_count++] = (struct tree){words[at + 1], words[at + 2], is_bound, -1};
      at += 2;
    } else if (strcmp(option, "--tmp") == 0) {
      run->has_tmp = 1;
    } else if (strcmp(option, "--readonly") == 0) {
      run->is_readonly = 1;
    } else if (strcmp(option, "--user") == 0 && at + 1 < count) {
      if (sscanf(words[++at], "%u:%u", &run->uid, &run->gid) != 2) return -1;
    } else if (strcmp(option, "--workdir") == 0 && at + 1 < count) {
      run->workdir = words[++at];
    } else {
      return -1;
    }
  }
  return at + 2 < count ? at : -1;
}

int main(int count, char **words) {
  struct run run = {.workdir = "/"};
  int at = read_options(count, words, &run);
  if (at < 0) {
    fputs("usage: enter [OPTION...] STAGE ROOT PROGRAM [ARGUMENT...]\n", stderr);
    return unable;
  }
  run.stage = words[at];
  run.root = words[at + 1];
  enter_namespaces(run.uid, run.gid);
  pid_t child = fork();
  if (child < 0) refuse("fork");
  if (child == 0) {
    // The whole namespace ends with its first process.
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) refuse("follow the caller");
    change_root(&run);
    fill_root(&run);
    turn_loopback_on();
    if (sethostname("pith", 4) != 0) refuse("name the host");
    become(run.uid, run.gid);
    if (chdir(run.workdir) != 0) refuse("open %s", run.workdir);
    execv(words[at + 2], &words[at + 2]);
    refuse("start %s", words[at + 2]);
  }
  int status;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) refuse("wait");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
