// Says which files have file capabilities (capabilities(7)).
//   filecaps < PATHS
// Reads paths, each ended by a NUL, and writes those that have the attribute security.capability in the same form. What
// cannot be read has none.
#include <stdio.h>
#include <sys/xattr.h>

int main(void) {
  char path[4097];
  size_t length = 0;
  for (int byte = getchar(); byte != EOF; byte = getchar()) {
    if (length < sizeof path) path[length] = (char)byte;
    if (byte != 0) {
      length++;
      continue;
    }
    if (length < sizeof path && lgetxattr(path, "security.capability", NULL, 0) > 0) {
      fputs(path, stdout);
      putchar(0);
    }
    length = 0;
  }
  return ferror(stdout) || fflush(stdout) != 0 ? 1 : 0;
}
