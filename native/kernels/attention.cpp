#include <algorithm>
#include <cstring>

#include "kernels/operations.h"
#include "kernels/thread_scratch.h"

namespace lager::kernels {
namespace {

constexpr int64_t least_queries = 64;  // ggml's tiles
constexpr int64_t most_heads = 64;     // of one head of keys; bounds the memory

float parameter(const ggml_tensor * op, int index) {
    float value = 0;
    std::memcpy(&value, op->op_params + index, sizeof(value));
    return value;
}
float max_bias(const ggml_tensor * op) { return parameter(op, 1); }
float softcap(const ggml_tensor * op) { return parameter(op, 2); }

const char * at(const ggml_tensor * tensor, size_t offset) { return static_cast<const char *>(tensor->data) + offset; }

}  // namespace

bool Attention::takes(const ggml_tensor * op) const {
    if (op->op != GGML_OP_FLASH_ATTN_EXT) {
        return false;
    }
    const ggml_tensor * queries = op->src[0];
    const ggml_tensor * keys = op->src[1];
    const ggml_tensor * values = op->src[2];
    const ggml_tensor * mask = op->src[3];
    const bool has_sinks = op->src[4] != nullptr;
    if (mask == nullptr || has_sinks || max_bias(op) != 0.0F || softcap(op) != 0.0F) {
        return false;
    }
    return queries->type == GGML_TYPE_F32 && keys->type == GGML_TYPE_F16 && values->type == GGML_TYPE_F16 &&
           mask->type == GGML_TYPE_F16 && op->type == GGML_TYPE_F32 && queries->ne[1] >= least_queries &&
           queries->ne[3] == 1 && keys->ne[3] == 1 && values->ne[3] == 1 && mask->ne[2] == 1 && mask->ne[3] == 1 &&
           keys->ne[0] % 16 == 0 && values->ne[0] % 16 == 0 && keys->ne[2] == values->ne[2] &&
           queries->ne[2] % keys->ne[2] == 0 && queries->ne[2] / keys->ne[2] <= most_heads && queries->nb[0] == 4 &&
           keys->nb[0] == 2 && values->nb[0] == 2 && mask->nb[0] == 2;
}

bool Attention::compute_forward(ggml_compute_params * params, ggml_tensor * op) {
    const ggml_tensor * queries = op->src[0];
    const ggml_tensor * keys = op->src[1];
    const ggml_tensor * values = op->src[2];
    const ggml_tensor * mask = op->src[3];
    if (params->use_ref) {
        return false;
    }
    AttentionTile tile{};
    tile.query_stride = queries->nb[1];
    tile.query_head_stride = queries->nb[2];
    tile.key_stride = keys->nb[1];
    tile.value_stride = values->nb[1];
    tile.mask_stride = mask->nb[1];
    tile.result_stride = op->nb[1] * static_cast<size_t>(op->ne[1]);
    tile.result_head_stride = op->nb[1];
    tile.head_count = queries->ne[2] / keys->ne[2];
    tile.key_count = keys->ne[1];
    tile.key_length = keys->ne[0];
    tile.value_length = values->ne[0];
    tile.scale = parameter(op, 0);
    tile.soft_max = plugin_.soft_max;

    start_sharing(plugin_, params);

    auto * scratch = reinterpret_cast<float *>(
        thread_scratch(attention_scratch(tile.head_count, tile.key_length, tile.value_length) * sizeof(float)));
    const int64_t query_tiles = (queries->ne[1] + query_tile - 1) / query_tile;
    const int64_t units = query_tiles * keys->ne[2];
    for (int64_t u = params->ith; u < units; u = plugin_.add_chunk(params->threadpool, 1)) {
        // The last queries see most keys: they come first, so that no thread is left with one at the end.
        const int64_t first = (query_tiles - 1 - u / keys->ne[2]) * query_tile;
        const auto key_head = static_cast<size_t>(u % keys->ne[2]);
        const size_t head = key_head * static_cast<size_t>(tile.head_count);
        tile.query_count = std::min(query_tile, queries->ne[1] - first);
        tile.queries = at(queries, static_cast<size_t>(first) * queries->nb[1] + head * queries->nb[2]);
        tile.keys = at(keys, key_head * keys->nb[2]);
        tile.values = at(values, key_head * values->nb[2]);
        tile.mask = at(mask, static_cast<size_t>(first) * mask->nb[1]);
        tile.results = static_cast<char *>(op->data) + static_cast<size_t>(first) * tile.result_stride +
                       head * tile.result_head_stride;
        attend_(tile, scratch);
    }
    return true;
}

}  // namespace lager::kernels
