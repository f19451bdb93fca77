#include <cstdio>

int main() {
  std::puts("jaga 0.1.0");
  return 0;
}
