#pragma once

// Vectors of 256 bits: AVX2 with FMA and F16C, and AVX-VNNI where the compiler may use it. See simd.h.

#include <immintrin.h>

#include <cstdint>
#include <cstring>

namespace lager::kernels::LAGER_INSTRUCTIONS {

using Floats = __m256;
using Integers = __m256i;  // as the operation takes them: words, halves or bytes

constexpr int lanes = 8;
constexpr int registers = 16;
constexpr size_t register_bytes = 32;

inline Integers load(const void * from) { return _mm256_load_si256(static_cast<const __m256i *>(from)); }
inline Integers load_unaligned(const void * from) { return _mm256_loadu_si256(static_cast<const __m256i *>(from)); }
inline Floats load_floats(const void * from) { return _mm256_load_ps(static_cast<const float *>(from)); }
inline void store(void * to, Integers words) { _mm256_store_si256(static_cast<__m256i *>(to), words); }
inline void store_unaligned(void * to, Integers words) { _mm256_storeu_si256(static_cast<__m256i *>(to), words); }
inline void store(void * to, Floats numbers) { _mm256_store_ps(static_cast<float *>(to), numbers); }
inline void store_unaligned(void * to, Floats numbers) { _mm256_storeu_ps(static_cast<float *>(to), numbers); }
inline Integers zero() { return _mm256_setzero_si256(); }
inline Floats zero_floats() { return _mm256_setzero_ps(); }
inline Floats spread(float number) { return _mm256_set1_ps(number); }
inline Integers spread(int32_t word) { return _mm256_set1_epi32(word); }

inline Floats add(Floats a, Floats b) { return _mm256_add_ps(a, b); }
inline Floats subtract(Floats a, Floats b) { return _mm256_sub_ps(a, b); }
inline Integers add_words(Integers a, Integers b) { return _mm256_add_epi32(a, b); }
inline Floats product(Floats a, Floats b) { return _mm256_mul_ps(a, b); }
inline Floats multiply_add(Floats a, Floats b, Floats sum) { return _mm256_fmadd_ps(a, b, sum); }
inline Floats maximum(Floats a, Floats b) { return _mm256_max_ps(a, b); }
inline bool any_differs(Floats a, Floats b) { return _mm256_movemask_ps(_mm256_cmp_ps(a, b, _CMP_NEQ_UQ)) != 0; }
inline Floats as_floats(Integers words) { return _mm256_castsi256_ps(words); }
inline Integers as_words(Floats numbers) { return _mm256_castps_si256(numbers); }
inline Floats to_floats(Integers words) { return _mm256_cvtepi32_ps(words); }

inline Floats halves_to_floats(const void * from) {
    return _mm256_cvtph_ps(_mm_loadu_si128(static_cast<const __m128i *>(from)));
}

inline Floats bf16_to_floats(const void * from) {
    const Integers halves = _mm256_cvtepu16_epi32(_mm_loadu_si128(static_cast<const __m128i *>(from)));
    return _mm256_castsi256_ps(_mm256_slli_epi32(halves, 16));
}

// Turns registers, rows of a matrix of double words, into its columns.
inline void transpose(Integers (&rows)[lanes]) {
    Integers quads[8];
    for (int q = 0; q < 2; ++q) {
        const Integers low_01 = _mm256_unpacklo_epi32(rows[4 * q], rows[4 * q + 1]);
        const Integers high_01 = _mm256_unpackhi_epi32(rows[4 * q], rows[4 * q + 1]);
        const Integers low_23 = _mm256_unpacklo_epi32(rows[4 * q + 2], rows[4 * q + 3]);
        const Integers high_23 = _mm256_unpackhi_epi32(rows[4 * q + 2], rows[4 * q + 3]);
        quads[4 * q] = _mm256_unpacklo_epi64(low_01, low_23);
        quads[4 * q + 1] = _mm256_unpackhi_epi64(low_01, low_23);
        quads[4 * q + 2] = _mm256_unpacklo_epi64(high_01, high_23);
        quads[4 * q + 3] = _mm256_unpackhi_epi64(high_01, high_23);
    }
    for (int c = 0; c < 4; ++c) {
        rows[c] = _mm256_permute2x128_si256(quads[c], quads[4 + c], 0x20);
        rows[4 + c] = _mm256_permute2x128_si256(quads[c], quads[4 + c], 0x31);
    }
}

// Bytes plus or minus 128.
inline Integers flip_signs(Integers bytes) { return _mm256_xor_si256(bytes, _mm256_set1_epi8(-128)); }

// --- integer products: unsigned bytes of weights times signed bytes of activations, four of them in a lane ---

// Products of neighbours, two int16 in a lane.
inline Integers pair_products(Integers weights, Integers numbers) { return _mm256_maddubs_epi16(weights, numbers); }
inline Integers multiply_pairs(Integers a, Integers b) { return _mm256_madd_epi16(a, b); }

// Sums below 2^22 start at this word, or get it added: as a float it is 1.5 · 2^23, so that a sum is a float once that
// is subtracted, which other ports do than those of products; a conversion takes one of those.
constexpr int32_t sum_start = 0x4b400000;
inline Floats small_sums(Integers sums) { return _mm256_sub_ps(_mm256_castsi256_ps(sums), spread(12582912.0F)); }

#ifdef __AVXVNNI__

inline Integers add_multiplied_pairs(Integers sum, Integers a, Integers b) {
    return _mm256_dpwssd_avx_epi32(sum, a, b);
}
inline Integers add_fours(Integers sums, Integers weights, Integers numbers) {
    return _mm256_dpbusd_avx_epi32(sums, weights, numbers);
}
inline Floats dot_fours(Integers weights, Integers numbers) {
    return small_sums(add_fours(spread(sum_start), weights, numbers));
}

#else

inline Integers add_multiplied_pairs(Integers sum, Integers a, Integers b) {
    return _mm256_add_epi32(sum, _mm256_madd_epi16(a, b));
}
inline Floats dot_fours(Integers weights, Integers numbers) {
    const Integers ones = _mm256_set1_epi16(1);
    const Integers sums = _mm256_madd_epi16(_mm256_maddubs_epi16(weights, numbers), ones);
    return small_sums(add_words(sums, spread(sum_start)));
}

#endif

}  // namespace lager::kernels::LAGER_INSTRUCTIONS

#ifdef __AVXVNNI__
#include "kernels/dot_products.h"
#else
#include "kernels/pair_products.h"
#endif
