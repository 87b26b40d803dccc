// Q4_1 weights with Q8_1 activations: for each block of 32 numbers ggml sums up the products of eight
// groups of four as integers, scales them, and adds them to eight partial sums; the blocks' minima
// times the activations' sums have a ninth. A block is {d, m: half; 32 × 4 bits}, its activations are
// {d, s: half; 32 × int8}.

#include "kernels/avx512.h"
#include "kernels/panel_kernel.h"

namespace lager::kernels {
namespace {

constexpr int64_t block = 32;
constexpr int groups = 8;
constexpr size_t bytes_of_weights = 4 + 16;
constexpr size_t bytes_of_activations = 4 + 32;
constexpr size_t bytes_of_panel_block = (groups + 2) * 64;  // groups, scales, minima

size_t panel_size(int64_t length) { return static_cast<size_t>(length / block) * bytes_of_panel_block; }

void pack(const char * rows, size_t row_bytes, int64_t length, char * panel) {
    for (int64_t b = 0; b < length / block; ++b) {
        alignas(64) int32_t nibbles[4][panel_rows];
        alignas(64) float scales[panel_rows];
        alignas(64) float minima[panel_rows];
        for (int64_t r = 0; r < panel_rows; ++r) {
            const char * from = rows + static_cast<size_t>(r) * row_bytes + static_cast<size_t>(b) * bytes_of_weights;
            scales[r] = half_to_float(from);
            minima[r] = half_to_float(from + 2);
            for (int i = 0; i < 4; ++i) {
                nibbles[i][r] = load_word(from + 4 + i * 4);
            }
        }
        // The low four bits of the 16 bytes are the first 16 numbers, the high ones the others.
        const __m512i low = _mm512_set1_epi8(0x0f);
        for (int i = 0; i < 4; ++i) {
            const __m512i both = _mm512_load_si512(nibbles[i]);
            _mm512_store_si512(panel + i * 64, _mm512_and_si512(both, low));
            _mm512_store_si512(panel + (4 + i) * 64, _mm512_and_si512(_mm512_srli_epi16(both, 4), low));
        }
        _mm512_store_ps(panel + groups * 64, _mm512_load_ps(scales));
        _mm512_store_ps(panel + (groups + 1) * 64, _mm512_load_ps(minima));
        panel += bytes_of_panel_block;
    }
}

struct Q4_1 {
    static constexpr int columns_at_once = 2;

    template <int columns>
    static void multiply(const char * panel, const char * activations, size_t activation_bytes, int64_t length,
                         float * results, size_t result_stride) {
        __m512 sums[columns][groups];
        __m512 offsets[columns];
#pragma GCC unroll 2
        for (int c = 0; c < columns; ++c) {
#pragma GCC unroll 8
            for (int g = 0; g < groups; ++g) {
                sums[c][g] = _mm512_setzero_ps();
            }
            offsets[c] = _mm512_setzero_ps();
        }
        for (int64_t b = 0; b < length / block; ++b) {
            const __m512 scales = _mm512_load_ps(panel + groups * 64);
            const __m512 minima = _mm512_load_ps(panel + (groups + 1) * 64);
            __m512 scale[columns];
#pragma GCC unroll 2
            for (int c = 0; c < columns; ++c) {
                const char * column = activations + static_cast<size_t>(c) * activation_bytes;
                scale[c] = _mm512_mul_ps(scales, _mm512_set1_ps(half_to_float(column)));
                offsets[c] = _mm512_fmadd_ps(minima, _mm512_set1_ps(half_to_float(column + 2)), offsets[c]);
            }
#pragma GCC unroll 8
            for (int g = 0; g < groups; ++g) {
                const __m512i weights = _mm512_load_si512(panel + g * 64);
#pragma GCC unroll 2
                for (int c = 0; c < columns; ++c) {
                    const __m512i four = _mm512_set1_epi32(
                        load_word(activations + static_cast<size_t>(c) * activation_bytes + 4 + g * 4));
                    const __m512i product = _mm512_dpbusd_epi32(_mm512_setzero_si512(), weights, four);
                    sums[c][g] = _mm512_fmadd_ps(scale[c], _mm512_cvtepi32_ps(product), sums[c][g]);
                }
            }
            panel += bytes_of_panel_block;
            activations += bytes_of_activations;
        }
#pragma GCC unroll 2
        for (int c = 0; c < columns; ++c) {
            add_up(sums[c]);
            _mm512_storeu_ps(results + static_cast<size_t>(c) * result_stride, _mm512_add_ps(sums[c][0], offsets[c]));
        }
    }
};

}  // namespace

const PanelKernel q4_1_kernel = {GGML_TYPE_Q4_1, GGML_TYPE_Q8_1, "Q4_1", block, panel_size, pack, multiply_panel<Q4_1>};

}  // namespace lager::kernels
