// BF16 weights: ggml (llamafile's tiles) keeps 16 partial sums an element, each over every 16th pair
// of numbers, and adds them up as a tree of halves at the end.

#include "avx512.h"
#include "panel_kernel.h"

namespace lager::kernels {
namespace {

constexpr int64_t step = 32;       // numbers of a row that one instruction of ggml's takes
constexpr int pairs = 16;          // of them, and so partial sums
constexpr int pairs_at_once = 4;   // partial sums of all columns that fit into the registers
constexpr int columns_at_once = 6;
constexpr size_t bytes_of_step = pairs * 64;

size_t panel_size(int64_t length) { return static_cast<size_t>(length / step) * bytes_of_step; }

// A panel is cut into four parts, one for each four pairs of a step; a part has the steps in their
// order: four registers, a pair of each of the 16 rows in every one.
void pack(const char * rows, size_t row_bytes, int64_t length, char * panel) {
    const int64_t steps = length / step;
    const size_t part = static_cast<size_t>(steps) * pairs_at_once * 64;
    for (int64_t s = 0; s < steps; ++s) {
        __m512i words[16];
        for (int64_t r = 0; r < panel_rows; ++r) {
            words[r] = _mm512_loadu_si512(rows + static_cast<size_t>(r) * row_bytes + s * step * 2);
        }
        transpose_16x16(words);
        for (int p = 0; p < pairs; ++p) {
            char * to = panel + static_cast<size_t>(p / pairs_at_once) * part +
                        (static_cast<size_t>(s) * pairs_at_once + p % pairs_at_once) * 64;
            _mm512_store_si512(to, words[p]);
        }
    }
}

template <int columns>
void multiply_columns(const char * panel, const char * activations, size_t activation_bytes, int64_t length,
                      float * results, size_t result_stride) {
    const int64_t steps = length / step;
    __m512 sums[columns][pairs];
    for (int first = 0; first < pairs; first += pairs_at_once) {
        __m512 partial[columns][pairs_at_once];
#pragma GCC unroll 6
        for (int c = 0; c < columns; ++c) {
#pragma GCC unroll 4
            for (int p = 0; p < pairs_at_once; ++p) {
                partial[c][p] = _mm512_setzero_ps();
            }
        }
        const char * column = activations + first * 4;
        for (int64_t s = 0; s < steps; ++s) {
#pragma GCC unroll 4
            for (int p = 0; p < pairs_at_once; ++p) {
                const __m512bh weights = (__m512bh)_mm512_load_si512(panel);
                panel += 64;
#pragma GCC unroll 6
                for (int c = 0; c < columns; ++c) {
                    const __m512bh pair = (__m512bh)_mm512_set1_epi32(
                        load_word(column + static_cast<size_t>(c) * activation_bytes + p * 4));
                    partial[c][p] = _mm512_dpbf16_ps(partial[c][p], weights, pair);
                }
            }
            column += step * 2;
        }
#pragma GCC unroll 6
        for (int c = 0; c < columns; ++c) {
#pragma GCC unroll 4
            for (int p = 0; p < pairs_at_once; ++p) {
                sums[c][first + p] = partial[c][p];
            }
        }
    }
    for (int c = 0; c < columns; ++c) {
        for (int half = pairs / 2; half > 0; half /= 2) {
            for (int p = 0; p < half; ++p) {
                sums[c][p] = _mm512_add_ps(sums[c][p + half], sums[c][p]);
            }
        }
        _mm512_storeu_ps(results + static_cast<size_t>(c) * result_stride, sums[c][0]);
    }
}

void multiply(const char * panel, const char * activations, size_t activation_bytes, int64_t length, int64_t columns,
              float * results, size_t result_stride) {
    int64_t c = 0;
    for (; c + columns_at_once <= columns; c += columns_at_once) {
        multiply_columns<columns_at_once>(panel, activations + static_cast<size_t>(c) * activation_bytes,
                                          activation_bytes, length, results + static_cast<size_t>(c) * result_stride,
                                          result_stride);
    }
    for (; c < columns; ++c) {
        multiply_columns<1>(panel, activations + static_cast<size_t>(c) * activation_bytes, activation_bytes, length,
                            results + static_cast<size_t>(c) * result_stride, result_stride);
    }
}

}  // namespace

const PanelKernel bf16_kernel = {GGML_TYPE_BF16, GGML_TYPE_BF16, "BF16", step, panel_size, pack, multiply};

}  // namespace lager::kernels
