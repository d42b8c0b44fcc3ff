// Runs a program unless a note of an earlier build says that it need not run again.
//   unless FILE PROGRAM [ARGUMENT...]   where FILE exists, ends with 0 at once; else becomes PROGRAM
//   unless --note FILE                  makes FILE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int count, char **words) {
  if (count == 3 && strcmp(words[1], "--note") == 0) {
    int file = open(words[2], O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0) perror("unless: cannot make a note");
    return file < 0 ? 1 : 0;
  }
  if (count < 3) {
    fprintf(stderr, "usage: unless FILE PROGRAM [ARGUMENT...]\n       unless --note FILE\n");
    return 64;
  }
  if (access(words[1], F_OK) == 0) return 0;
  execv(words[2], words + 2);
  perror("unless: cannot start the program");
  return 70;
}
