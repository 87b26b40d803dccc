// Asks the linked llama.cpp for its version: run once at configure time.
#include <cstdio>

#include "llama.h"

int main() { return std::printf("%s\n", llama_version()) > 0 ? 0 : 1; }
