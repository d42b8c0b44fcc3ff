#include <stdio.h>
#include <sys/types.h>

// The answer of a copy of this program when it is asked whether it runs.
#define proof_word "--proof"
enum { proof_code = 42 };

void kill_and_wait(pid_t child);
// Writes a program into each directory of the root that lets it, and starts it. How many directories were looked at.
int try_directories(FILE *report);
