#pragma once

// The kernel of weights in blocks of 32 numbers, as far as they are alike: of each block ggml sums up the products of
// eight groups of four as integers, scales them and adds them to eight partial sums.

#include "kernels/partial_sums.h"

namespace lager::kernels::LAGER_INSTRUCTIONS {

// `Format` gives, of a block, what PartialSums wants of it but `add`, `numbers` and `columns_at_once`, and
//   scales_at                    where a part has the scales; a column begins with its own
//   dot(part, column, group)     the sums of a group's products
template <typename Format>
struct EightGroups : Format {
    static constexpr int64_t numbers = 32;
    static constexpr int columns_at_once = registers == 32 ? 2 : 1;

    template <int count>
    static inline void add(const char * part, const char * columns, size_t stride,
                           Floats (&sums)[count][partial_sums]) {
        const Floats scales = load_floats(part + Format::scales_at);
        Floats scale[count];
#pragma GCC unroll 2
        for (int c = 0; c < count; ++c) {
            scale[c] = product(scales, spread_float(columns + static_cast<size_t>(c) * stride));
        }
#pragma GCC unroll 8
        for (int g = 0; g < partial_sums; ++g) {
#pragma GCC unroll 2
            for (int c = 0; c < count; ++c) {
                const Floats sum = Format::dot(part, columns + static_cast<size_t>(c) * stride, g);
                sums[c][g] = multiply_add(scale[c], sum, sums[c][g]);
            }
        }
    }
};

}  // namespace lager::kernels::LAGER_INSTRUCTIONS
