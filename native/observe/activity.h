// Tells when a program has done what it does at its start.
enum { sample_ms = 100 };

struct activity {
  long end_ms;
  long quiet_since_ms;
  // At the beginning of the quiet: paths that were looked for, and processor time of all that runs here.
  unsigned long seen;
  long ticks;
};

struct activity activity_begin(long limit_ms);
// True at the time limit, and sooner where for a second nothing was looked for and hardly anything computed.
int activity_ends(struct activity *activity, unsigned long seen);
