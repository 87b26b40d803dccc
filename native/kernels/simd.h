#pragma once

// What the kernels compute with. They are written once and compiled once for each set of instructions, which CMake
// names in LAGER_INSTRUCTIONS; all they share is in a namespace of that name, so that the linker takes no function
// that was compiled for another processor. They are compiled without contraction (-ffp-contract=off): where ggml
// rounds twice, so must they.

#if defined(__AVX512F__)
#include "kernels/avx512.h"
#else
#include "kernels/avx2.h"
#endif

#include <cstddef>

namespace lager::kernels::LAGER_INSTRUCTIONS {

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

inline void store_float(void * to, float number) { std::memcpy(to, &number, sizeof(number)); }

inline float half_to_float(const void * from) {
    uint16_t half = 0;
    std::memcpy(&half, from, sizeof(half));
    return _mm_cvtss_f32(_mm_cvtph_ps(_mm_cvtsi32_si128(half)));
}

// Of bytes that hold two numbers of four bits: the four low ones into one word, the four high ones into another.
inline void split_fours(int32_t both, char * low, char * high) {
    const int32_t words[2] = {both & 0x0f0f0f0f, (both >> 4) & 0x0f0f0f0f};
    std::memcpy(low, words, 4);
    std::memcpy(high, words + 1, 4);
}

// Sums of two int16 that stand beside each other.
template <int count>
inline void add_neighbours(const char * from, char * to) {
    for (int i = 0; i < count; ++i) {
        int16_t both[2];
        std::memcpy(both, from + i * 4, sizeof(both));
        const auto sum = static_cast<int16_t>(both[0] + both[1]);
        std::memcpy(to + i * 2, &sum, sizeof(sum));
    }
}

inline Integers spread_word(const void * from) { return spread(load_word(from)); }
inline Floats spread_float(const void * from) { return spread(load_float(from)); }

// Adds partial sums up as ggml does across the lanes of a register: halves, then halves of the halves.
template <int count>
inline void add_up(Floats (&sums)[count]) {
    for (int half = count / 2; half > 0; half /= 2) {
        for (int i = 0; i < half; ++i) {
            sums[i] = add(sums[i + half], sums[i]);
        }
    }
}

}  // namespace lager::kernels::LAGER_INSTRUCTIONS
