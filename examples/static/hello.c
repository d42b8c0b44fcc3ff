#include <stdio.h>

int main(void) {
  puts("Hello from a static program");
  return 0;
}
