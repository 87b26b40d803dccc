// Q4_1 weights with Q8_1 activations: the blocks' minima times the activations' sums have a partial sum of their own.
// A block is {d, m: half; 32 × 4 bits}, its activations are {d, s: half; 32 × int8}.

#include "kernels/eight_groups.h"

namespace lager::kernels::LAGER_INSTRUCTIONS {
namespace {

constexpr int groups = partial_sums;
constexpr size_t minima_at = (groups + 1) * register_bytes;

struct Q4_1 {
    static constexpr size_t weight_bytes = 4 + 16;
    static constexpr size_t activation_bytes = 4 + 32;
    static constexpr size_t scales_at = groups * register_bytes;
    static constexpr size_t part_bytes = minima_at + register_bytes;
    static constexpr size_t column_bytes = 2 * sizeof(float) + 32;  // d, s, numbers

    static void pack(const char * rows, size_t row_bytes, char * part) {
        for (int r = 0; r < lanes; ++r) {
            const char * from = rows + static_cast<size_t>(r) * row_bytes;
            char * to = part + r * 4;
            // The low four bits of the 16 bytes are the first 16 numbers, the high ones the others.
            for (int i = 0; i < 4; ++i) {
                split_fours(load_word(from + 4 + i * 4), to + static_cast<size_t>(i) * register_bytes,
                            to + static_cast<size_t>(4 + i) * register_bytes);
            }
            store_float(to + scales_at, half_to_float(from));
            store_float(to + minima_at, half_to_float(from + 2));
        }
    }

    static void prepare(const char * activations, char * column) {
        store_float(column, half_to_float(activations));
        store_float(column + 4, half_to_float(activations + 2));
        std::memcpy(column + 8, activations + 4, 32);
    }

    static Floats dot(const char * part, const char * column, int group) {
        return dot_fours(load(part + static_cast<size_t>(group) * register_bytes), spread_word(column + 8 + group * 4));
    }

    template <int count>
    struct Rest : RestSums<count> {
        void add(const char * part, const char * columns, size_t stride) {
            const Floats minima = load_floats(part + minima_at);
#pragma GCC unroll 2
            for (int c = 0; c < count; ++c) {
                const Floats sum = spread_float(columns + static_cast<size_t>(c) * stride + 4);
                this->rest[c] = multiply_add(minima, sum, this->rest[c]);
            }
        }
    };
};

}  // namespace

const PanelKernel q4_1_kernel =
    panel_kernel<PartialSums<EightGroups<Q4_1>>>(GGML_TYPE_Q4_1, GGML_TYPE_Q8_1, "Q4_1", EightGroups<Q4_1>::numbers);

}  // namespace lager::kernels::LAGER_INSTRUCTIONS
