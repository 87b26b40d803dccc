#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ggml-backend.h"
#include "ggml.h"
#include "head_trace.h"

namespace lager {

// Score logits of every layer, [layers + 1, labels] row-major; row 0 is the token embedding, a row
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
    // `labels` are token ids. `shards` are the GGUF's files, for weights that cannot be read back.
    // `positions`: score positions whose rows are to be held on the device at once.
    ScoreHead(const HeadTrace & trace, int n_layer, const std::vector<int32_t> & labels,
              const std::vector<std::string> & shards, int positions = 1);
    ~ScoreHead();
    ScoreHead(const ScoreHead &) = delete;
    ScoreHead & operator=(const ScoreHead &) = delete;

    // `hidden` is [layers + 1, width of the residual stream] of one position; `captured[l]` says
    // whether row l is there.
    LayerLogits project(const std::vector<float> & hidden, const std::vector<bool> & captured);
    // The same of the first `positions` of the hidden states that were written to `device_rows()`.
    std::vector<LayerLogits> project_device_rows(const std::vector<bool> & captured, int positions);
    // Where hidden states can be written without a way through the host: [layers + 1] tensors of
    // [n_embd, positions]. Empty when the head runs on the CPU, and when it is of a shape that takes
    // one position only and several were asked for.
    const std::vector<ggml_tensor *> & device_rows() const;

    // Whether the head runs on the CPU, where its results must equal llama.cpp's bit for bit.
    bool exact() const;
    const std::vector<int32_t> & labels() const { return labels_; }

private:
    std::vector<LayerLogits> compute(const std::vector<bool> & captured, int positions);

    struct Parts;
    std::unique_ptr<Parts> parts_;
    std::vector<int32_t> labels_;
    int64_t width_;        // of a token's residual stream
    int layer_rows_;       // layers + 1
    int positions_;        // that the inputs hold; the rows of one layer lie next to each other
    int64_t label_rows_;  // labels, padded to whole groups of the repacked kernels
};

}  // namespace lager
