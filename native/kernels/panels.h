#pragma once

// The loops around a kernel: from what multiplies a few registers of weight rows with a few columns to a PanelKernel.

#include "kernels/attention_kernel.h"
#include "kernels/panel_kernel.h"
#include "kernels/simd.h"

namespace lager::kernels::LAGER_INSTRUCTIONS {

// A panel is made of parts of `Kernel::row_registers` registers of rows each; `Kernel` gives
//   part_size(length)                                        bytes of a part
//   pack(rows, row_bytes, length, part)                      as PanelKernel::pack, of a part's rows
//   multiply<count>(part, columns, length, results, stride)  as PanelKernel::multiply, of `count` columns;
//                                                            `count` is `columns_at_once` or `least_columns`
//   column_size(length), prepare(activations, length, column)
template <typename Kernel>
struct Panels {
    static constexpr int64_t part_rows = Kernel::row_registers * lanes;
    static constexpr int64_t parts = panel_rows / part_rows;

    static size_t size(int64_t length) { return parts * Kernel::part_size(length); }

    static void pack(const char * rows, size_t row_bytes, int64_t length, char * panel) {
        for (int64_t p = 0; p < parts; ++p) {
            Kernel::pack(rows, row_bytes, length, panel);
            rows += static_cast<size_t>(part_rows) * row_bytes;
            panel += Kernel::part_size(length);
        }
    }

    static void multiply(const char * panel, const char * columns, int64_t length, int64_t count, float * results,
                         size_t result_stride) {
        constexpr int together = Kernel::columns_at_once;
        const size_t column_bytes = Kernel::column_size(length);
        for (int64_t p = 0; p < parts; ++p) {
            const char * column = columns;
            float * to = results + p * part_rows;
            int64_t c = 0;
            for (; c + together <= count; c += together) {
                Kernel::template multiply<together>(panel, column, length, to, result_stride);
                column += together * column_bytes;
                to += together * result_stride;
            }
            if constexpr (Kernel::least_columns == 1) {
                for (; c < count; ++c) {
                    Kernel::template multiply<1>(panel, column, length, to, result_stride);
                    column += column_bytes;
                    to += result_stride;
                }
            }
            panel += Kernel::part_size(length);
        }
    }
};

template <typename Kernel>
constexpr PanelKernel panel_kernel(ggml_type weights, ggml_type activations, const char * name, int64_t granularity,
                                   const char * feature = nullptr) {
    return {weights,
            activations,
            name,
            feature,
            granularity,
            Panels<Kernel>::size,
            Panels<Kernel>::pack,
            Kernel::column_size,
            Kernel::prepare,
            Panels<Kernel>::multiply};
}

extern const PanelKernel bf16_kernel;
extern const PanelKernel bf16_pairs_kernel;  // where an instruction multiplies pairs
extern const PanelKernel f16_kernel;
extern const PanelKernel q4_1_kernel;
extern const PanelKernel q4_0_kernel;  // of repacked weights, columns in fours
extern const PanelKernel q4_k_kernel;  // the same
extern const PanelKernel q5_k_kernel;
extern const PanelKernel q6_k_kernel;
extern const PanelKernel q8_0_kernel;
void attend(const AttentionTile & tile, float * scratch);

}  // namespace lager::kernels::LAGER_INSTRUCTIONS
