/* Counts the words of an event. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

int main(void) {
  static char event[65536];
  event[fread(event, 1, sizeof event - 1, stdin)] = 0;
  const char *at = strstr(event, "\"text\"");
  at = at == NULL ? NULL : strchr(at + 6, '"');
  int words = 0, inside = 0;
  for (at = at == NULL ? "" : at + 1; *at != 0 && *at != '"'; at++) {
    if (!isspace((unsigned char)*at) && !inside) words++;
    inside = !isspace((unsigned char)*at);
  }
  printf("{\"words\": %d}\n", words);
  return 0;
}
