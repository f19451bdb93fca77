#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <iostream>

int main(int argc, char** argv) {
  std::cout << std::unitbuf;  // what a killed run has said is not lost
  doctest::Context context(argc, argv);
  return context.run();
}
