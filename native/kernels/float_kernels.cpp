// BF16 and F16 weights: ggml (llamafile's tiles) keeps 16 partial sums an element and adds them up as a
// tree of halves at the end. A partial sum is of every 16th word of a row, in order: a word is a pair of
// numbers in BF16, and one number, made a float32, in F16.

#include "kernels/avx512.h"
#include "kernels/panel_kernel.h"

namespace lager::kernels {
namespace {

constexpr int words = 16;          // of a step, one for each partial sum
constexpr int words_at_once = 4;   // partial sums of all columns that fit into the registers
constexpr int most_columns = 6;
constexpr size_t bytes_of_step = words * 64;

struct Bf16 {
    static constexpr int64_t step = 32;  // numbers of a row

    static __m512i load_step(const char * row, int64_t s) { return _mm512_loadu_si512(row + s * step * 2); }

    static __m512 multiply_add(__m512 sum, __m512i weights, __m512i activations) {
        return _mm512_dpbf16_ps(sum, (__m512bh)weights, (__m512bh)activations);
    }
};

struct F16 {
    static constexpr int64_t step = 16;

    static __m512i load_step(const char * row, int64_t s) {
        const auto * halves = reinterpret_cast<const __m256i *>(row + s * step * 2);
        return _mm512_castps_si512(_mm512_cvtph_ps(_mm256_loadu_si256(halves)));
    }

    static __m512 multiply_add(__m512 sum, __m512i weights, __m512i activations) {
        return _mm512_fmadd_ps(_mm512_castsi512_ps(weights), _mm512_castsi512_ps(activations), sum);
    }
};

template <typename Numbers>
size_t weights_size(int64_t length) {
    return static_cast<size_t>(length / Numbers::step) * bytes_of_step;
}

// A panel is cut into four parts, one for each four words of a step; a part has the steps in their
// order: four registers, a word of each of the 16 rows in every one.
template <typename Numbers>
void pack(const char * rows, size_t row_bytes, int64_t length, char * panel) {
    const int64_t steps = length / Numbers::step;
    const size_t part = static_cast<size_t>(steps) * words_at_once * 64;
    for (int64_t s = 0; s < steps; ++s) {
        __m512i step[16];
        for (int64_t r = 0; r < panel_rows; ++r) {
            step[r] = Numbers::load_step(rows + static_cast<size_t>(r) * row_bytes, s);
        }
        transpose_16x16(step);
        for (int w = 0; w < words; ++w) {
            _mm512_store_si512(panel + static_cast<size_t>(w / words_at_once) * part +
                                   (static_cast<size_t>(s) * words_at_once + w % words_at_once) * 64,
                               step[w]);
        }
    }
}

// `activations` are rows of words, `activation_bytes` apart.
template <typename Numbers, int columns>
void multiply_columns(const char * panel, const char * activations, size_t activation_bytes, int64_t length,
                      float * results, size_t result_stride) {
    const int64_t steps = length / Numbers::step;
    __m512 sums[columns][words];
    for (int first = 0; first < words; first += words_at_once) {
        __m512 partial[columns][words_at_once];
#pragma GCC unroll 6
        for (int c = 0; c < columns; ++c) {
#pragma GCC unroll 4
            for (int w = 0; w < words_at_once; ++w) {
                partial[c][w] = _mm512_setzero_ps();
            }
        }
        const char * column = activations + first * 4;
        for (int64_t s = 0; s < steps; ++s) {
#pragma GCC unroll 4
            for (int w = 0; w < words_at_once; ++w) {
                const __m512i weights = _mm512_load_si512(panel);
                panel += 64;
#pragma GCC unroll 6
                for (int c = 0; c < columns; ++c) {
                    const __m512i word =
                        _mm512_set1_epi32(load_word(column + static_cast<size_t>(c) * activation_bytes + w * 4));
                    partial[c][w] = Numbers::multiply_add(partial[c][w], weights, word);
                }
            }
            column += words * 4;
        }
#pragma GCC unroll 6
        for (int c = 0; c < columns; ++c) {
#pragma GCC unroll 4
            for (int w = 0; w < words_at_once; ++w) {
                sums[c][first + w] = partial[c][w];
            }
        }
    }
    for (int c = 0; c < columns; ++c) {
        add_up(sums[c]);
        _mm512_storeu_ps(results + static_cast<size_t>(c) * result_stride, sums[c][0]);
    }
}

struct Bf16Columns {
    static constexpr int columns_at_once = most_columns;

    template <int columns>
    static void multiply(const char * panel, const char * activations, size_t activation_bytes, int64_t length,
                         float * results, size_t result_stride) {
        multiply_columns<Bf16, columns>(panel, activations, activation_bytes, length, results, result_stride);
    }
};

// The activations as float32 are behind the weights.
size_t f16_panel_size(int64_t length) {
    return weights_size<F16>(length) + static_cast<size_t>(length) * most_columns * sizeof(float);
}

void multiply_f16(char * panel, const char * activations, size_t activation_bytes, int64_t length, int64_t columns,
                  float * results, size_t result_stride) {
    char * numbers = panel + weights_size<F16>(length);
    const size_t number_bytes = static_cast<size_t>(length) * sizeof(float);
    const auto multiply_some = [&](auto count, const char * from, float * to) {
        for (int64_t c = 0; c < count.value; ++c) {
            const char * row = from + static_cast<size_t>(c) * activation_bytes;
            for (int64_t s = 0; s < length / F16::step; ++s) {
                _mm512_store_si512(numbers + static_cast<size_t>(c) * number_bytes + s * 64, F16::load_step(row, s));
            }
        }
        multiply_columns<F16, count.value>(panel, numbers, number_bytes, length, to, result_stride);
    };
    for_columns<most_columns>(columns, activations, activation_bytes, results, result_stride, multiply_some);
}

}  // namespace

const PanelKernel bf16_kernel = {
    GGML_TYPE_BF16, GGML_TYPE_BF16, "BF16", Bf16::step, weights_size<Bf16>, pack<Bf16>, multiply_panel<Bf16Columns>};
const PanelKernel f16_kernel = {GGML_TYPE_F16,  GGML_TYPE_F16, "F16",       F16::step,
                                f16_panel_size, pack<F16>,     multiply_f16};

}  // namespace lager::kernels
