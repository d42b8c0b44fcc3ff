// Follows a program and all that it starts, and keeps which paths they looked for.
#include <sys/types.h>

// In the program, before it starts: has the kernel stop it at calls that take paths.
void trace_self(void);
// Begins to follow a process that waits; 0 when it may be followed.
int trace_attach(pid_t pid);
// A process that is followed has stopped with this status: looks at it and lets it go on.
void trace_step(pid_t pid, int status);
void trace_forget(pid_t pid);
// How many paths were looked for until now.
unsigned long trace_seen(void);
// Writes what was seen, oldest first: records `KIND TAB PROGRAM TAB PATH NUL`. KIND is `missing`, `opened`, `listed` or
// `denied`.
void trace_write(int file);
