#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/decode/context_settings.h"
#include "core/model/judge_model.h"

namespace lager {

// What an engine may take of the main memory.
struct MemoryBound {
    uint64_t bytes = 0;  // 0: unbounded
    std::string what;    // in a clause: "the memory limit"
};

// What llama.cpp takes of the main memory for a judge: bytes. What lies on a device of its own is not in it.
struct MemoryNeeds {
    uint64_t weights = 0;
    uint64_t cache = 0;    // keys and values, and what is kept of each of their cells
    uint64_t compute = 0;  // buffers of the largest decode call

    uint64_t total() const { return weights + cache + compute; }
};

// What a judge would take with contexts of these kinds. Its file's header is read, and nothing is loaded. Throws as
// `JudgeModel::load` and `ContextSettings::resolve`.
MemoryNeeds memory_needs(const ModelOptions & model, const std::vector<ContextOptions> & contexts);

// Throws `out_of_memory`, with the figures and the largest context that would fit, where a judge with these contexts
// would take more than the bound; and as `memory_needs`. Where it is far below, that is seen from the header alone,
// in a moment.
void require_memory(const ModelOptions & model, const std::vector<ContextOptions> & contexts,
                    const MemoryBound & bound);

}  // namespace lager
