// Q4_1 weights with Q8_1 activations: for each block of 32 numbers ggml sums up the products of eight
// groups of four as integers, scales them, and adds them to eight partial sums; the blocks' minima
// times the activations' sums have a ninth. A block is {d, m: half; 32 × 4 bits}, its activations are
// {d, s: half; 32 × int8}.

#include "kernels/panels.h"

namespace lager::kernels::LAGER_INSTRUCTIONS {
namespace {

constexpr int64_t block = 32;
constexpr int groups = 8;
constexpr size_t bytes_of_weights = 4 + 16;
constexpr size_t bytes_of_activations = 4 + 32;
constexpr size_t bytes_of_part_block = (groups + 2) * register_bytes;  // groups, scales, minima
constexpr size_t bytes_of_column_block = 2 * sizeof(float) + 32;       // d, s, numbers

struct Q4_1 {
    static constexpr int row_registers = 1;
    static constexpr int columns_at_once = registers == 32 ? 2 : 1;
    static constexpr int least_columns = 1;

    static size_t part_size(int64_t length) { return static_cast<size_t>(length / block) * bytes_of_part_block; }
    static size_t column_size(int64_t length) { return static_cast<size_t>(length / block) * bytes_of_column_block; }

    static void pack(const char * rows, size_t row_bytes, int64_t length, char * part) {
        for (int64_t b = 0; b < length / block; ++b) {
            for (int r = 0; r < lanes; ++r) {
                const char * from =
                    rows + static_cast<size_t>(r) * row_bytes + static_cast<size_t>(b) * bytes_of_weights;
                char * to = part + r * 4;
                // The low four bits of the 16 bytes are the first 16 numbers, the high ones the others.
                for (int i = 0; i < 4; ++i) {
                    split_fours(load_word(from + 4 + i * 4), to + static_cast<size_t>(i) * register_bytes,
                                to + static_cast<size_t>(4 + i) * register_bytes);
                }
                store_float(to + groups * register_bytes, half_to_float(from));
                store_float(to + (groups + 1) * register_bytes, half_to_float(from + 2));
            }
            part += bytes_of_part_block;
        }
    }

    static void prepare(const char * activations, int64_t length, char * column) {
        for (int64_t b = 0; b < length / block; ++b) {
            store_float(column, half_to_float(activations));
            store_float(column + 4, half_to_float(activations + 2));
            std::memcpy(column + 8, activations + 4, 32);
            activations += bytes_of_activations;
            column += bytes_of_column_block;
        }
    }

    template <int count>
    static void multiply(const char * part, const char * columns, int64_t length, float * results,
                         size_t result_stride) {
        const size_t column_bytes = column_size(length);
        Floats sums[count][groups];
        Floats offsets[count];
#pragma GCC unroll 2
        for (int c = 0; c < count; ++c) {
#pragma GCC unroll 8
            for (int g = 0; g < groups; ++g) {
                sums[c][g] = zero_floats();
            }
            offsets[c] = zero_floats();
        }
        for (int64_t b = 0; b < length / block; ++b) {
            const Floats scales = load_floats(part + groups * register_bytes);
            const Floats minima = load_floats(part + (groups + 1) * register_bytes);
            Floats scale[count];
#pragma GCC unroll 2
            for (int c = 0; c < count; ++c) {
                const char * column = columns + static_cast<size_t>(c) * column_bytes;
                scale[c] = product(scales, spread_float(column));
                offsets[c] = multiply_add(minima, spread_float(column + 4), offsets[c]);
            }
#pragma GCC unroll 8
            for (int g = 0; g < groups; ++g) {
                const Integers weights = load(part + static_cast<size_t>(g) * register_bytes);
#pragma GCC unroll 2
                for (int c = 0; c < count; ++c) {
                    const Integers four = spread_word(columns + static_cast<size_t>(c) * column_bytes + 8 + g * 4);
                    sums[c][g] = multiply_add(scale[c], dot_fours(weights, four), sums[c][g]);
                }
            }
            part += bytes_of_part_block;
            columns += bytes_of_column_block;
        }
#pragma GCC unroll 2
        for (int c = 0; c < count; ++c) {
            add_up(sums[c]);
            store_unaligned(results + static_cast<size_t>(c) * result_stride, add(sums[c][0], offsets[c]));
        }
    }
};

}  // namespace

const PanelKernel q4_1_kernel = panel_kernel<Q4_1>(GGML_TYPE_Q4_1, GGML_TYPE_Q8_1, "Q4_1", block);

}  // namespace lager::kernels::LAGER_INSTRUCTIONS
