// One question to a server on the loopback address.
struct wanted {
  int port;
  // Of the answer to a GET request for `path`; no path: a connection is enough.
  int status;
  const char *path;
};

enum answer_kind { good, other_status, silent, refused };

struct answer {
  enum answer_kind kind;
  int status;
};

// Asks once, by IPv4 and then by IPv6, and gives up at `end` (`now_ms`).
struct answer probe(const struct wanted *wanted, long end);
