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
// on the backend that holds the LM head. Rows of hidden states go through it one at a time, each
// with the shapes that llama.cpp uses for a single output, so that the results are its bits.
// It holds copies of the weights that it needs and does not depend on the model's lifetime.
class ScoreHead {
public:
    // `labels` are token ids. `shards` are the GGUF's files, for weights that cannot be read back.
    ScoreHead(const HeadTrace & trace, int n_layer, const std::vector<int32_t> & labels,
              const std::vector<std::string> & shards);
    ~ScoreHead();
    ScoreHead(const ScoreHead &) = delete;
    ScoreHead & operator=(const ScoreHead &) = delete;

    // `hidden` is [layers + 1, width of the residual stream]; `captured[l]` says whether row l is there.
    LayerLogits project(const std::vector<float> & hidden, const std::vector<bool> & captured);
    // The same of hidden states that were written to `device_rows()`.
    LayerLogits project_device_rows(const std::vector<bool> & captured);
    // Where hidden states can be written without a way through the host, [layers + 1]; empty when the
    // head runs on the CPU.
    std::vector<ggml_tensor *> device_rows() const;

    // Whether the head runs on the CPU, where its results must equal llama.cpp's bit for bit.
    bool exact() const;
    const std::vector<int32_t> & labels() const { return labels_; }

private:
    LayerLogits compute(const std::vector<bool> & captured);

    struct Parts;
    std::unique_ptr<Parts> parts_;
    std::vector<int32_t> labels_;
    int64_t width_;      // of a token's residual stream
    int rows_;           // layers + 1
    int64_t label_rows_;  // labels, padded to whole groups of the repacked kernels
};

}  // namespace lager
