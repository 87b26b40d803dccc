// Attention in tiles, as ggml's flash attention does it for prompts: the same sums in the same order,
// so the same bits. What it does once and ggml does for every head and every 64 queries: to read the
// mask, and to convert and turn the keys and values.

#include "kernels/attention_kernel.h"

#include <cmath>

#include "kernels/avx512.h"

namespace lager::kernels {
namespace {

constexpr int lanes = 16;
constexpr int rows_at_once = 4;
constexpr int vectors_at_once = 4;

struct Scratch {
    float * keys;     // [key_length][key_tile]: turned, so that a lane is a key
    float * values;   // [key_tile][value_length]
    float * mask;     // [query_tile][key_tile]
    float * weights;  // [query_tile][key_tile]: logits, then their exponentials
    float * sums;     // [head][query_tile][value_length]
    float * maxima;   // [head][query_tile]
    float * totals;   // [head][query_tile]
};

Scratch divide(float * from, int64_t heads, int64_t key_length, int64_t value_length) {
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

// Whether some query of the tile sees some key of it; if so, the mask is in `mask`, with -infinity for
// the keys that are not there.
bool read_mask(const AttentionTile & tile, int64_t first_key, int64_t keys, float * mask) {
    const __m512 nothing = _mm512_set1_ps(-INFINITY);
    __mmask16 seen = 0;
    for (int64_t q = 0; q < tile.query_count; ++q) {
        const char * row = tile.mask + static_cast<size_t>(q) * tile.mask_stride + first_key * 2;
        for (int64_t k = 0; k < key_tile; k += lanes) {
            const int64_t there = keys - k;
            const __mmask16 valid = there >= lanes ? 0xffff : there <= 0 ? 0 : static_cast<__mmask16>((1 << there) - 1);
            const __m256i halves = _mm256_maskz_loadu_epi16(valid, row + k * 2);
            const __m512 numbers = _mm512_mask_cvtph_ps(nothing, valid, halves);
            seen |= _mm512_cmp_ps_mask(numbers, nothing, _CMP_NEQ_UQ);
            _mm512_store_ps(mask + q * key_tile + k, numbers);
        }
    }
    return seen != 0;
}

void turn_keys(const AttentionTile & tile, int64_t first_key, int64_t keys, float * turned) {
    for (int64_t k = 0; k < key_tile; k += lanes) {
        for (int64_t d = 0; d < tile.key_length; d += lanes) {
            __m512i rows[lanes];
            for (int64_t i = 0; i < lanes; ++i) {
                if (k + i < keys) {
                    const char * key = tile.keys + static_cast<size_t>(first_key + k + i) * tile.key_stride + d * 2;
                    rows[i] = _mm512_castps_si512(
                        _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i *>(key))));
                } else {
                    rows[i] = _mm512_setzero_si512();
                }
            }
            transpose_16x16(rows);
            for (int64_t i = 0; i < lanes; ++i) {
                _mm512_store_si512(turned + (d + i) * key_tile + k, rows[i]);
            }
        }
    }
}

void convert_values(const AttentionTile & tile, int64_t first_key, int64_t keys, float * values) {
    for (int64_t k = 0; k < key_tile; ++k) {
        const char * row = tile.values + static_cast<size_t>(first_key + k) * tile.value_stride;
        for (int64_t d = 0; d < tile.value_length; d += lanes) {
            const __m512 numbers =
                k < keys ? _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i *>(row + d * 2)))
                         : _mm512_setzero_ps();
            _mm512_store_ps(values + k * tile.value_length + d, numbers);
        }
    }
}

// sums[r][v] += Σ_i left[r][i] · right[i][v], i in its order, for `rows` rows and `vectors` registers.
template <int rows, int vectors>
inline void multiply_add(__m512 (&sums)[rows][vectors], const char * left, size_t left_stride, const float * right,
                         int64_t right_stride, int64_t length) {
    for (int64_t i = 0; i < length; ++i) {
        __m512 b[vectors];
#pragma GCC unroll 4
        for (int v = 0; v < vectors; ++v) {
            b[v] = _mm512_load_ps(right + i * right_stride + v * lanes);
        }
#pragma GCC unroll 4
        for (int r = 0; r < rows; ++r) {
            const __m512 a = _mm512_set1_ps(load_float(left + static_cast<size_t>(r) * left_stride + i * 4));
#pragma GCC unroll 4
            for (int v = 0; v < vectors; ++v) {
                sums[r][v] = _mm512_fmadd_ps(b[v], a, sums[r][v]);
            }
        }
    }
}

// The logits of some queries and the tile's keys, scaled and masked.
template <int rows>
void logits(const char * queries, size_t query_stride, const AttentionTile & tile, const float * keys,
            const float * mask, float * weights) {
    __m512 sums[rows][vectors_at_once];
    for (int r = 0; r < rows; ++r) {
        for (int v = 0; v < vectors_at_once; ++v) {
            sums[r][v] = _mm512_setzero_ps();
        }
    }
    multiply_add<rows, vectors_at_once>(sums, queries, query_stride, keys, key_tile, tile.key_length);
    const __m512 scale = _mm512_set1_ps(tile.scale);
    for (int r = 0; r < rows; ++r) {
        for (int v = 0; v < vectors_at_once; ++v) {
            const int64_t at = r * key_tile + v * lanes;
            _mm512_store_ps(weights + at, _mm512_add_ps(_mm512_mul_ps(sums[r][v], scale), _mm512_load_ps(mask + at)));
        }
    }
}

template <int rows, int vectors>
void add_values(const float * weights, const float * values, int64_t value_length, float * sums) {
    __m512 registers[rows][vectors];
    for (int r = 0; r < rows; ++r) {
        for (int v = 0; v < vectors; ++v) {
            registers[r][v] = _mm512_load_ps(sums + r * value_length + v * lanes);
        }
    }
    multiply_add<rows, vectors>(registers, reinterpret_cast<const char *>(weights), key_tile * sizeof(float), values,
                                value_length, key_tile);
    for (int r = 0; r < rows; ++r) {
        for (int v = 0; v < vectors; ++v) {
            _mm512_store_ps(sums + r * value_length + v * lanes, registers[r][v]);
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
    const __m512 factor = _mm512_set1_ps(by);
    for (int64_t i = 0; i < length; i += lanes) {
        _mm512_store_ps(row + i, _mm512_mul_ps(_mm512_load_ps(row + i), factor));
    }
}

float row_maximum(const float * row) {
    const __m512 low = _mm512_max_ps(_mm512_load_ps(row), _mm512_load_ps(row + lanes));
    const __m512 high = _mm512_max_ps(_mm512_load_ps(row + 2 * lanes), _mm512_load_ps(row + 3 * lanes));
    return _mm512_reduce_max_ps(_mm512_max_ps(low, high));
}

// The running softmax: logits become weights, and what was summed up so far is brought to the new maximum.
void soft_max(const AttentionTile & tile, float * weights, float * sums, float * maxima, float * totals) {
    for (int64_t q = 0; q < tile.query_count; ++q) {
        float * row = weights + q * key_tile;
        const float maximum = row_maximum(row);
        if (maximum == -INFINITY) {
            std::memset(row, 0, key_tile * sizeof(float));
            continue;
        }
        if (maximum > maxima[q]) {
            const float shrink = expf(maxima[q] - maximum);
            scale_row(sums + q * tile.value_length, tile.value_length, shrink);
            totals[q] *= shrink;
            maxima[q] = maximum;
        }
        totals[q] = static_cast<float>(totals[q] + tile.soft_max(static_cast<int>(key_tile), row, row, maxima[q]));
    }
}

void attend_head(const AttentionTile & tile, int64_t head, const Scratch & scratch) {
    const char * queries = tile.queries + static_cast<size_t>(head) * tile.query_head_stride;
    float * sums = scratch.sums + head * query_tile * tile.value_length;
    int64_t q = 0;
    for (; q + rows_at_once <= tile.query_count; q += rows_at_once) {
        logits<rows_at_once>(queries + static_cast<size_t>(q) * tile.query_stride, tile.query_stride, tile,
                             scratch.keys, scratch.mask + q * key_tile, scratch.weights + q * key_tile);
    }
    for (; q < tile.query_count; ++q) {
        logits<1>(queries + static_cast<size_t>(q) * tile.query_stride, tile.query_stride, tile, scratch.keys,
                  scratch.mask + q * key_tile, scratch.weights + q * key_tile);
    }
    soft_max(tile, scratch.weights, sums, scratch.maxima + head * query_tile, scratch.totals + head * query_tile);
    q = 0;
    for (; q + rows_at_once <= tile.query_count; q += rows_at_once) {
        add_all_values<rows_at_once>(scratch.weights + q * key_tile, scratch.values, tile.value_length,
                                     sums + q * tile.value_length);
    }
    for (; q < tile.query_count; ++q) {
        add_all_values<1>(scratch.weights + q * key_tile, scratch.values, tile.value_length,
                          sums + q * tile.value_length);
    }
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

size_t attention_scratch(int64_t head_count, int64_t key_length, int64_t value_length) {
    return static_cast<size_t>(key_tile * (key_length + value_length) + 2 * query_tile * key_tile +
                               head_count * query_tile * (value_length + 2));
}

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

}  // namespace lager::kernels
