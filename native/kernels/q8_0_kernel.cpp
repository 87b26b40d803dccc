// Q8_0 weights and activations: as Q4_1, without minima. A block is {d: half; 32 × int8}.
//
// The instruction multiplies unsigned with signed bytes. ggml moves the weight's sign to the
// activation; here the weights are moved up by 128, and 128 times the activations is where the
// integer sum starts from, below zero. Integers are exact either way.

#include "kernels/avx512.h"
#include "kernels/panel_kernel.h"

namespace lager::kernels {
namespace {

constexpr int64_t block = 32;
constexpr int groups = 8;
constexpr size_t bytes_of_block = 2 + 32;
constexpr size_t bytes_of_panel_block = (groups + 1) * 64;  // groups, scales

size_t panel_size(int64_t length) { return static_cast<size_t>(length / block) * bytes_of_panel_block; }

void pack(const char * rows, size_t row_bytes, int64_t length, char * panel) {
    const __m512i up = _mm512_set1_epi8(static_cast<char>(0x80));
    for (int64_t b = 0; b < length / block; ++b) {
        alignas(64) int32_t fours[groups][panel_rows];
        alignas(64) float scales[panel_rows];
        for (int64_t r = 0; r < panel_rows; ++r) {
            const char * from = rows + static_cast<size_t>(r) * row_bytes + static_cast<size_t>(b) * bytes_of_block;
            scales[r] = half_to_float(from);
            for (int g = 0; g < groups; ++g) {
                fours[g][r] = load_word(from + 2 + g * 4);
            }
        }
        for (int g = 0; g < groups; ++g) {
            _mm512_store_si512(panel + g * 64, _mm512_xor_si512(_mm512_load_si512(fours[g]), up));
        }
        _mm512_store_ps(panel + groups * 64, _mm512_load_ps(scales));
        panel += bytes_of_panel_block;
    }
}

struct Q8_0 {
    static constexpr int columns_at_once = 2;

    template <int columns>
    static void multiply(const char * panel, const char * activations, size_t activation_bytes, int64_t length,
                         float * results, size_t result_stride) {
        const __m256i up = _mm256_set1_epi8(static_cast<char>(0x80));
        __m512 sums[columns][groups];
#pragma GCC unroll 2
        for (int c = 0; c < columns; ++c) {
#pragma GCC unroll 8
            for (int g = 0; g < groups; ++g) {
                sums[c][g] = _mm512_setzero_ps();
            }
        }
        for (int64_t b = 0; b < length / block; ++b) {
            const __m512 scales = _mm512_load_ps(panel + groups * 64);
            __m512 scale[columns];
            alignas(32) int32_t start[columns][groups];
#pragma GCC unroll 2
            for (int c = 0; c < columns; ++c) {
                const char * column = activations + static_cast<size_t>(c) * activation_bytes;
                scale[c] = _mm512_mul_ps(scales, _mm512_set1_ps(half_to_float(column)));
                const __m256i numbers = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(column + 2));
                const __m256i moved = _mm256_dpbusd_epi32(_mm256_setzero_si256(), up, numbers);
                _mm256_store_si256(reinterpret_cast<__m256i *>(start[c]),
                                   _mm256_sub_epi32(_mm256_setzero_si256(), moved));
            }
#pragma GCC unroll 8
            for (int g = 0; g < groups; ++g) {
                const __m512i weights = _mm512_load_si512(panel + g * 64);
#pragma GCC unroll 2
                for (int c = 0; c < columns; ++c) {
                    const __m512i four = _mm512_set1_epi32(
                        load_word(activations + static_cast<size_t>(c) * activation_bytes + 2 + g * 4));
                    const __m512i product = _mm512_dpbusd_epi32(_mm512_set1_epi32(start[c][g]), weights, four);
                    sums[c][g] = _mm512_fmadd_ps(scale[c], _mm512_cvtepi32_ps(product), sums[c][g]);
                }
            }
            panel += bytes_of_panel_block;
            activations += bytes_of_block;
        }
#pragma GCC unroll 2
        for (int c = 0; c < columns; ++c) {
            add_up(sums[c]);
            _mm512_storeu_ps(results + static_cast<size_t>(c) * result_stride, sums[c][0]);
        }
    }
};

}  // namespace

const PanelKernel q8_0_kernel = {GGML_TYPE_Q8_0, GGML_TYPE_Q8_0, "Q8_0", block, panel_size, pack, multiply_panel<Q8_0>};

}  // namespace lager::kernels
