// Q8_0 weights and activations: as Q4_1, without minima. A block is {d: half; 32 × int8}.

#include "kernels/panels.h"

namespace lager::kernels::LAGER_INSTRUCTIONS {
namespace {

constexpr int64_t block = 32;
constexpr int groups = 8;
constexpr size_t bytes_of_block = 2 + 32;
constexpr size_t bytes_of_group = SignedFours::registers_of_four * register_bytes;
constexpr size_t bytes_of_part_block = groups * bytes_of_group + register_bytes;  // groups, scales
constexpr size_t bytes_of_column_block = sizeof(float) + groups * 8;              // d, two words of each group

struct Q8_0 {
    static constexpr int row_registers = 1;
    static constexpr int columns_at_once = registers == 32 ? 2 : 1;
    static constexpr int least_columns = 1;

    static size_t part_size(int64_t length) { return static_cast<size_t>(length / block) * bytes_of_part_block; }
    static size_t column_size(int64_t length) { return static_cast<size_t>(length / block) * bytes_of_column_block; }

    static void pack(const char * rows, size_t row_bytes, int64_t length, char * part) {
        for (int64_t b = 0; b < length / block; ++b) {
            alignas(register_bytes) int32_t fours[groups][lanes];
            for (int r = 0; r < lanes; ++r) {
                const char * from = rows + static_cast<size_t>(r) * row_bytes + static_cast<size_t>(b) * bytes_of_block;
                for (int g = 0; g < groups; ++g) {
                    fours[g][r] = load_word(from + 2 + g * 4);
                }
                store_float(part + groups * bytes_of_group + r * 4, half_to_float(from));
            }
            for (int g = 0; g < groups; ++g) {
                SignedFours::pack(load(fours[g]), part + static_cast<size_t>(g) * bytes_of_group);
            }
            part += bytes_of_part_block;
        }
    }

    static void prepare(const char * activations, int64_t length, char * column) {
        for (int64_t b = 0; b < length / block; ++b) {
            store_float(column, half_to_float(activations));
            for (int g = 0; g < groups; ++g) {
                int8_t four[4];
                std::memcpy(four, activations + 2 + g * 4, sizeof(four));
                SignedFours::prepare(four, column + 4 + g * 8);
            }
            activations += bytes_of_block;
            column += bytes_of_column_block;
        }
    }

    template <int count>
    static void multiply(const char * part, const char * columns, int64_t length, float * results,
                         size_t result_stride) {
        const size_t column_bytes = column_size(length);
        Floats sums[count][groups];
#pragma GCC unroll 2
        for (int c = 0; c < count; ++c) {
#pragma GCC unroll 8
            for (int g = 0; g < groups; ++g) {
                sums[c][g] = zero_floats();
            }
        }
        for (int64_t b = 0; b < length / block; ++b) {
            const Floats scales = load_floats(part + groups * bytes_of_group);
            Floats scale[count];
#pragma GCC unroll 2
            for (int c = 0; c < count; ++c) {
                scale[c] = product(scales, spread_float(columns + static_cast<size_t>(c) * column_bytes));
            }
#pragma GCC unroll 8
            for (int g = 0; g < groups; ++g) {
#pragma GCC unroll 2
                for (int c = 0; c < count; ++c) {
                    const char * words = columns + static_cast<size_t>(c) * column_bytes + 4 + g * 8;
                    const Floats sum = SignedFours::dot(part + static_cast<size_t>(g) * bytes_of_group,
                                                        load_word(words), load_word(words + 4));
                    sums[c][g] = multiply_add(scale[c], sum, sums[c][g]);
                }
            }
            part += bytes_of_part_block;
            columns += bytes_of_column_block;
        }
#pragma GCC unroll 2
        for (int c = 0; c < count; ++c) {
            add_up(sums[c]);
            store_unaligned(results + static_cast<size_t>(c) * result_stride, sums[c][0]);
        }
    }
};

}  // namespace

const PanelKernel q8_0_kernel = panel_kernel<Q8_0>(GGML_TYPE_Q8_0, GGML_TYPE_Q8_0, "Q8_0", block);

}  // namespace lager::kernels::LAGER_INSTRUCTIONS
