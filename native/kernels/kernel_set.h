#pragma once

#include <cstddef>

#include "kernels/attention_kernel.h"
#include "kernels/panel_kernel.h"

namespace lager::kernels {

// The kernels for one kind of processor. Their source is one for all: CMake compiles it once for each, in a
// namespace of its own, and what differs by instruction set is in avx2.h and avx512.h.
struct KernelSet {
    const PanelKernel * const * panels;  // of one type of weights the better first
    size_t panel_count;
    const PanelKernel * q4_0;            // of weights that ggml has repacked
    const PanelKernel * q4_k;            // the same
    Attend attend;
};

namespace avx2 {
extern const KernelSet kernel_set;
}
// The same with AVX-VNNI.
namespace avx2_vnni {
extern const KernelSet kernel_set;
}
namespace avx512 {
extern const KernelSet kernel_set;
}

}  // namespace lager::kernels
