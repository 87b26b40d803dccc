#pragma once

// What follows where there is no such instruction: products of two neighbours, added as int16. Included by avx2.h.

namespace lager::kernels::LAGER_INSTRUCTIONS {

// Sums of products of 32 numbers, of weights of four bits: int16 hold eight products of pairs.
struct SmallProducts {
    static Integers start() { return zero(); }
    static Integers add(Integers sums, Integers weights, Integers numbers) {
        return _mm256_add_epi16(sums, _mm256_maddubs_epi16(weights, numbers));
    }
    // A scale as a panel holds it: twice as int16.
    static int32_t scale_word(int scale) { return scale | scale << 16; }
    // The sum of two such sums, each times its scale.
    static Floats scaled(Integers first, Integers first_scales, Integers second, Integers second_scales) {
        return to_floats(
            _mm256_add_epi32(_mm256_madd_epi16(first, first_scales), _mm256_madd_epi16(second, second_scales)));
    }
    // Such a sum, moved by `by`.
    static Floats moved(Integers sums, Integers by) {
        return to_floats(add_words(_mm256_madd_epi16(sums, _mm256_set1_epi16(1)), by));
    }
};

// Products of four signed weights: int16, as bytes up to 255 would overflow where products of pairs are added.
struct SignedFours {
    static constexpr int registers_of_four = 2;

    static void pack(Integers fours, char * to) {
        const Integers first = _mm256_set1_epi64x(static_cast<int64_t>(0x0580048001800080));
        const Integers second = _mm256_set1_epi64x(static_cast<int64_t>(0x0780068003800280));
        const Integers lanes_128 = _mm256_setr_epi32(0, 0, 0x08080808, 0x08080808, 0, 0, 0x08080808, 0x08080808);
        // A byte becomes the upper one of an int16, and is shifted down with its sign.
        store(to, _mm256_srai_epi16(_mm256_shuffle_epi8(fours, _mm256_add_epi8(first, lanes_128)), 8));
        store(to + register_bytes,
              _mm256_srai_epi16(_mm256_shuffle_epi8(fours, _mm256_add_epi8(second, lanes_128)), 8));
    }

    // Two words: the four numbers as int16.
    static void prepare(const int8_t * four, char * to) {
        const int16_t wide[4] = {four[0], four[1], four[2], four[3]};
        std::memcpy(to, wide, sizeof(wide));
    }

    static Floats dot(const char * weights, int32_t first, int32_t second) {
        return to_floats(_mm256_add_epi32(_mm256_madd_epi16(load(weights), spread(first)),
                                          _mm256_madd_epi16(load(weights + register_bytes), spread(second))));
    }
};

}  // namespace lager::kernels::LAGER_INSTRUCTIONS
