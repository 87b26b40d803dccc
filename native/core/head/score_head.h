#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/head/head_graph.h"
#include "core/head/head_trace.h"

namespace lager {

// Score logits of every layer, [layers + 1, score tokens] row-major; row 0 is the token embedding, a row
// of NaN was not captured.
struct LayerLogits {
    std::vector<float> normed;  // W_k · N(h_l), with the model's own logit transforms
    std::vector<float> raw;     // W_k · h_l, without the output norm (as `normed` if there is none)
};

// The model's head cut to the rows of the score tokens, in the weights' own type, as one small graph
// on the backend that holds the LM head. On the CPU rows of hidden states go through it one at a time,
// each with the shapes that llama.cpp uses for a single output, so that the results are its bits. On
// a device, where starting an op costs more than computing it, they go through together, as a batch of
// products of one row each: through the same kernels as one row alone.
// It holds copies of the weights that it needs and does not depend on the model's lifetime.
class ScoreHead {
public:
    // `shards` are the GGUF's files, for weights that cannot be read back. `positions`: score positions whose
    // rows are to be held on the device at once.
    ScoreHead(const HeadTrace & trace, int n_layer, const std::vector<int32_t> & score_tokens,
              const std::vector<std::string> & shards, int positions = 1)
        : graph_(build_head_graph(trace, n_layer, score_tokens, shards, positions)) {}

    // `hidden` is [layers + 1, width of the residual stream] of one position; `captured[l]` says
    // whether row l is there.
    LayerLogits project(const std::vector<float> & hidden, const std::vector<bool> & captured);
    // The same of the first `positions` of the hidden states that were written to `device_rows()`.
    std::vector<LayerLogits> project_device_rows(const std::vector<bool> & captured, int positions);
    // Where hidden states can be written without a way through the host: [layers + 1] tensors of
    // [n_embd, positions]. Empty when the head runs on the CPU, and when it is of a shape that takes
    // one position only and several were asked for.
    const std::vector<ggml_tensor *> & device_rows() const { return graph_.device_rows; }

    // Whether the head runs on the CPU, where its results must equal llama.cpp's bit for bit.
    bool exact() const { return graph_.exact; }

private:
    std::vector<LayerLogits> compute(const std::vector<bool> & captured, int positions);

    HeadGraph graph_;
};

}  // namespace lager
