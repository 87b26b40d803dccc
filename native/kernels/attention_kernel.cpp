// Attention in tiles, as ggml's flash attention does it for prompts: the same sums in the same order,
// so the same bits. What it does once and ggml does for every head and every 64 queries: to read the
// mask, and to convert and turn the keys and values.

#include <type_traits>

#include "kernels/attention_operands.h"
#include "kernels/panels.h"

namespace lager::kernels::LAGER_INSTRUCTIONS {
namespace {

// Sums that fit into the registers beside what is multiplied.
constexpr int rows_at_once = registers == 32 ? 4 : 6;
constexpr int vectors_at_once = registers == 32 ? 4 : 2;

// sums[r][v] += Σ_i left[r][i] · right[i][v], i in its order, for `rows` rows and `vectors` registers.
template <int rows, int vectors>
inline void add_products(Floats (&sums)[rows][vectors], const char * left, size_t left_stride, const float * right,
                         int64_t right_stride, int64_t length) {
    for (int64_t i = 0; i < length; ++i) {
        Floats b[vectors];
#pragma GCC unroll 4
        for (int v = 0; v < vectors; ++v) {
            b[v] = load_floats(right + i * right_stride + v * lanes);
        }
#pragma GCC unroll 6
        for (int r = 0; r < rows; ++r) {
            const Floats a = spread_float(left + static_cast<size_t>(r) * left_stride + i * 4);
#pragma GCC unroll 4
            for (int v = 0; v < vectors; ++v) {
                sums[r][v] = multiply_add(b[v], a, sums[r][v]);
            }
        }
    }
}

// The logits of some queries and the tile's keys, scaled and masked.
template <int rows>
void logits(const char * queries, size_t query_stride, const AttentionTile & tile, const float * keys,
            const float * mask, float * weights) {
    const Floats scale = spread(tile.scale);
    for (int64_t k = 0; k < key_tile; k += vectors_at_once * lanes) {
        Floats sums[rows][vectors_at_once];
        for (int r = 0; r < rows; ++r) {
            for (int v = 0; v < vectors_at_once; ++v) {
                sums[r][v] = zero_floats();
            }
        }
        add_products<rows, vectors_at_once>(sums, queries, query_stride, keys + k, key_tile, tile.key_length);
        for (int r = 0; r < rows; ++r) {
            for (int v = 0; v < vectors_at_once; ++v) {
                const int64_t at = r * key_tile + k + v * lanes;
                store(weights + at, add(product(sums[r][v], scale), load_floats(mask + at)));
            }
        }
    }
}

template <int rows, int vectors>
void add_values(const float * weights, const float * values, int64_t value_length, float * sums) {
    Floats partial[rows][vectors];
    for (int r = 0; r < rows; ++r) {
        for (int v = 0; v < vectors; ++v) {
            partial[r][v] = load_floats(sums + r * value_length + v * lanes);
        }
    }
    add_products<rows, vectors>(partial, reinterpret_cast<const char *>(weights), key_tile * sizeof(float), values,
                                value_length, key_tile);
    for (int r = 0; r < rows; ++r) {
        for (int v = 0; v < vectors; ++v) {
            store(sums + r * value_length + v * lanes, partial[r][v]);
        }
    }
}

template <int rows>
void add_all_values(const float * weights, const float * values, int64_t value_length, float * sums) {
    int64_t d = 0;
    for (; d + vectors_at_once * lanes <= value_length; d += vectors_at_once * lanes) {
        add_values<rows, vectors_at_once>(weights, values + d, value_length, sums + d);
    }
    for (; d < value_length; d += lanes) {
        add_values<rows, 1>(weights, values + d, value_length, sums + d);
    }
}

void scale_row(float * row, int64_t length, float by) {
    const Floats factor = spread(by);
    for (int64_t i = 0; i < length; i += lanes) {
        store(row + i, product(load_floats(row + i), factor));
    }
}

float row_maximum(const float * row) {
    Floats largest = load_floats(row);
    for (int64_t k = lanes; k < key_tile; k += lanes) {
        largest = maximum(largest, load_floats(row + k));
    }
    alignas(register_bytes) float numbers[lanes];
    store(numbers, largest);
    float most = numbers[0];
    for (float number : numbers) {
        most = number > most ? number : most;
    }
    return most;
}

// The running softmax: logits become weights, and what was summed up so far is brought to the new maximum.
void soft_max(const AttentionTile & tile, float * weights, float * sums, float * maxima, float * totals) {
    for (int64_t q = 0; q < tile.query_count; ++q) {
        float * row = weights + q * key_tile;
        const float largest = row_maximum(row);
        if (largest == -INFINITY) {
            std::memset(row, 0, key_tile * sizeof(float));
            continue;
        }
        if (largest > maxima[q]) {
            const float shrink = expf(maxima[q] - largest);
            scale_row(sums + q * tile.value_length, tile.value_length, shrink);
            totals[q] *= shrink;
            maxima[q] = largest;
        }
        totals[q] = static_cast<float>(totals[q] + tile.soft_max(static_cast<int>(key_tile), row, row, maxima[q]));
    }
}

// Calls run(rows, first) for all rows, `rows` a constant: as many together as the registers hold, then fewer.
template <typename Run>
inline void for_rows(int64_t count, const Run & run) {
    int64_t first = 0;
    for (; first + rows_at_once <= count; first += rows_at_once) {
        run(std::integral_constant<int, rows_at_once>{}, first);
    }
    for (; first + 2 <= count; first += 2) {
        run(std::integral_constant<int, 2>{}, first);
    }
    for (; first < count; ++first) {
        run(std::integral_constant<int, 1>{}, first);
    }
}

void attend_head(const AttentionTile & tile, int64_t head, const Scratch & scratch) {
    const char * queries = tile.queries + static_cast<size_t>(head) * tile.query_head_stride;
    float * sums = scratch.sums + head * query_tile * tile.value_length;
    for_rows(tile.query_count, [&](auto rows, int64_t q) {
        logits<rows.value>(queries + static_cast<size_t>(q) * tile.query_stride, tile.query_stride, tile, scratch.keys,
                           scratch.mask + q * key_tile, scratch.weights + q * key_tile);
    });
    soft_max(tile, scratch.weights, sums, scratch.maxima + head * query_tile, scratch.totals + head * query_tile);
    for_rows(tile.query_count, [&](auto rows, int64_t q) {
        add_all_values<rows.value>(scratch.weights + q * key_tile, scratch.values, tile.value_length,
                                   sums + q * tile.value_length);
    });
}

void write_results(const AttentionTile & tile, const Scratch & scratch) {
    for (int64_t head = 0; head < tile.head_count; ++head) {
        for (int64_t q = 0; q < tile.query_count; ++q) {
            float * row = scratch.sums + (head * query_tile + q) * tile.value_length;
            const float total = scratch.totals[head * query_tile + q];
            scale_row(row, tile.value_length, total == 0.0F ? 0.0F : 1.0F / total);
            std::memcpy(tile.results + static_cast<size_t>(q) * tile.result_stride +
                            static_cast<size_t>(head) * tile.result_head_stride,
                        row, static_cast<size_t>(tile.value_length) * sizeof(float));
        }
    }
}

}  // namespace

void attend(const AttentionTile & tile, float * scratch_floats) {
    const Scratch scratch = divide(scratch_floats, tile.head_count, tile.key_length, tile.value_length);
    for (int64_t i = 0; i < tile.head_count * query_tile; ++i) {
        scratch.maxima[i] = -INFINITY;
        scratch.totals[i] = 0;
    }
    std::memset(scratch.sums, 0, static_cast<size_t>(tile.head_count * query_tile * tile.value_length) * sizeof(float));
    for (int64_t first = 0; first < tile.key_count; first += key_tile) {
        const int64_t keys = tile.key_count - first < key_tile ? tile.key_count - first : key_tile;
        if (!read_mask(tile, first, keys, scratch.mask)) {
            continue;
        }
        turn_keys(tile, first, keys, scratch.keys);
        convert_values(tile, first, keys, scratch.values);
        for (int64_t head = 0; head < tile.head_count; ++head) {
            attend_head(tile, head, scratch);
        }
    }
    write_results(tile, scratch);
}

}  // namespace lager::kernels::LAGER_INSTRUCTIONS
