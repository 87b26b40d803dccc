// Q5_K weights: numbers of five bits, and minima, whose part ggml adds up on its own: one integer a block, scaled.
// A block is {d, dmin: half, scales and minima of 32 numbers: 12 × 8 bits, high: 32 × 8 bits, low: 128 × 8 bits}.

#include "kernels/eight_sums.h"

namespace lager::kernels::LAGER_INSTRUCTIONS {
namespace {

constexpr size_t scales_at = 4;
constexpr size_t high_at = scales_at + 12;
constexpr size_t low_at = high_at + 32;
constexpr int part_minima = part_own;  // of two neighbours in a word
constexpr int part_minimum = part_minima + vectors / 2;

struct Q5_K {
    static constexpr size_t weight_bytes = low_at + 128;
    static constexpr int own_registers = vectors / 2 + 1;
    static constexpr size_t column_bytes = q8_k_sums_at + vectors * 2;  // sums of 32 numbers

    static void unpack(const char * from, char * numbers) {
        for (int pair = 0; pair < vectors / 2; ++pair) {
            for (int i = 0; i < 32; ++i) {
                const auto low = static_cast<unsigned char>(from[low_at + pair * 32 + i]);
                const auto high = static_cast<unsigned char>(from[high_at + i]);
                numbers[pair * 64 + i] = static_cast<char>((low & 15) | ((high >> (2 * pair) & 1) << 4));
                numbers[pair * 64 + 32 + i] = static_cast<char>((low >> 4) | ((high >> (2 * pair + 1) & 1) << 4));
            }
        }
    }

    static void pack_scales(const char * from, int row, char * part) {
        const auto * bits = reinterpret_cast<const unsigned char *>(from) + scales_at;
        for (int v = 0; v < vectors; ++v) {
            const bool first = v < 4;
            const int scale = first ? bits[v] & 63 : (bits[v + 4] & 15) | (bits[v - 4] >> 6) << 4;
            const int minimum = first ? bits[v + 4] & 63 : bits[v + 4] >> 4 | (bits[v] >> 6) << 4;
            put_scale(part, row, 0, v, scale);
            put_scale(part, row, 1, v, scale);
            put_int16(part, part_minima + v / 2, row, v % 2, minimum);
        }
        store_float(part + part_scale * register_bytes + row * 4, half_to_float(from));
        store_float(part + part_minimum * register_bytes + row * 4, -half_to_float(from + 2));
    }

    static void prepare(const char * activations, char * column) {
        std::memcpy(column, activations, q8_k_sums_at);
        add_neighbours<vectors>(activations + q8_k_sums_at, column + q8_k_sums_at);
    }

    static Integers start(const char *, const char *, int) { return zero(); }

    template <int count>
    struct Rest : RestSums<count> {
        void add(const char * part, const char * columns, size_t stride) {
            const Floats minimum = load_floats(part + part_minimum * register_bytes);
#pragma GCC unroll 4
            for (int c = 0; c < count; ++c) {
                const char * column = columns + static_cast<size_t>(c) * stride;
                Integers sum = zero();
#pragma GCC unroll 4
                for (int pair = 0; pair < vectors / 2; ++pair) {
                    const Integers both = load(part + static_cast<size_t>(part_minima + pair) * register_bytes);
                    sum = add_multiplied_pairs(sum, both, spread_word(column + q8_k_sums_at + pair * 4));
                }
                this->rest[c] = multiply_add(to_floats(sum), product(spread_float(column), minimum), this->rest[c]);
            }
        }
    };
};

}  // namespace

const PanelKernel q5_k_kernel =
    panel_kernel<PartialSums<EightSums<Q5_K>>>(GGML_TYPE_Q5_K, GGML_TYPE_Q8_K, "Q5_K", big_block);

}  // namespace lager::kernels::LAGER_INSTRUCTIONS
