#pragma once

// Vectors of 512 bits: AVX-512 F, BW, DQ, VL, VNNI, and BF16 for its products. See simd.h.

#include <immintrin.h>

#include <cstdint>
#include <cstring>

namespace lager::kernels::LAGER_INSTRUCTIONS {

using Floats = __m512;
using Integers = __m512i;  // as the operation takes them: words, halves or bytes

constexpr int lanes = 16;
constexpr int registers = 32;
constexpr size_t register_bytes = 64;

inline Integers load(const void * from) { return _mm512_load_si512(from); }
inline Integers load_unaligned(const void * from) { return _mm512_loadu_si512(from); }
inline Floats load_floats(const void * from) { return _mm512_load_ps(from); }
inline void store(void * to, Integers words) { _mm512_store_si512(to, words); }
inline void store_unaligned(void * to, Integers words) { _mm512_storeu_si512(to, words); }
inline void store(void * to, Floats numbers) { _mm512_store_ps(to, numbers); }
inline void store_unaligned(void * to, Floats numbers) { _mm512_storeu_ps(to, numbers); }
inline Integers zero() { return _mm512_setzero_si512(); }
inline Floats zero_floats() { return _mm512_setzero_ps(); }
inline Floats spread(float number) { return _mm512_set1_ps(number); }
inline Integers spread(int32_t word) { return _mm512_set1_epi32(word); }

inline Floats add(Floats a, Floats b) { return _mm512_add_ps(a, b); }
inline Floats subtract(Floats a, Floats b) { return _mm512_sub_ps(a, b); }
inline Integers add_words(Integers a, Integers b) { return _mm512_add_epi32(a, b); }
inline Floats product(Floats a, Floats b) { return _mm512_mul_ps(a, b); }
inline Floats multiply_add(Floats a, Floats b, Floats sum) { return _mm512_fmadd_ps(a, b, sum); }
inline Floats maximum(Floats a, Floats b) { return _mm512_max_ps(a, b); }
inline bool any_differs(Floats a, Floats b) { return _mm512_cmp_ps_mask(a, b, _CMP_NEQ_UQ) != 0; }
inline Floats as_floats(Integers words) { return _mm512_castsi512_ps(words); }
inline Integers as_words(Floats numbers) { return _mm512_castps_si512(numbers); }
inline Floats to_floats(Integers words) { return _mm512_cvtepi32_ps(words); }

inline Floats halves_to_floats(const void * from) {
    return _mm512_cvtph_ps(_mm256_loadu_si256(static_cast<const __m256i *>(from)));
}

inline Floats bf16_to_floats(const void * from) {
    const Integers halves = _mm512_cvtepu16_epi32(_mm256_loadu_si256(static_cast<const __m256i *>(from)));
    return _mm512_castsi512_ps(_mm512_slli_epi32(halves, 16));
}

// Turns registers, rows of a matrix of double words, into its columns.
inline void transpose(Integers (&rows)[lanes]) {
    Integers pairs[16];
    for (int i = 0; i < 8; ++i) {
        pairs[2 * i] = _mm512_unpacklo_epi32(rows[2 * i], rows[2 * i + 1]);
        pairs[2 * i + 1] = _mm512_unpackhi_epi32(rows[2 * i], rows[2 * i + 1]);
    }
    // Of rows 4q … 4q+3: column c of every 128-bit part is in quads[4q + c].
    Integers quads[16];
    for (int q = 0; q < 4; ++q) {
        quads[4 * q] = _mm512_unpacklo_epi64(pairs[4 * q], pairs[4 * q + 2]);
        quads[4 * q + 1] = _mm512_unpackhi_epi64(pairs[4 * q], pairs[4 * q + 2]);
        quads[4 * q + 2] = _mm512_unpacklo_epi64(pairs[4 * q + 1], pairs[4 * q + 3]);
        quads[4 * q + 3] = _mm512_unpackhi_epi64(pairs[4 * q + 1], pairs[4 * q + 3]);
    }
    for (int c = 0; c < 4; ++c) {
        // Parts 0 and 1, and parts 2 and 3, of rows 0–7 and of rows 8–15.
        const Integers low_01 = _mm512_shuffle_i32x4(quads[c], quads[4 + c], 0x44);
        const Integers low_23 = _mm512_shuffle_i32x4(quads[c], quads[4 + c], 0xee);
        const Integers high_01 = _mm512_shuffle_i32x4(quads[8 + c], quads[12 + c], 0x44);
        const Integers high_23 = _mm512_shuffle_i32x4(quads[8 + c], quads[12 + c], 0xee);
        rows[c] = _mm512_shuffle_i32x4(low_01, high_01, 0x88);
        rows[4 + c] = _mm512_shuffle_i32x4(low_01, high_01, 0xdd);
        rows[8 + c] = _mm512_shuffle_i32x4(low_23, high_23, 0x88);
        rows[12 + c] = _mm512_shuffle_i32x4(low_23, high_23, 0xdd);
    }
}

// Bytes plus or minus 128.
inline Integers flip_signs(Integers bytes) { return _mm512_xor_si512(bytes, _mm512_set1_epi8(-128)); }

// --- integer products: unsigned bytes of weights times signed bytes of activations, four of them in a lane ---

// Products of neighbours, two int16 in a lane.
inline Integers pair_products(Integers weights, Integers numbers) { return _mm512_maddubs_epi16(weights, numbers); }
inline Integers multiply_pairs(Integers a, Integers b) { return _mm512_madd_epi16(a, b); }
inline Integers add_multiplied_pairs(Integers sum, Integers a, Integers b) { return _mm512_dpwssd_epi32(sum, a, b); }

// Sums below 2^22; see avx2.h for why they may start elsewhere.
constexpr int32_t sum_start = 0;
inline Floats small_sums(Integers sums) { return to_floats(sums); }
inline Integers add_fours(Integers sums, Integers weights, Integers numbers) {
    return _mm512_dpbusd_epi32(sums, weights, numbers);
}
inline Floats dot_fours(Integers weights, Integers numbers) { return to_floats(add_fours(zero(), weights, numbers)); }

// --- BF16: pairs of numbers in a lane ---

inline Floats add_bf16_products(Floats sum, Integers a, Integers b) {
    return _mm512_dpbf16_ps(sum, (__m512bh)a, (__m512bh)b);
}

}  // namespace lager::kernels::LAGER_INSTRUCTIONS

#include "kernels/dot_products.h"
