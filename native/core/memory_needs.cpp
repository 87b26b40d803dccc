#include "core/memory_needs.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>

// Not among llama.cpp's public headers, but exported for its own tools.
#include "../src/llama-ext.h"
#include "core/error.h"
#include "core/log.h"
#include "core/model/gguf_file.h"
#include "core/model/gguf_keys.h"

namespace lager {
namespace {

// llama.cpp keeps so much of each cell of the cache: its position, and which sequences it belongs to.
constexpr uint64_t cell_bytes = 48;
// Contexts up to this size are measured; larger ones follow a straight line, because their cells alone would take
// what is to be found out.
constexpr uint32_t most_measured = 1u << 16;
constexpr uint32_t smallest_context = 256;
constexpr uint32_t default_context = 4096;
// By how much the estimate from the header alone may be wrong: repacked weights lie beside the file's, and graphs
// hold more than the largest product.
constexpr double header_margin = 2.0;
// llama.cpp answers with a std::map. Its libraries for Windows are built by another compiler than MinGW's, whose maps
// are others: from there, only the header is asked.
#ifdef __MINGW32__
constexpr bool can_measure = false;
#else
constexpr bool can_measure = true;
#endif

struct FreeContext {
    void operator()(llama_context * context) const { llama_free(context); }
};

uint32_t context_size_of(const ContextOptions & options, uint32_t trained) {
    return options.context_size == 0 ? std::min(default_context, std::max(trained, 1u)) : options.context_size;
}

// Repacked weights lie in buffers of the CPU's that count as none of the host's.
[[maybe_unused]] bool in_main_memory(ggml_backend_buffer_type_t type) {
    const ggml_backend_dev_t device = ggml_backend_buft_get_device(type);
    return ggml_backend_buft_is_host(type) ||
           (device != nullptr && ggml_backend_dev_type(device) == GGML_BACKEND_DEVICE_TYPE_CPU);
}

MemoryNeeds measure(const JudgeModel & model, ContextOptions options, uint32_t context_size) {
    options.context_size = context_size;
    const ContextSettings settings = ContextSettings::resolve(options, model);
    const int32_t streams = std::max(settings.parallel, 1);
    clear_problems();
    const std::unique_ptr<llama_context, FreeContext> context(
        llama_init_from_model(model.get_mutable(), settings.parameters(streams)));
    if (!context) {
        throw Error(ErrorCode::out_of_memory, "llama.cpp cannot make such a context (" + recent_problems() + ")");
    }
    MemoryNeeds needs;
    if constexpr (can_measure) {
        for (const auto & [type, part] : llama_get_memory_breakdown(context.get())) {
            if (in_main_memory(type)) {
                needs.weights += part.model;
                needs.cache += part.context;
                needs.compute += part.compute;
            }
        }
    } else {
        throw Error(ErrorCode::internal, "this build cannot ask llama.cpp for what a judge takes");
    }
    needs.cache += cell_bytes * static_cast<uint64_t>(streams) * context_size;
    return needs;
}

uint64_t on_line(uint64_t low, uint64_t high, double share) {
    return high <= low ? high : low + static_cast<uint64_t>(static_cast<double>(high - low) * share);
}

// Of all contexts with that many tokens each.
MemoryNeeds needs_of(const JudgeModel & model, const std::vector<ContextOptions> & contexts, uint32_t context_size) {
    MemoryNeeds sum;
    for (const ContextOptions & options : contexts) {
        MemoryNeeds needs = measure(model, options, std::min(context_size, most_measured));
        if (context_size > most_measured) {
            const MemoryNeeds half = measure(model, options, most_measured / 2);
            const double share = static_cast<double>(context_size) / (most_measured / 2) - 1.0;
            needs.cache = on_line(half.cache, needs.cache, share);
            needs.compute = on_line(half.compute, needs.compute, share);
        }
        sum.weights = needs.weights;
        sum.cache += needs.cache;
        sum.compute += needs.compute;
    }
    return sum;
}

// The largest context that takes no more than `most` bytes, in whole groups; 0 where none does.
uint32_t largest_context(const JudgeModel & model, const std::vector<ContextOptions> & contexts, uint32_t wanted,
                         uint64_t most) {
    uint32_t fits = 0;
    uint32_t exceeds = wanted / smallest_context + 1;
    while (exceeds - fits > 1) {
        const uint32_t middle = fits + (exceeds - fits) / 2;
        (needs_of(model, contexts, middle * smallest_context).total() <= most ? fits : exceeds) = middle;
    }
    return fits * smallest_context;
}

std::string shown(uint64_t bytes) {
    char text[32];
    const auto size = static_cast<double>(bytes);
    if (bytes < 1000000000u) {
        std::snprintf(text, sizeof(text), "%.0f MB", std::max(size / 1e6, 1.0));
    } else {
        std::snprintf(text, sizeof(text), "%.1f GB", size / 1e9);
    }
    return text;
}

std::shared_ptr<JudgeModel> dry(ModelOptions options) {
    options.dry = true;
    return JudgeModel::load(options, nullptr, nullptr);
}

// More than the judge will take, from its header alone; 0 where that does not tell.
uint64_t header_bound(const ModelOptions & model, const std::vector<ContextOptions> & contexts) {
    if (!model.devices.empty()) {
        return 0;
    }
    double bytes = 0;
    const std::vector<GgufShard> shards = open_gguf(model.path);
    for (const GgufShard & shard : shards) {
        bytes += static_cast<double>(std::filesystem::file_size(shard.path));
    }
    const gguf_context & header = *shards.front().meta;
    const std::string prefix = gguf_text(header, "general.architecture") + ".";
    const auto largest = [&](const char * key) {
        const std::vector<int64_t> values = gguf_integers(header, prefix + key);
        return values.empty() ? 0.0 : static_cast<double>(*std::max_element(values.begin(), values.end()));
    };
    const double layers = largest("block_count");
    const double width = largest("embedding_length");
    const double heads = largest("attention.head_count");
    if (layers < 1 || width < 1 || heads < 1) {
        return 0;
    }
    const double head = std::max({width / heads, largest("attention.key_length"), largest("attention.value_length")});
    const auto trained = static_cast<uint32_t>(std::max(largest("context_length"), 1.0));
    for (const ContextOptions & options : contexts) {
        const double cells = static_cast<double>(context_size_of(options, trained)) * std::max(options.parallel, 1u);
        const double keys_and_values = 2 * layers * heads * head * sizeof(float);
        const double call = std::max<double>(options.batch_size, 512);
        const double products = call * (heads * cells + 16 * width + 4 * largest("feed_forward_length"));
        bytes += cells * (keys_and_values + cell_bytes) + products * sizeof(float);
    }
    const double most = bytes * header_margin;
    return most < 1e18 ? static_cast<uint64_t>(most) : 0;
}

}  // namespace

MemoryNeeds memory_needs(const ModelOptions & model, const std::vector<ContextOptions> & contexts) {
    const std::shared_ptr<JudgeModel> judge = dry(model);
    const auto trained = static_cast<uint32_t>(std::max(judge->training_context(), 1));
    return needs_of(*judge, contexts, context_size_of(contexts.front(), trained));
}

void require_memory(const ModelOptions & model, const std::vector<ContextOptions> & contexts,
                    const MemoryBound & bound) {
    if (bound.bytes == 0) {
        return;
    }
    const uint64_t most_by_header = header_bound(model, contexts);
    if (most_by_header != 0 && most_by_header <= bound.bytes) {
        return;
    }
    const std::shared_ptr<JudgeModel> judge = dry(model);
    if constexpr (!can_measure) {
        throw Error(ErrorCode::out_of_memory,
                    "it may take up to " + shown(most_by_header) +
                        " of memory by its header, which is all that this build can ask, and " + bound.what + " is " +
                        shown(bound.bytes) + "; set a memory limit of so much, if there is");
    }
    const auto trained = static_cast<uint32_t>(std::max(judge->training_context(), 1));
    const uint32_t wanted = context_size_of(contexts.front(), trained);
    // Refuses what is out of range before its needs are asked for.
    ContextSettings::resolve(contexts.front(), *judge);
    const MemoryNeeds needs = needs_of(*judge, contexts, wanted);
    if (needs.total() <= bound.bytes) {
        return;
    }
    const uint32_t fits = largest_context(*judge, contexts, wanted, bound.bytes);
    throw Error(ErrorCode::out_of_memory,
                "it would take about " + shown(needs.total()) + " of memory (weights " + shown(needs.weights) +
                    ", key-value cache of " + std::to_string(wanted) + " tokens " + shown(needs.cache) + ", buffers " +
                    shown(needs.compute) + "), and " + bound.what + " is " + shown(bound.bytes) + ": " +
                    (fits > 0 ? "a context of " + std::to_string(fits) + " tokens would fit"
                              : "no context would fit; use a smaller judge, or weights of fewer bits"));
}

}  // namespace lager
