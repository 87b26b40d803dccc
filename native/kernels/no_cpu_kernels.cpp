// Where the kernels are not built: another processor, compiler or system, or a llama.cpp of one's own.

#include "kernels/cpu_kernels.h"

namespace lager {

void install_cpu_kernels() {}

std::vector<std::string> cpu_kernels() { return {}; }

uint64_t cpu_kernel_operations() { return 0; }

void use_cpu_kernels(bool) {}

}  // namespace lager
