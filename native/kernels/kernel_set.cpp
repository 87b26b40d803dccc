#include "kernels/kernel_set.h"

#include "kernels/panels.h"

namespace lager::kernels::LAGER_INSTRUCTIONS {
namespace {

constexpr const PanelKernel * panels[] = {
#ifdef __AVX512BF16__
    &bf16_pairs_kernel,
#endif
    &bf16_kernel,       &f16_kernel, &q4_1_kernel, &q5_k_kernel, &q6_k_kernel, &q8_0_kernel,
};

}  // namespace

const KernelSet kernel_set = {panels, sizeof(panels) / sizeof(panels[0]), &q4_0_kernel, &q4_k_kernel, attend};

}  // namespace lager::kernels::LAGER_INSTRUCTIONS
