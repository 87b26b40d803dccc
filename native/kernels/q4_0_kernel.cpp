// Q4_0 weights as ggml repacks them, eight rows in one block, with Q8_0 activations of four tokens in one block: of
// each block of 32 numbers one integer sum, scaled, is added to one float32 sum of an element.
//
// A block of weights is {d: 8 × half, 128 bytes: of four bits with their sign}, eight bytes of each row in turn; one of
// activations is {d: 4 × half, 128 × int8}, eight numbers of each token in turn.

#include "kernels/panels.h"

namespace lager::kernels::LAGER_INSTRUCTIONS {
namespace {

constexpr int64_t block = 32;
constexpr int tokens = 4;  // in one block of activations
constexpr int fours = 8;  // words of four numbers in a block
constexpr int64_t rows_of_block = 8;
constexpr size_t bytes_of_weights = 16 + 128;
constexpr size_t bytes_of_activations = 8 + 128;
constexpr auto sign_bits = static_cast<int32_t>(0x88888888);

// A block of a part, in registers: the words and the scales. The weights are moved up by eight, from 0 to 15.
constexpr size_t bytes_of_part_block = (fours + 1) * register_bytes;

// A block of four columns: {d: 4 × float32, -8 times the sums of the numbers: 4 × int32, the numbers as they are}.
constexpr size_t starts_at = 16;
constexpr size_t numbers_at = 32;
constexpr size_t bytes_of_columns_block = numbers_at + 128;

struct Q4_0 {
    static constexpr int row_registers = 1;
    static constexpr int columns_at_once = tokens;
    static constexpr int least_columns = tokens;

    static size_t part_size(int64_t length) { return static_cast<size_t>(length / block) * bytes_of_part_block; }

    static size_t column_size(int64_t length) {
        return static_cast<size_t>(length / block) * bytes_of_columns_block / tokens;
    }

    static void pack(const char * rows, size_t row_bytes, int64_t length, char * part) {
        for (int64_t b = 0; b < length / block; ++b) {
            for (int r = 0; r < lanes; ++r) {
                const char * from = rows + static_cast<size_t>(r / rows_of_block * rows_of_block) * row_bytes +
                                    static_cast<size_t>(b) * bytes_of_weights;
                const auto row = static_cast<size_t>(r % rows_of_block);
                // The low four bits of a row's 16 bytes are its first 16 numbers, the high ones the others.
                for (size_t w = 0; w < fours / 2; ++w) {
                    const int32_t both = load_word(from + 16 + w / 2 * 64 + row * 8 + w % 2 * 4) ^ sign_bits;
                    split_fours(both, part + w * register_bytes + r * 4,
                                part + (fours / 2 + w) * register_bytes + r * 4);
                }
                store_float(part + fours * register_bytes + r * 4, half_to_float(from + row * 2));
            }
            part += bytes_of_part_block;
        }
    }

    static void prepare(const char * activations, int64_t length, char * columns) {
        for (int64_t b = 0; b < length / block; ++b) {
            std::memcpy(columns + numbers_at, activations + 8, 128);
            for (int t = 0; t < tokens; ++t) {
                int32_t start = 0;
                for (int i = 0; i < block; ++i) {
                    start -= 8 * static_cast<signed char>(activations[8 + i / 8 * 32 + t * 8 + i % 8]);
                }
                store_float(columns + t * 4, half_to_float(activations + t * 2));
                std::memcpy(columns + starts_at + t * 4, &start, sizeof(start));
            }
            activations += bytes_of_activations;
            columns += bytes_of_columns_block;
        }
    }

    template <int count>
    static void multiply(const char * part, const char * columns, int64_t length, float * results,
                         size_t result_stride) {
        static_assert(count == tokens);
        Floats sums[tokens];
        for (Floats & sum : sums) {
            sum = zero_floats();
        }
        for (int64_t b = 0; b < length / block; ++b) {
            Integers products[tokens];
            for (Integers & some : products) {
                some = SmallProducts::start();
            }
#pragma GCC unroll 8
            for (int w = 0; w < fours; ++w) {
                const Integers weights = load(part + static_cast<size_t>(w) * register_bytes);
#pragma GCC unroll 4
                for (int t = 0; t < tokens; ++t) {
                    const Integers four = spread_word(columns + numbers_at + w / 2 * 32 + t * 8 + w % 2 * 4);
                    products[t] = SmallProducts::add(products[t], weights, four);
                }
            }
            const Floats scales = load_floats(part + fours * register_bytes);
#pragma GCC unroll 4
            for (int t = 0; t < tokens; ++t) {
                const Floats sum = SmallProducts::moved(products[t], spread_word(columns + starts_at + t * 4));
                sums[t] = multiply_add(sum, product(scales, spread_float(columns + t * 4)), sums[t]);
            }
            part += bytes_of_part_block;
            columns += bytes_of_columns_block;
        }
        for (int t = 0; t < tokens; ++t) {
            store_unaligned(results + static_cast<size_t>(t) * result_stride, sums[t]);
        }
    }
};

}  // namespace

const PanelKernel q4_0_kernel = panel_kernel<Q4_0>(GGML_TYPE_Q4_0, GGML_TYPE_Q8_0, "Q4_0", block);

}  // namespace lager::kernels::LAGER_INSTRUCTIONS
