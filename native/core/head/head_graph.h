#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/ggml_handles.h"
#include "core/head/head_trace.h"

namespace lager {

// A model's head cut to the score tokens, with the weights, inputs and results that its graph works on.
struct HeadGraph {
    GgmlBackend backend;
    GgmlContext matrix_context;  // weights cut along dim 1, in the LM head's own kind of buffer
    GgmlBuffer matrix_buffer;
    GgmlContext small_context;  // all other weights, inputs and the result
    GgmlBuffer small_buffer;
    GgmlContext graph_context;
    GgmlAllocator allocator;
    ggml_cgraph * graph = nullptr;

    size_t score_tokens = 0;
    int64_t padded_tokens = 0;  // score tokens, padded to whole groups of the repacked kernels
    int layer_rows = 0;         // layers + 1
    int positions = 0;          // that the inputs hold; the rows of one layer lie next to each other
    size_t width = 0;           // of a token's residual stream
    bool exact = false;         // on the CPU

    // Rows of residual streams: layer by layer, and of each layer its positions.
    ggml_tensor * hidden = nullptr;
    std::vector<ggml_tensor *> layers;       // views of `hidden`, a layer's rows each
    std::vector<ggml_tensor *> inputs;       // views of `hidden`, the rows that one chain of ops takes
    std::vector<ggml_tensor *> device_rows;  // `layers`, or empty
    ggml_tensor * result = nullptr;          // [padded tokens, 2 rows]: normed rows, then raw rows

    int rows() const { return layer_rows * positions; }
};

// See ScoreHead for the arguments. Throws `unsupported_judge`, `backend_unavailable`, `out_of_memory`.
HeadGraph build_head_graph(const HeadTrace & trace, int n_layer, const std::vector<int32_t> & score_tokens,
                           const std::vector<std::string> & shards, int positions);

}  // namespace lager
