// Where the kernels are not built: another processor, compiler or system, or a llama.cpp of one's own.

#include <cstdlib>

#include "kernels/cpu_kernels.h"
#include "kernels/set_choice.h"

namespace lager {

void install_cpu_kernels() { kernels::choose_set(std::getenv("LAGER_KERNELS"), {}, {}); }

CpuKernels cpu_kernels() { return {}; }

uint64_t cpu_kernel_operations() { return 0; }

void use_cpu_kernels(bool) {}

}  // namespace lager
