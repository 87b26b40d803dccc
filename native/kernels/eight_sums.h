#pragma once

// The kernel of weights in blocks of 256 numbers with Q8_K activations, as far as they are alike: of each block ggml
// keeps eight integer sums, of the numbers 4l … 4l+3 of every 32, scales them and adds them to eight partial sums.
// A block of activations is {d: float32, numbers: 256 × int8, sums of 16 numbers: 16 × int16}.

#include "kernels/partial_sums.h"

namespace lager::kernels::LAGER_INSTRUCTIONS {

constexpr int64_t big_block = 256;
constexpr int places = partial_sums;  // integer sums of a block
constexpr int vectors = 8;  // of 32 numbers

constexpr size_t q8_k_numbers_at = 4;
constexpr size_t q8_k_sums_at = q8_k_numbers_at + 256;
constexpr size_t q8_k_bytes = q8_k_sums_at + 32;

// A block of a part, in registers: the numbers [place][vector], the scales [half][vector] twice each as int16, the
// block's scale; behind it what the type has of its own. Both halves of a vector may have the same scales.
constexpr int part_scales = places * vectors;
constexpr int part_scale = part_scales + 2 * vectors;
constexpr int part_own = part_scale + 1;

inline void put_int16(char * part, int at, int row, int word, int value) {
    const auto number = static_cast<int16_t>(value);
    std::memcpy(part + static_cast<size_t>(at) * register_bytes + row * 4 + word * 2, &number, sizeof(number));
}

inline void put_scale(char * part, int row, int half, int vector, int scale) {
    put_int16(part, part_scales + half * vectors + vector, row, 0, scale);
    put_int16(part, part_scales + half * vectors + vector, row, 1, scale);
}

// `Format` gives
//   weight_bytes, column_bytes, prepare, Rest   as PartialSums wants them
//   own_registers                               of a block of a part
//   unpack(block, numbers)                      the 256 numbers as bytes, from 0 on
//   pack_scales(block, row, part)               the scales and what is its own
//   start(part, column, place)                  where the sum of a place starts
template <typename Format>
struct EightSums : Format {
    static constexpr int64_t numbers = big_block;
    static constexpr int columns_at_once = 4;
    static constexpr size_t activation_bytes = q8_k_bytes;
    static constexpr size_t part_bytes = (part_own + Format::own_registers) * register_bytes;

    static void pack(const char * rows, size_t row_bytes, char * part) {
        alignas(register_bytes) char bytes[lanes][big_block];
        for (int r = 0; r < lanes; ++r) {
            const char * from = rows + static_cast<size_t>(r) * row_bytes;
            Format::unpack(from, bytes[r]);
            Format::pack_scales(from, r, part);
        }
        // As many words of four numbers as there are rows, at a time.
        for (int first = 0; first < big_block / 4; first += lanes) {
            Integers words[lanes];
            for (int r = 0; r < lanes; ++r) {
                words[r] = load(bytes[r] + first * 4);
            }
            transpose(words);
            for (int w = 0; w < lanes; ++w) {
                const int word = first + w;
                store(part + static_cast<size_t>(word % places * vectors + word / places) * register_bytes, words[w]);
            }
        }
    }

    template <int count>
    static inline void add(const char * part, const char * columns, size_t stride, Floats (&sums)[count][places]) {
        const Floats weight_scale = load_floats(part + part_scale * register_bytes);
        Floats scale[count];
#pragma GCC unroll 4
        for (int c = 0; c < count; ++c) {
            scale[c] = product(spread_float(columns + static_cast<size_t>(c) * stride), weight_scale);
        }
        for (int l = 0; l < places; ++l) {
            const char * fours = columns + q8_k_numbers_at + l * 4;
            const char * scales = part + static_cast<size_t>(part_scales + l / 4 * vectors) * register_bytes;
            Integers sum[count];
#pragma GCC unroll 4
            for (int c = 0; c < count; ++c) {
                sum[c] = Format::start(part, columns + static_cast<size_t>(c) * stride, l);
            }
#pragma GCC unroll 8
            for (int v = 0; v < vectors; ++v) {
                const Integers weights = load(part + static_cast<size_t>(l * vectors + v) * register_bytes);
                const Integers vector_scales = load(scales + static_cast<size_t>(v) * register_bytes);
#pragma GCC unroll 4
                for (int c = 0; c < count; ++c) {
                    const Integers four = spread_word(fours + static_cast<size_t>(c) * stride + v * 32);
                    sum[c] = add_multiplied_pairs(sum[c], pair_products(weights, four), vector_scales);
                }
            }
#pragma GCC unroll 4
            for (int c = 0; c < count; ++c) {
                sums[c][l] = multiply_add(scale[c], to_floats(sum[c]), sums[c][l]);
            }
        }
    }
};

}  // namespace lager::kernels::LAGER_INSTRUCTIONS
