#include "core/decode/context_settings.h"

#include <algorithm>

#include "core/decode/kv_type.h"
#include "core/decode/threads.h"
#include "core/error.h"
#include "ggml-backend.h"

namespace lager {
namespace {

constexpr uint32_t default_context = 4096;
constexpr uint64_t most_automatic = 16;
// llama.cpp rounds the context of each sequence up to whole groups of this many tokens.
constexpr int32_t context_group = 256;
// Some recurrent layers compute a call's tokens as one chunk, or in chunks counted from its start: a
// prompt must always be cut at the same positions.
constexpr int32_t recurrent_batch_size = 512;
// Floats in the widest vector of ggml's kernels.
constexpr int64_t widest_vector = 16;

int32_t round_up(uint32_t value, int32_t group) { return (static_cast<int32_t>(value) + group - 1) / group * group; }

// Whether ggml's flash attention takes a judge's heads in tiles. Of f32 it would make f16 first.
bool is_tileable(ggml_type kv_type, const JudgeModel & model) {
    const int64_t head = head_size(model, "value_length");
    return kv_type == GGML_TYPE_F16 && head > 0 && head % widest_vector == 0;
}

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

ContextSettings ContextSettings::resolve(const ContextOptions & options, const JudgeModel & model) {
    const auto trained = static_cast<uint32_t>(std::max(model.training_context(), 1));
    const uint32_t wanted = options.context_size == 0 ? std::min(default_context, trained) : options.context_size;
    if (wanted > most_context_size || options.batch_size == 0 || options.batch_size > most_batch_size) {
        throw Error(ErrorCode::invalid_argument, "context size (at most " + std::to_string(most_context_size) +
                                                     ") or batch size (1 to " + std::to_string(most_batch_size) +
                                                     ") is out of range");
    }
    ContextSettings settings;
    settings.context_size = static_cast<int32_t>(wanted);
    settings.threads = options.threads > 0 ? options.threads : physical_cores();
    settings.flash_attention = options.flash_attention;
    settings.kv_type = kv_type_of(options.kv_type, options.flash_attention, model);
    settings.offloaded = model.offloaded();
    settings.whole_calls = options.exact && settings.shapes_matter();
    settings.recurrent = llama_model_is_recurrent(model.get()) || llama_model_is_hybrid(model.get());
    settings.tiled_attention = options.tiled_attention && !options.flash_attention && !settings.offloaded &&
                               !settings.recurrent && options.parallel <= 1 && is_tileable(settings.kv_type, model);
    // At least two calls' worth, so that a call can always leave enough for the one after it.
    settings.batch_size = std::max(std::min(round_up(options.batch_size, decode_group), round_up(wanted, decode_group)),
                                   2 * settings.shortest_call());
    if (settings.recurrent && !settings.offloaded) {
        settings.batch_size = recurrent_batch_size;
    }
    if (options.exact && options.parallel > 1) {
        throw Error(ErrorCode::invalid_argument, "exact is for one prompt at a time, not for " +
                                                     std::to_string(options.parallel) +
                                                     " in parallel: their bits depend on each other");
    }
    // Their last tokens are one ubatch.
    const uint32_t most = std::min(most_parallel, static_cast<uint32_t>(settings.batch_size));
    if (options.parallel > most) {
        throw Error(ErrorCode::invalid_argument, "at most " + std::to_string(most) +
                                                     " prompts can be decoded in parallel with this batch size, not " +
                                                     std::to_string(options.parallel));
    }
    settings.parallel = options.exact ? 1 : static_cast<int32_t>(options.parallel);
    return settings;
}

llama_context_params ContextSettings::parameters(int32_t streams) const {
    llama_context_params params = llama_context_default_params();
    const bool flash = flash_attention || tiled_attention;
    params.n_ctx = static_cast<uint32_t>(round_up(static_cast<uint32_t>(context_size), context_group) * streams);
    params.n_batch = static_cast<uint32_t>(batch_size);
    params.n_ubatch = static_cast<uint32_t>(batch_size);
    params.n_seq_max = static_cast<uint32_t>(streams);
    params.n_threads = threads;
    params.n_threads_batch = threads;
    params.flash_attn_type = flash ? LLAMA_FLASH_ATTN_TYPE_ENABLED : LLAMA_FLASH_ATTN_TYPE_DISABLED;
    params.type_k = kv_type;
    params.type_v = kv_type;
    params.swa_full = true;     // a window cut to its size cannot be rewound to a shared prefix
    params.kv_unified = false;  // attention of one prompt does not run over the others' cells
    params.n_outputs_max = params.n_seq_max;  // the score positions of a decode: no logits buffer for 512 rows
    params.n_outputs_max_per_seq = 1;
    params.no_perf = true;
    return params;
}

int32_t ContextSettings::call_size(int32_t left) const {
    const int32_t count = std::min(left, batch_size);
    const int32_t tail = left - count;
    const int32_t shortest = shortest_call();
    return !whole_calls && tail > 0 && tail < shortest && count > shortest ? count - shortest : count;
}

int32_t automatic_parallel(const JudgeModel & model, int32_t context_size, ggml_type kv_type) {
    if (!model.offloaded()) {
        return 1;
    }
    const uint64_t stream = std::max<uint64_t>(kv_bytes(model, kv_type) * static_cast<uint64_t>(context_size), 1);
    const uint64_t streams = free_device_memory(model) / 2 / stream;
    return static_cast<int32_t>(std::clamp<uint64_t>(streams, 1, most_automatic));
}

}  // namespace lager
