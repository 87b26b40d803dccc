// Q4_K weights as ggml repacks them, eight rows in one block, with Q8_K activations of four tokens in one
// block. ggml sums up integers over 64 numbers (two sub-blocks, each with a scale and a minimum), then adds
// them to one float32 sum of an element, and the minima's part to a second one. Integers are exact in any
// order, so there is nothing to add up across lanes at the end.
//
// A block of weights is {d: 8 × half, dmin: 8 × half, scales: 96 bytes, 1024 bytes}; one of
// activations is {d: 4 × float32, 1024 × int8, sums of 16 numbers: 64 × int16}.

#include "kernels/panels.h"

namespace lager::kernels::LAGER_INSTRUCTIONS {
namespace {

constexpr int64_t block = 256;
constexpr int tokens = 4;  // in one block of activations
constexpr int groups = 4;  // of 64 numbers in a block
constexpr int fours = 8;   // words of four numbers in a sub-block

constexpr int64_t rows_of_block = 8;
constexpr size_t minima_at = 16;
constexpr size_t scales_at = 32;
constexpr size_t weights_at = scales_at + 96;
constexpr size_t bytes_of_weights = weights_at + 1024;

constexpr size_t numbers_at = 16;
constexpr size_t sums_at = numbers_at + 1024;
constexpr size_t bytes_of_activations = sums_at + 128;

// A block of a part, in registers: for each group the words of both sub-blocks, their two scales, and their
// two minima as int16 in one word; then the blocks' scales of both kinds.
constexpr int group_scales = 2 * fours;
constexpr int group_minima = group_scales + 2;
constexpr int registers_of_group = group_minima + 1;
constexpr int part_scale = groups * registers_of_group;
constexpr int part_minimum = part_scale + 1;
constexpr size_t bytes_of_part_block = (part_minimum + 1) * register_bytes;

// A block of four columns: d and the numbers as they are, and the sums of 32 numbers, two as int16 in a word,
// [group][token].
constexpr size_t bytes_of_columns_block = sums_at + groups * tokens * 4;

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

// Of one group of eight rows; `to` is the first of their lanes.
void pack_scales(const char * weights, int group, char * to) {
    for (int s = 0; s < 2; ++s) {
        int scales[rows_of_block];
        int minima[rows_of_block];
        unpack_scales(weights, 2 * group + s, scales, minima);
        for (int64_t r = 0; r < rows_of_block; ++r) {
            const int32_t scale = SmallProducts::scale_word(scales[r]);
            const auto minimum = static_cast<int16_t>(minima[r]);
            std::memcpy(to + static_cast<size_t>(group_scales + s) * register_bytes + r * 4, &scale, sizeof(scale));
            std::memcpy(to + group_minima * register_bytes + r * 4 + s * 2, &minimum, sizeof(minimum));
        }
    }
}

// One block of eight rows; `to` is the first of their lanes.
void pack_rows(const char * weights, char * to) {
    for (int g = 0; g < groups; ++g) {
        char * group = to + static_cast<size_t>(g * registers_of_group) * register_bytes;
        // 64 bytes are eight of each row; their low four bits are of the first sub-block.
        for (int w = 0; w < fours; ++w) {
            const char * from = weights + weights_at + static_cast<size_t>(g * fours / 2 + w / 2) * 64 + w % 2 * 4;
            for (int64_t r = 0; r < rows_of_block; ++r) {
                split_fours(load_word(from + r * 8), group + static_cast<size_t>(w) * register_bytes + r * 4,
                            group + static_cast<size_t>(fours + w) * register_bytes + r * 4);
            }
        }
        pack_scales(weights, g, group);
    }
    for (int64_t r = 0; r < rows_of_block; ++r) {
        store_float(to + part_scale * register_bytes + r * 4, half_to_float(weights + r * 2));
        store_float(to + part_minimum * register_bytes + r * 4, half_to_float(weights + minima_at + r * 2));
    }
}

// Adds one group of a block to the sums of four tokens.
inline void add_group(const char * part, const char * columns, int group, const Floats (&scale)[tokens],
                      const Floats (&minimum)[tokens], Floats (&sums)[tokens], Floats (&minima)[tokens]) {
    const char * from = part + static_cast<size_t>(group * registers_of_group) * register_bytes;
    Integers products[2][tokens];
#pragma GCC unroll 2
    for (int s = 0; s < 2; ++s) {
        const char * numbers = columns + numbers_at + (2 * group + s) * fours * 4 * tokens;
#pragma GCC unroll 4
        for (int t = 0; t < tokens; ++t) {
            products[s][t] = SmallProducts::start();
        }
#pragma GCC unroll 8
        for (int w = 0; w < fours; ++w) {
            const Integers weights = load(from + static_cast<size_t>(s * fours + w) * register_bytes);
#pragma GCC unroll 4
            for (int t = 0; t < tokens; ++t) {
                const Integers four = spread_word(numbers + w / 2 * 8 * tokens + t * 8 + w % 2 * 4);
                products[s][t] = SmallProducts::add(products[s][t], weights, four);
            }
        }
    }
    const Integers first = load(from + group_scales * register_bytes);
    const Integers second = load(from + (group_scales + 1) * register_bytes);
    const Integers both_minima = load(from + group_minima * register_bytes);
    const char * column_sums = columns + sums_at + group * tokens * 4;
#pragma GCC unroll 4
    for (int t = 0; t < tokens; ++t) {
        const Floats sum = SmallProducts::scaled(products[0][t], first, products[1][t], second);
        sums[t] = multiply_add(sum, scale[t], sums[t]);
        const Integers offset = multiply_pairs(both_minima, spread_word(column_sums + t * 4));
        minima[t] = multiply_add(to_floats(offset), minimum[t], minima[t]);
    }
}

struct Q4_K {
    static constexpr int row_registers = 1;
    static constexpr int columns_at_once = tokens;
    static constexpr int least_columns = tokens;

    static size_t part_size(int64_t length) { return static_cast<size_t>(length / block) * bytes_of_part_block; }

    static size_t column_size(int64_t length) {
        return static_cast<size_t>(length / block) * bytes_of_columns_block / tokens;
    }

    static void pack(const char * rows, size_t row_bytes, int64_t length, char * part) {
        for (int64_t b = 0; b < length / block; ++b) {
            for (int r = 0; r < lanes; r += rows_of_block) {
                pack_rows(rows + static_cast<size_t>(r) * row_bytes + static_cast<size_t>(b) * bytes_of_weights,
                          part + r * 4);
            }
            part += bytes_of_part_block;
        }
    }

    static void prepare(const char * activations, int64_t length, char * columns) {
        for (int64_t b = 0; b < length / block; ++b) {
            std::memcpy(columns, activations, sums_at);
            // Sums of 16 numbers are [group][token][4].
            add_neighbours<groups * tokens * 2>(activations + sums_at, columns + sums_at);
            activations += bytes_of_activations;
            columns += bytes_of_columns_block;
        }
    }

    template <int count>
    static void multiply(const char * part, const char * columns, int64_t length, float * results,
                         size_t result_stride) {
        static_assert(count == tokens);
        Floats sums[tokens];
        Floats minima[tokens];
        for (int t = 0; t < tokens; ++t) {
            sums[t] = zero_floats();
            minima[t] = zero_floats();
        }
        for (int64_t b = 0; b < length / block; ++b) {
            Floats scale[tokens];
            Floats minimum[tokens];
#pragma GCC unroll 4
            for (int t = 0; t < tokens; ++t) {
                const Floats d = spread_float(columns + t * 4);
                scale[t] = product(load_floats(part + part_scale * register_bytes), d);
                minimum[t] = product(load_floats(part + part_minimum * register_bytes), d);
            }
            for (int g = 0; g < groups; ++g) {
                add_group(part, columns, g, scale, minimum, sums, minima);
            }
            part += bytes_of_part_block;
            columns += bytes_of_columns_block;
        }
        for (int t = 0; t < tokens; ++t) {
            store_unaligned(results + static_cast<size_t>(t) * result_stride, subtract(sums[t], minima[t]));
        }
    }
};

}  // namespace

const PanelKernel q4_k_kernel = panel_kernel<Q4_K>(GGML_TYPE_Q4_K, GGML_TYPE_Q8_K, "Q4_K", block);

}  // namespace lager::kernels::LAGER_INSTRUCTIONS
