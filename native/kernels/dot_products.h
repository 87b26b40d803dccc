#pragma once

// What follows where there is an instruction that adds products of four bytes to a word (VNNI). Included by the
// headers of the instruction sets.

namespace lager::kernels::LAGER_INSTRUCTIONS {

// Sums of products of 32 numbers, of weights of four bits, scaled as float32: they stay below 2^24, so they are exact.
struct SmallProducts {
    static Integers start() { return spread(sum_start); }
    static Integers add(Integers sums, Integers weights, Integers numbers) { return add_fours(sums, weights, numbers); }
    // A scale as a panel holds it: a float32.
    static int32_t scale_word(int scale) {
        const auto number = static_cast<float>(scale);
        int32_t word = 0;
        std::memcpy(&word, &number, sizeof(word));
        return word;
    }
    // The sum of two such sums, each times its scale.
    static Floats scaled(Integers first, Integers first_scales, Integers second, Integers second_scales) {
        return multiply_add(small_sums(second), as_floats(second_scales),
                            product(small_sums(first), as_floats(first_scales)));
    }
    // Such a sum, moved by `by`.
    static Floats moved(Integers sums, Integers by) { return small_sums(add_words(sums, by)); }
};

// Products of four signed weights. The instruction multiplies unsigned with signed bytes: the weights are moved up by
// 128, and 128 times the activations is where the integer sum starts from, below. Integers are exact.
struct SignedFours {
    static constexpr int registers_of_four = 1;

    static void pack(Integers fours, char * to) { store(to, flip_signs(fours)); }

    // Two words: where the sum starts, and the four numbers.
    static void prepare(const int8_t * four, char * to) {
        const int32_t start = sum_start - 128 * (four[0] + four[1] + four[2] + four[3]);
        std::memcpy(to, &start, sizeof(start));
        std::memcpy(to + 4, four, 4);
    }

    static Floats dot(const char * weights, int32_t start, int32_t four) {
        return small_sums(add_fours(spread(start), load(weights), spread(four)));
    }
};

}  // namespace lager::kernels::LAGER_INSTRUCTIONS
