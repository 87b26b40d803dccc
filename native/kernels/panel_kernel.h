#pragma once

#include <cstddef>
#include <cstdint>

#include "ggml.h"

namespace lager::kernels {

// Weight rows that one panel holds: the lanes of a 512-bit register of float32.
constexpr int64_t panel_rows = 16;

// A matrix product of one type of weights, 16 weight rows at a time. It adds up every element in the
// order in which ggml's own kernel does, so that the bits are the same; it is faster because a lane of
// a register is a weight row here, and not a part of the sum, so that nothing is added up across lanes.
struct PanelKernel {
    ggml_type weights;
    // What ggml makes of the activations before it multiplies.
    ggml_type activations;
    const char * name;
    // The length of a row must be a multiple of this.
    int64_t granularity;

    // Bytes of a panel of rows of `length` numbers, with what `multiply` needs for its own use at the end.
    size_t (*panel_size)(int64_t length);

    // Lays `panel_rows` rows of weights, `row_bytes` apart, out as a panel (aligned to 64 bytes).
    void (*pack)(const char * rows, size_t row_bytes, int64_t length, char * panel);

    // Multiplies a panel with `columns` rows of activations, `activation_bytes` apart. The results of
    // one column are `panel_rows` floats at `results`; columns are `result_stride` floats apart.
    void (*multiply)(char * panel, const char * activations, size_t activation_bytes, int64_t length, int64_t columns,
                     float * results, size_t result_stride);
};

extern const PanelKernel bf16_kernel;
extern const PanelKernel f16_kernel;
extern const PanelKernel q4_1_kernel;
extern const PanelKernel q4_k_kernel;  // of repacked weights, columns in fours
extern const PanelKernel q6_k_kernel;
extern const PanelKernel q8_0_kernel;

}  // namespace lager::kernels
