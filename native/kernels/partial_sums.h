#pragma once

// The loops of weights whose elements ggml adds up in eight partial sums: over blocks, then across the sums.

#include "kernels/panels.h"

namespace lager::kernels::LAGER_INSTRUCTIONS {

constexpr int partial_sums = 8;

// `Block` gives
//   numbers, part_bytes, column_bytes    of a block: how many, and its size in a part and in a column
//   weight_bytes, activation_bytes       the sizes of ggml's blocks
//   columns_at_once
//   pack(rows, row_bytes, part)          of a register of rows
//   prepare(activations, column)
//   add<count>(part, columns, stride, sums)   adds a block to the partial sums of columns that are `stride` apart
//   Rest<count>                          what is added to the sums at the end: add(part, columns, stride) of a block,
//                                        and of(column, sum)
template <typename Block>
struct PartialSums {
    static constexpr int row_registers = 1;
    static constexpr int columns_at_once = Block::columns_at_once;
    static constexpr int least_columns = 1;

    static size_t part_size(int64_t length) { return static_cast<size_t>(length / Block::numbers) * Block::part_bytes; }
    static size_t column_size(int64_t length) {
        return static_cast<size_t>(length / Block::numbers) * Block::column_bytes;
    }

    static void pack(const char * rows, size_t row_bytes, int64_t length, char * part) {
        for (int64_t b = 0; b < length / Block::numbers; ++b) {
            Block::pack(rows, row_bytes, part);
            rows += Block::weight_bytes;
            part += Block::part_bytes;
        }
    }

    static void prepare(const char * activations, int64_t length, char * column) {
        for (int64_t b = 0; b < length / Block::numbers; ++b) {
            Block::prepare(activations, column);
            activations += Block::activation_bytes;
            column += Block::column_bytes;
        }
    }

    template <int count>
    static void multiply(const char * part, const char * columns, int64_t length, float * results,
                         size_t result_stride) {
        const size_t stride = column_size(length);
        Floats sums[count][partial_sums];
        typename Block::template Rest<count> rest;
#pragma GCC unroll 4
        for (int c = 0; c < count; ++c) {
#pragma GCC unroll 8
            for (int s = 0; s < partial_sums; ++s) {
                sums[c][s] = zero_floats();
            }
        }
        for (int64_t b = 0; b < length / Block::numbers; ++b) {
            Block::template add<count>(part, columns, stride, sums);
            rest.add(part, columns, stride);
            part += Block::part_bytes;
            columns += Block::column_bytes;
        }
#pragma GCC unroll 4
        for (int c = 0; c < count; ++c) {
            add_up(sums[c]);
            store_unaligned(results + static_cast<size_t>(c) * result_stride, rest.of(c, sums[c][0]));
        }
    }
};

// Nothing but the partial sums.
struct NoRest {
    void add(const char *, const char *, size_t) {}
    static Floats of(int, Floats sum) { return sum; }
};

// One more sum of each column; what derives from it gives `add`.
template <int count>
struct RestSums {
    Floats rest[count];

    RestSums() {
#pragma GCC unroll 4
        for (Floats & sum : rest) {
            sum = zero_floats();
        }
    }

    Floats of(int column, Floats sum) const { return add(sum, rest[column]); }
};

}  // namespace lager::kernels::LAGER_INSTRUCTIONS
