#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lager {

// Faster kernels for prompts on the CPU, in the place of some of those of ggml's CPU plugin.
//
// They give the same bits: before one is used, it and ggml's own are run on the same random numbers,
// and it is left out when a single bit differs. So it does not matter to any result whether they are
// in use, and nothing has to be said of them beside a run.

// Puts those kernels in place that this processor can run and that agree with ggml's; the CPU plugin must
// be loaded, and no graph may be running. Does nothing where they were not built, where they are in place, or
// when LAGER_KERNELS=off is in the environment. The core knows nothing of them: programs call this.
void install_cpu_kernels();

// The names of the kernels in place, such as "BF16"; empty when there are none.
std::vector<std::string> cpu_kernels();

// How many operations of graphs they have computed so far.
uint64_t cpu_kernel_operations();

// Stops or allows their use, for tests and benchmarks; no graph may be running.
void use_cpu_kernels(bool use);

}  // namespace lager
