#pragma once

// What the AVX-512 kernels share. Include it only in files that are compiled for AVX-512, and without
// contraction (-ffp-contract=off): where ggml rounds twice, so must they.

#include <immintrin.h>

#include <cstdint>
#include <cstring>
#include <type_traits>

namespace lager::kernels {

// Turns 16 registers of 16 double words each, rows of a matrix, into its columns.
inline void transpose_16x16(__m512i (&rows)[16]) {
    __m512i pairs[16];
    for (int i = 0; i < 8; ++i) {
        pairs[2 * i] = _mm512_unpacklo_epi32(rows[2 * i], rows[2 * i + 1]);
        pairs[2 * i + 1] = _mm512_unpackhi_epi32(rows[2 * i], rows[2 * i + 1]);
    }
    // Of rows 4q … 4q+3: column c of every 128-bit part is in quads[4q + c].
    __m512i quads[16];
    for (int q = 0; q < 4; ++q) {
        quads[4 * q] = _mm512_unpacklo_epi64(pairs[4 * q], pairs[4 * q + 2]);
        quads[4 * q + 1] = _mm512_unpackhi_epi64(pairs[4 * q], pairs[4 * q + 2]);
        quads[4 * q + 2] = _mm512_unpacklo_epi64(pairs[4 * q + 1], pairs[4 * q + 3]);
        quads[4 * q + 3] = _mm512_unpackhi_epi64(pairs[4 * q + 1], pairs[4 * q + 3]);
    }
    for (int c = 0; c < 4; ++c) {
        // Parts 0 and 1, and parts 2 and 3, of rows 0–7 and of rows 8–15.
        const __m512i low_01 = _mm512_shuffle_i32x4(quads[c], quads[4 + c], 0x44);
        const __m512i low_23 = _mm512_shuffle_i32x4(quads[c], quads[4 + c], 0xee);
        const __m512i high_01 = _mm512_shuffle_i32x4(quads[8 + c], quads[12 + c], 0x44);
        const __m512i high_23 = _mm512_shuffle_i32x4(quads[8 + c], quads[12 + c], 0xee);
        rows[c] = _mm512_shuffle_i32x4(low_01, high_01, 0x88);
        rows[4 + c] = _mm512_shuffle_i32x4(low_01, high_01, 0xdd);
        rows[8 + c] = _mm512_shuffle_i32x4(low_23, high_23, 0x88);
        rows[12 + c] = _mm512_shuffle_i32x4(low_23, high_23, 0xdd);
    }
}

inline int32_t load_word(const void * from) {
    int32_t word = 0;
    std::memcpy(&word, from, sizeof(word));
    return word;
}

inline float load_float(const void * from) {
    float number = 0;
    std::memcpy(&number, from, sizeof(number));
    return number;
}

inline float half_to_float(const void * from) {
    uint16_t half = 0;
    std::memcpy(&half, from, sizeof(half));
    return _mm_cvtss_f32(_mm_cvtph_ps(_mm_cvtsi32_si128(half)));
}

// Adds partial sums up as ggml does across the lanes of a register: halves, then halves of the halves.
template <int count>
inline void add_up(__m512 (&sums)[count]) {
    for (int half = count / 2; half > 0; half /= 2) {
        for (int i = 0; i < half; ++i) {
            sums[i] = _mm512_add_ps(sums[i + half], sums[i]);
        }
    }
}

// Calls run(count, activations, results) for all columns, `at_once` together and the rest one by one;
// `count` is a constant, the others are those of the first of these columns. Strides are those of PanelKernel.
template <int at_once, typename Run>
inline void for_columns(int64_t columns, const char * activations, size_t activation_bytes, float * results,
                        size_t result_stride, const Run & run) {
    int64_t c = 0;
    for (; c + at_once <= columns; c += at_once) {
        run(std::integral_constant<int, at_once>{}, activations, results);
        activations += at_once * activation_bytes;
        results += at_once * result_stride;
    }
    for (; c < columns; ++c) {
        run(std::integral_constant<int, 1>{}, activations, results);
        activations += activation_bytes;
        results += result_stride;
    }
}

// `multiply` of a PanelKernel: Kernel::multiply<columns> takes up to `Kernel::columns_at_once` of them together.
template <typename Kernel>
void multiply_panel(char * panel, const char * activations, size_t activation_bytes, int64_t length, int64_t columns,
                    float * results, size_t result_stride) {
    for_columns<Kernel::columns_at_once>(
        columns, activations, activation_bytes, results, result_stride, [&](auto count, const char * from, float * to) {
            Kernel::template multiply<count.value>(panel, from, activation_bytes, length, to, result_stride);
        });
}

}  // namespace lager::kernels
