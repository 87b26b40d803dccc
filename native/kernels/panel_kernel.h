#pragma once

#include <cstddef>
#include <cstdint>

#include "ggml.h"

namespace lager::kernels {

// Weight rows that one panel holds: one or two registers of float32.
constexpr int64_t panel_rows = 16;

// A matrix product of one type of weights, 16 weight rows at a time. It adds up every element in the
// order in which ggml's own kernel does, so that the bits are the same; it is faster because a lane of
// a register is a weight row here, and not a part of the sum, so that nothing is added up across lanes,
// and because weights and activations are brought into the order in which they are used once for all.
struct PanelKernel {
    ggml_type weights;
    // What ggml makes of the activations before it multiplies.
    ggml_type activations;
    const char * name;
    // What the processor must have beside the set's instructions, by ggml's name; null: nothing.
    const char * feature;
    // The length of a row must be a multiple of this.
    int64_t granularity;

    // Bytes of a panel of rows of `length` numbers.
    size_t (*panel_size)(int64_t length);

    // Lays `panel_rows` rows of weights, `row_bytes` apart, out as a panel (aligned to 64 bytes).
    void (*pack)(const char * rows, size_t row_bytes, int64_t length, char * panel);

    // Bytes of one column: a row of activations as `prepare` lays it out.
    size_t (*column_size)(int64_t length);

    // Lays a row of activations out as a column; of kernels of repacked weights, the four rows of one block as
    // four columns.
    void (*prepare)(const char * activations, int64_t length, char * columns);

    // Multiplies a panel with `count` columns. The results of one column are `panel_rows` floats at
    // `results`; columns are `result_stride` floats apart.
    void (*multiply)(const char * panel, const char * columns, int64_t length, int64_t count, float * results,
                     size_t result_stride);
};

}  // namespace lager::kernels
