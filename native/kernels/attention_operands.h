#pragma once

// What attention reads, as its products want it: the mask, keys turned, and values, all float32.

#include <cmath>

#include "kernels/attention_kernel.h"
#include "kernels/simd.h"

namespace lager::kernels::LAGER_INSTRUCTIONS {

struct Scratch {
    float * keys;     // [key_length][key_tile]: turned, so that a lane is a key
    float * values;   // [key_tile][value_length]
    float * mask;     // [query_tile][key_tile]
    float * weights;  // [query_tile][key_tile]: logits, then their exponentials
    float * sums;     // [head][query_tile][value_length]
    float * maxima;   // [head][query_tile]
    float * totals;   // [head][query_tile]
};

inline Scratch divide(float * from, int64_t heads, int64_t key_length, int64_t value_length) {
    Scratch scratch{};
    scratch.keys = from;
    scratch.values = scratch.keys + key_length * key_tile;
    scratch.mask = scratch.values + key_tile * value_length;
    scratch.weights = scratch.mask + query_tile * key_tile;
    scratch.sums = scratch.weights + query_tile * key_tile;
    scratch.maxima = scratch.sums + heads * query_tile * value_length;
    scratch.totals = scratch.maxima + heads * query_tile;
    return scratch;
}

// The first `count` of a register's halves as float32, and -infinity for the others.
inline Floats masked_halves(const char * from, int64_t count) {
    if (count >= lanes) {
        return halves_to_floats(from);
    }
    uint16_t halves[lanes];
    for (uint16_t & half : halves) {
        half = 0xfc00;
    }
    if (count > 0) {
        std::memcpy(halves, from, static_cast<size_t>(count) * sizeof(uint16_t));
    }
    return halves_to_floats(halves);
}

// Whether some query of the tile sees some key of it; if so, the mask is in `mask`, with -infinity for
// the keys that are not there.
inline bool read_mask(const AttentionTile & tile, int64_t first_key, int64_t keys, float * mask) {
    const Floats nothing = spread(-INFINITY);
    bool seen = false;
    for (int64_t q = 0; q < tile.query_count; ++q) {
        const char * row = tile.mask + static_cast<size_t>(q) * tile.mask_stride + first_key * 2;
        for (int64_t k = 0; k < key_tile; k += lanes) {
            const Floats numbers = masked_halves(row + k * 2, keys - k);
            seen |= any_differs(numbers, nothing);
            store(mask + q * key_tile + k, numbers);
        }
    }
    return seen;
}

inline void turn_keys(const AttentionTile & tile, int64_t first_key, int64_t keys, float * turned) {
    for (int64_t k = 0; k < key_tile; k += lanes) {
        for (int64_t d = 0; d < tile.key_length; d += lanes) {
            Integers rows[lanes];
            for (int64_t i = 0; i < lanes; ++i) {
                const char * key = tile.keys + static_cast<size_t>(first_key + k + i) * tile.key_stride + d * 2;
                rows[i] = k + i < keys ? as_words(halves_to_floats(key)) : zero();
            }
            transpose(rows);
            for (int64_t i = 0; i < lanes; ++i) {
                store(turned + (d + i) * key_tile + k, rows[i]);
            }
        }
    }
}

inline void convert_values(const AttentionTile & tile, int64_t first_key, int64_t keys, float * values) {
    for (int64_t k = 0; k < key_tile; ++k) {
        const char * row = tile.values + static_cast<size_t>(first_key + k) * tile.value_stride;
        for (int64_t d = 0; d < tile.value_length; d += lanes) {
            store(values + k * tile.value_length + d, k < keys ? halves_to_floats(row + d * 2) : zero_floats());
        }
    }
}

}  // namespace lager::kernels::LAGER_INSTRUCTIONS
