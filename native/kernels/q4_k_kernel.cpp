// Q4_K weights as ggml repacks them, eight rows in one block, with Q8_K activations of four tokens in one
// block. ggml sums up integers over 64 numbers (two sub-blocks, each with a scale and a minimum), then adds
// them to one float32 sum of an element, and the minima's part to a second one. Integers are exact in any
// order, so there is nothing to add up across lanes at the end.
//
// A block of weights is {d: 8 × half, dmin: 8 × half, scales: 96 bytes, 1024 bytes}; one of
// activations is {d: 4 × float32, 1024 × int8, sums of 16 numbers: 64 × int16}.

#include "kernels/avx512.h"
#include "kernels/panel_kernel.h"

namespace lager::kernels {
namespace {

constexpr int64_t block = 256;
constexpr int tokens = 4;   // in one block of activations
constexpr int groups = 4;   // of 64 numbers in a block
constexpr int fours = 8;    // words of four numbers in a sub-block

constexpr int64_t rows_of_block = 8;
constexpr size_t minima_at = 16;
constexpr size_t scales_at = 32;
constexpr size_t weights_at = scales_at + 96;
constexpr size_t bytes_of_weights = weights_at + 1024;

constexpr size_t numbers_at = 16;
constexpr size_t sums_at = numbers_at + 1024;
constexpr size_t bytes_of_activations = sums_at + 128;

// A block of a panel, in registers of 64 bytes: for each group the words of both sub-blocks, their two
// scales as int32, and their two minima twice each as int16; then the blocks' scales of both kinds.
constexpr int group_scales = 2 * fours;
constexpr int group_minima = group_scales + 2;
constexpr int registers_of_group = group_minima + 2;
constexpr int panel_scale = groups * registers_of_group;
constexpr int panel_minimum = panel_scale + 1;
constexpr size_t bytes_of_panel_block = (panel_minimum + 1) * 64;

size_t panel_size(int64_t length) { return static_cast<size_t>(length / block) * bytes_of_panel_block; }

// The scales and minima of eight rows' sub-blocks, six bits each, from twelve bytes a sub-block.
void unpack_scales(const char * weights, int sub_block, int (&scales)[rows_of_block], int (&minima)[rows_of_block]) {
    const auto * from = reinterpret_cast<const unsigned char *>(weights) + scales_at + sub_block * 12;
    for (int r = 0; r < 4; ++r) {
        scales[r] = from[r] & 63;
        minima[r] = from[4 + r] & 63;
        scales[4 + r] = (from[8 + r] & 15) | (from[r] >> 6) << 4;
        minima[4 + r] = from[8 + r] >> 4 | (from[4 + r] >> 6) << 4;
    }
}

void pack_scales(const char * (&weights)[2], int group, char * to) {
    alignas(64) int32_t scales[2][panel_rows];
    alignas(64) int16_t minima[2][2 * panel_rows];
    for (int half = 0; half < 2; ++half) {
        for (int s = 0; s < 2; ++s) {
            int scale[rows_of_block];
            int minimum[rows_of_block];
            unpack_scales(weights[half], 2 * group + s, scale, minimum);
            for (int64_t r = 0; r < rows_of_block; ++r) {
                const int64_t row = half * rows_of_block + r;
                scales[s][row] = scale[r];
                minima[s][2 * row] = static_cast<int16_t>(minimum[r]);
                minima[s][2 * row + 1] = static_cast<int16_t>(minimum[r]);
            }
        }
    }
    for (int s = 0; s < 2; ++s) {
        _mm512_store_si512(to + (group_scales + s) * 64, _mm512_load_si512(scales[s]));
        _mm512_store_si512(to + (group_minima + s) * 64, _mm512_load_si512(minima[s]));
    }
}

__m512 sixteen_halves(const char * first, const char * second) {
    const __m256i halves = _mm256_set_m128i(_mm_loadu_si128(reinterpret_cast<const __m128i *>(second)),
                                            _mm_loadu_si128(reinterpret_cast<const __m128i *>(first)));
    return _mm512_cvtph_ps(halves);
}

// `rows` is the first of two blocks' rows of weights; 16 rows are two of them.
void pack(const char * rows, size_t row_bytes, int64_t length, char * panel) {
    // Of eight rows' words in pairs: the first of each pair, or the second.
    const __m512i even = _mm512_set_epi32(30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
    const __m512i odd = _mm512_add_epi32(even, _mm512_set1_epi32(1));
    const __m512i low = _mm512_set1_epi8(0x0f);
    for (int64_t b = 0; b < length / block; ++b) {
        const char * first = rows + static_cast<size_t>(b) * bytes_of_weights;
        const char * weights[2] = {first, first + static_cast<size_t>(rows_of_block) * row_bytes};
        for (int g = 0; g < groups; ++g) {
            char * to = panel + g * registers_of_group * 64;
            for (int pair = 0; pair < fours / 2; ++pair) {
                const size_t at = weights_at + static_cast<size_t>(g * fours / 2 + pair) * 64;
                const __m512i a = _mm512_loadu_si512(weights[0] + at);
                const __m512i c = _mm512_loadu_si512(weights[1] + at);
                for (int second = 0; second < 2; ++second) {
                    const __m512i both = _mm512_permutex2var_epi32(a, second == 0 ? even : odd, c);
                    const int word = 2 * pair + second;
                    _mm512_store_si512(to + word * 64, _mm512_and_si512(both, low));
                    _mm512_store_si512(to + (fours + word) * 64, _mm512_and_si512(_mm512_srli_epi16(both, 4), low));
                }
            }
            pack_scales(weights, g, to);
        }
        _mm512_store_ps(panel + panel_scale * 64, sixteen_halves(weights[0], weights[1]));
        _mm512_store_ps(panel + panel_minimum * 64, sixteen_halves(weights[0] + minima_at, weights[1] + minima_at));
        panel += bytes_of_panel_block;
    }
}

void multiply_tokens(const char * panel, const char * activations, int64_t length, float * results,
                     size_t result_stride) {
    __m512 sums[tokens];
    __m512 minima[tokens];
    for (int t = 0; t < tokens; ++t) {
        sums[t] = _mm512_setzero_ps();
        minima[t] = _mm512_setzero_ps();
    }
    for (int64_t b = 0; b < length / block; ++b) {
        __m512 scale[tokens];
        __m512 minimum[tokens];
#pragma GCC unroll 4
        for (int t = 0; t < tokens; ++t) {
            const float number = load_float(activations + t * 4);
            scale[t] = _mm512_mul_ps(_mm512_load_ps(panel + panel_scale * 64), _mm512_set1_ps(number));
            minimum[t] = _mm512_mul_ps(_mm512_load_ps(panel + panel_minimum * 64), _mm512_set1_ps(number));
        }
        for (int g = 0; g < groups; ++g) {
            const char * from = panel + g * registers_of_group * 64;
            __m512i sum[tokens];
#pragma GCC unroll 4
            for (int t = 0; t < tokens; ++t) {
                sum[t] = _mm512_setzero_si512();
            }
#pragma GCC unroll 2
            for (int s = 0; s < 2; ++s) {
                const char * numbers = activations + numbers_at + (2 * g + s) * fours * 4 * tokens;
                __m512i products[tokens];
#pragma GCC unroll 4
                for (int t = 0; t < tokens; ++t) {
                    products[t] = _mm512_setzero_si512();
                }
#pragma GCC unroll 8
                for (int w = 0; w < fours; ++w) {
                    const __m512i weights = _mm512_load_si512(from + (s * fours + w) * 64);
#pragma GCC unroll 4
                    for (int t = 0; t < tokens; ++t) {
                        const __m512i four =
                            _mm512_set1_epi32(load_word(numbers + w / 2 * 8 * tokens + t * 8 + w % 2 * 4));
                        products[t] = _mm512_dpbusd_epi32(products[t], weights, four);
                    }
                }
                const __m512i scales = _mm512_load_si512(from + (group_scales + s) * 64);
#pragma GCC unroll 4
                for (int t = 0; t < tokens; ++t) {
                    sum[t] = _mm512_add_epi32(sum[t], _mm512_mullo_epi32(products[t], scales));
                }
            }
            const char * sixteens = activations + sums_at + g * 4 * tokens * 2;
#pragma GCC unroll 4
            for (int t = 0; t < tokens; ++t) {
                sums[t] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum[t]), scale[t], sums[t]);
                const __m512i first = _mm512_set1_epi32(load_word(sixteens + t * 8));
                const __m512i second = _mm512_set1_epi32(load_word(sixteens + t * 8 + 4));
                const __m512i offset =
                    _mm512_dpwssd_epi32(_mm512_madd_epi16(first, _mm512_load_si512(from + group_minima * 64)), second,
                                        _mm512_load_si512(from + (group_minima + 1) * 64));
                minima[t] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(offset), minimum[t], minima[t]);
            }
        }
        panel += bytes_of_panel_block;
        activations += bytes_of_activations;
    }
    for (int t = 0; t < tokens; ++t) {
        _mm512_storeu_ps(results + static_cast<size_t>(t) * result_stride, _mm512_sub_ps(sums[t], minima[t]));
    }
}

void multiply(char * panel, const char * activations, size_t activation_bytes, int64_t length, int64_t columns,
              float * results, size_t result_stride) {
    for (int64_t first = 0; first < columns; first += tokens) {
        multiply_tokens(panel, activations + static_cast<size_t>(first) * activation_bytes, length,
                        results + static_cast<size_t>(first) * result_stride, result_stride);
    }
}

}  // namespace

const PanelKernel q4_k_kernel = {GGML_TYPE_Q4_K, GGML_TYPE_Q8_K, "Q4_K", block, panel_size, pack, multiply};

}  // namespace lager::kernels
