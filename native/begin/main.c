// Begins the conversation with the engine and becomes the program that goes on with it.
//   begin PROGRAM [ARGUMENT...]
// The engine ends a build whose frontend does not say within ten seconds that it speaks HTTP/2, nor within two more what
// its settings are (RFC 9113, 3.4). Where many builds start at once, Node takes longer to start; this takes no time.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

// The preface of a client, and a SETTINGS frame that changes nothing: length 0, type 4, no flags, stream 0.
static const char greeting[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0";

int main(int count, char **words) {
  if (count < 2) {
    fprintf(stderr, "usage: begin PROGRAM [ARGUMENT...]\n");
    return 64;
  }
  // The final zero of the text is the last byte of the frame.
  if (write(STDOUT_FILENO, greeting, sizeof greeting) == (ssize_t)sizeof greeting) setenv("PITH_HAS_GREETED", "1", 1);
  execv(words[1], words + 1);
  perror("begin: cannot start the program");
  return 70;
}
