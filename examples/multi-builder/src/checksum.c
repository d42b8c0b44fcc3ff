#include <stdio.h>

/* Prints the sum of all bytes of the input, modulo 65536. */
int main(void) {
  unsigned sum = 0;
  for (int byte = getchar(); byte != EOF; byte = getchar()) sum = (sum + (unsigned)byte) & 0xffff;
  printf("%u\n", sum);
  return 0;
}
