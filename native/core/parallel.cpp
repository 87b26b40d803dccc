#include "parallel.h"

#include <algorithm>

#include "ggml-backend.h"
#include "kv_type.h"

namespace lager {
namespace {

constexpr uint32_t most_automatic = 16;

uint64_t free_device_memory(const JudgeModel & model) {
    uint64_t free_bytes = 0;
    for (ggml_backend_dev_t device : model.devices()) {
        size_t free_of_device = 0;
        size_t total = 0;
        ggml_backend_dev_memory(device, &free_of_device, &total);
        free_bytes += free_of_device;
    }
    return free_bytes;
}

// Bytes that a token takes in the cache, at most: models that keep less of it take less.
uint64_t kv_bytes(const JudgeModel & model, ggml_type type) {
    const int64_t heads = std::max(llama_model_n_head_kv(model.get()), 1);
    const int64_t values = heads * (head_size(model, "key_length") + head_size(model, "value_length"));
    return static_cast<uint64_t>(model.layer_count()) * ggml_type_size(type) * static_cast<uint64_t>(values) /
           static_cast<uint64_t>(ggml_blck_size(type));
}

}  // namespace

uint32_t automatic_parallel(const JudgeModel & model, uint32_t context_size, ggml_type kv_type) {
    if (!model.offloaded()) {
        return 1;
    }
    const uint64_t stream = std::max<uint64_t>(kv_bytes(model, kv_type) * context_size, 1);
    const uint64_t streams = free_device_memory(model) / 2 / stream;
    return static_cast<uint32_t>(std::clamp<uint64_t>(streams, 1, most_automatic));
}

}  // namespace lager
