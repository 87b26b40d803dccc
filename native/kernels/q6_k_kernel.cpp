// Q6_K weights with Q8_K activations: of each block of 256 numbers ggml keeps eight integer sums, of
// the numbers 4l … 4l+3 of every 32, scales them and adds them to eight partial sums. A block is
// {low: 128 × 8 bits, high: 64 × 8 bits, scales: 16 × int8, d: half}, its activations are
// {d: float32, numbers: 256 × int8, sums: 16 × int16}.

#include "kernels/avx512.h"
#include "kernels/panel_kernel.h"

namespace lager::kernels {
namespace {

constexpr int64_t block = 256;
constexpr int lanes = 8;    // integer sums of a block
constexpr int vectors = 8;  // of 32 numbers

constexpr size_t high_at = 128;
constexpr size_t scales_at = high_at + 64;
constexpr size_t scale_at = scales_at + 16;
constexpr size_t bytes_of_weights = scale_at + 2;

constexpr size_t numbers_at = 4;
constexpr size_t sums_at = numbers_at + 256;
constexpr size_t bytes_of_activations = sums_at + 32;

// A block of a panel, in registers of 64 bytes: the numbers [lane][vector], the scales [half][vector] twice
// each as int16, -32 times the scales of neighbours [lane], and the block's scale.
constexpr int panel_scales = lanes * vectors;
constexpr int panel_offsets = panel_scales + 2 * vectors;
constexpr int panel_scale = panel_offsets + lanes;
constexpr size_t bytes_of_panel_block = (panel_scale + 1) * 64;

size_t panel_size(int64_t length) { return static_cast<size_t>(length / block) * bytes_of_panel_block; }

// The 256 numbers of a row's block as bytes of 0 to 63, in their order.
void unpack(const char * from, char * numbers) {
    const __m256i low_bits = _mm256_set1_epi8(15);
    const __m256i two_bits = _mm256_set1_epi8(3);
    for (int half = 0; half < 2; ++half) {
        const auto * low = reinterpret_cast<const __m256i *>(from + half * 64);
        const __m256i first = _mm256_loadu_si256(low);
        const __m256i second = _mm256_loadu_si256(low + 1);
        const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(from + high_at + half * 32));
        const __m256i parts[4] = {
            _mm256_and_si256(first, low_bits),
            _mm256_and_si256(second, low_bits),
            _mm256_and_si256(_mm256_srli_epi16(first, 4), low_bits),
            _mm256_and_si256(_mm256_srli_epi16(second, 4), low_bits),
        };
        for (int i = 0; i < 4; ++i) {
            const __m256i upper = _mm256_and_si256(_mm256_srli_epi16(high, 2 * i), two_bits);
            _mm256_store_si256(reinterpret_cast<__m256i *>(numbers + half * 128 + i * 32),
                               _mm256_or_si256(parts[i], _mm256_slli_epi16(upper, 4)));
        }
    }
}

void pack_scales(const char * scales, int64_t row, char * panel) {
    const auto put = [panel, row](int at, int word, int value) {
        const auto number = static_cast<int16_t>(value);
        std::memcpy(panel + at * 64 + row * 4 + word * 2, &number, sizeof(number));
    };
    for (int v = 0; v < vectors; ++v) {
        for (int half = 0; half < 2; ++half) {
            const int scale = static_cast<signed char>(scales[2 * v + half]);
            put(panel_scales + half * vectors + v, 0, scale);
            put(panel_scales + half * vectors + v, 1, scale);
            put(panel_offsets + v, half, -32 * scale);
        }
    }
}

void pack(const char * rows, size_t row_bytes, int64_t length, char * panel) {
    for (int64_t b = 0; b < length / block; ++b) {
        alignas(64) char numbers[panel_rows][block];
        alignas(64) float scale[panel_rows];
        for (int64_t r = 0; r < panel_rows; ++r) {
            const char * from = rows + static_cast<size_t>(r) * row_bytes + static_cast<size_t>(b) * bytes_of_weights;
            unpack(from, numbers[r]);
            pack_scales(from + scales_at, r, panel);
            scale[r] = half_to_float(from + scale_at);
        }
        // 16 words of four numbers at a time: the lanes of two vectors.
        for (int v = 0; v < vectors; v += 2) {
            __m512i words[16];
            for (int64_t r = 0; r < panel_rows; ++r) {
                words[r] = _mm512_load_si512(numbers[r] + v * 32);
            }
            transpose_16x16(words);
            for (int w = 0; w < 16; ++w) {
                _mm512_store_si512(panel + ((w % lanes) * vectors + v + w / lanes) * 64, words[w]);
            }
        }
        _mm512_store_ps(panel + panel_scale * 64, _mm512_load_ps(scale));
        panel += bytes_of_panel_block;
    }
}

// Adds one block to the partial sums.
template <int columns>
inline void add_block(const char * panel, const char * activations, size_t activation_bytes,
                      __m512 (&sums)[columns][lanes]) {
    const __m512 weight_scale = _mm512_load_ps(panel + panel_scale * 64);
    __m512 scale[columns];
#pragma GCC unroll 4
    for (int c = 0; c < columns; ++c) {
        const float number = load_float(activations + static_cast<size_t>(c) * activation_bytes);
        scale[c] = _mm512_mul_ps(_mm512_set1_ps(number), weight_scale);
    }
    for (int l = 0; l < lanes; ++l) {
        const __m512i offsets = _mm512_load_si512(panel + (panel_offsets + l) * 64);
        const char * numbers = activations + numbers_at + l * 4;
        const char * scales = panel + (panel_scales + l / 4 * vectors) * 64;
        __m512i sum[columns];
#pragma GCC unroll 4
        for (int c = 0; c < columns; ++c) {
            sum[c] = _mm512_madd_epi16(
                offsets, _mm512_set1_epi32(
                             load_word(activations + static_cast<size_t>(c) * activation_bytes + sums_at + l * 4)));
        }
#pragma GCC unroll 8
        for (int v = 0; v < vectors; ++v) {
            const __m512i weights = _mm512_load_si512(panel + (l * vectors + v) * 64);
            const __m512i vector_scales = _mm512_load_si512(scales + v * 64);
#pragma GCC unroll 4
            for (int c = 0; c < columns; ++c) {
                const __m512i four =
                    _mm512_set1_epi32(load_word(numbers + static_cast<size_t>(c) * activation_bytes + v * 32));
                sum[c] = _mm512_dpwssd_epi32(sum[c], _mm512_maddubs_epi16(weights, four), vector_scales);
            }
        }
#pragma GCC unroll 4
        for (int c = 0; c < columns; ++c) {
            sums[c][l] = _mm512_fmadd_ps(scale[c], _mm512_cvtepi32_ps(sum[c]), sums[c][l]);
        }
    }
}

struct Q6_K {
    static constexpr int columns_at_once = 4;

    template <int columns>
    static void multiply(const char * panel, const char * activations, size_t activation_bytes, int64_t length,
                         float * results, size_t result_stride) {
        __m512 sums[columns][lanes];
        for (int c = 0; c < columns; ++c) {
            for (int l = 0; l < lanes; ++l) {
                sums[c][l] = _mm512_setzero_ps();
            }
        }
        for (int64_t b = 0; b < length / block; ++b) {
            add_block<columns>(panel, activations, activation_bytes, sums);
            panel += bytes_of_panel_block;
            activations += bytes_of_activations;
        }
        for (int c = 0; c < columns; ++c) {
            add_up(sums[c]);
            _mm512_storeu_ps(results + static_cast<size_t>(c) * result_stride, sums[c][0]);
        }
    }
};

}  // namespace

const PanelKernel q6_k_kernel = {GGML_TYPE_Q6_K, GGML_TYPE_Q8_K, "Q6_K", block, panel_size, pack, multiply_panel<Q6_K>};

}  // namespace lager::kernels
