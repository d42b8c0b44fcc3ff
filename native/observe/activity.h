// Tells when a program has done what it does at its start.
enum { sample_ms = 100 };

// Of all that runs in the container but this program.
struct usage {
  // Processor time in ticks.
  long ticks;
  // Time on a processor, and time that threads waited for one, in microseconds.
  long ran_us;
  long waited_us;
  // Something waits for a processor or a disk.
  int wants;
};

struct activity {
  long begin_ms;
  long limit_ms;
  long sampled_ms;
  // Since the beginning.
  long ran_us;
  long waited_us;
  long quiet_since_ms;
  // At the beginning of the quiet: paths that were looked for.
  unsigned long seen;
  long quiet_ticks;
  struct usage usage;
};

struct activity activity_begin(long limit_ms);
// True at the time limit, and sooner where for a second nothing was looked for and hardly anything computed. Time in which
// others kept the program from the processors does not count.
int activity_ends(struct activity *activity, unsigned long seen);
