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

// Which of them are in use.
struct CpuKernels {
    // "avx2" or "avx512", as LAGER_KERNELS has it; empty where there are none for this processor, or they are off.
    std::string set;
    // Names of kernels, such as "BF16".
    std::vector<std::string> in_place;
    // Those of the set that did not give the bits of the plugin's, or for which it lacks what they need.
    std::vector<std::string> left_out;
};

// Puts those kernels in place that this processor can run and that agree with ggml's; the CPU plugin must
// be loaded, and no graph may be running. Does nothing where they were not built, or are in place.
// The core knows nothing of them: programs call this.
//
// LAGER_KERNELS in the environment says which: "off", "avx2" or "avx512"; without it the best that the plugin which
// ggml loaded for this processor fits. Throws std::invalid_argument when it is something else, or does not fit.
void install_cpu_kernels();

CpuKernels cpu_kernels();

// How many operations of graphs they have computed so far.
uint64_t cpu_kernel_operations();

// Stops or allows their use, for tests and benchmarks; no graph may be running.
void use_cpu_kernels(bool use);

}  // namespace lager
