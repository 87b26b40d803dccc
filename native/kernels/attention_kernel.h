#pragma once

#include <cstddef>
#include <cstdint>

namespace lager::kernels {

// Numbers of keys that ggml's tiled attention takes together; its running maxima and sums are brought
// up to date after each such tile, so the bits depend on it.
constexpr int64_t key_tile = 64;
// Queries of one unit of work. Any number gives the same bits.
constexpr int64_t query_tile = 32;

// ggml's softmax of one row: y = exp(x - max), and the sum of y.
using SoftMaxRow = double (*)(int count, float * y, const float * x, float max);

// Attention of up to `query_tile` queries, in the heads that share one head of keys and values.
// Keys, values and the mask are half precision, queries and results float32; strides are in bytes.
struct AttentionTile {
    const char * queries;  // of the first query and the first head
    size_t query_stride;
    size_t query_head_stride;
    const char * keys;
    size_t key_stride;
    const char * values;
    size_t value_stride;
    const char * mask;  // row of the first query
    size_t mask_stride;
    char * results;  // of the first query and the first head
    size_t result_stride;
    size_t result_head_stride;
    int64_t query_count;
    int64_t head_count;
    int64_t key_count;
    int64_t key_length;    // a multiple of 16
    int64_t value_length;  // a multiple of 16
    float scale;
    SoftMaxRow soft_max;
};

// Floats that a tile needs for its own use, aligned to 64 bytes.
inline size_t attention_scratch(int64_t head_count, int64_t key_length, int64_t value_length) {
    return static_cast<size_t>(key_tile * (key_length + value_length) + 2 * query_tile * key_tile +
                               head_count * query_tile * (value_length + 2));
}

// Computes a tile.
using Attend = void (*)(const AttentionTile & tile, float * scratch);

}  // namespace lager::kernels
