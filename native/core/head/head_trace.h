#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/head/graph_trace.h"
#include "ggml-backend.h"
#include "ggml.h"

namespace lager {

// The model's head — output norm, LM head and whatever logit transforms the model has — as llama.cpp's
// own graph computes it for one row, from the last layer's output to the logits. Recorded from a
// decode of a single token, so that every shape on the way is that of one row, and a replay needs
// no table of architectures.
struct HeadTrace {
    enum class Kind {
        input,   // the last layer's output, shape [n_embd]
        weight,  // a tensor of the model
        op,      // computed from other values
    };
    // Along which dimension a value spans the vocabulary, and is cut to the score tokens.
    enum class Cut { none, dim0, dim1 };

    struct Value {
        Kind kind;
        Cut cut = Cut::none;
        ggml_tensor proto{};  // type, shape, strides, op and its parameters; pointers in it are not used
        const ggml_tensor * weight = nullptr;  // kind weight: the model's tensor
        std::array<int, GGML_MAX_SRC> src{};  // kind op: indices of the sources, or one of these
        static constexpr int no_source = -1;
        static constexpr int itself = -2;  // a cast names its own result as what it copies into
        int view_src = -1;                     // kind op: index of the value it is a view of
    };

    std::vector<Value> values;  // sources before their readers; the last one is the logits
    int input = -1;             // index of the input
    int normed = -1;            // index of the normed hidden state, −1 if the head has no norm
    int norm_input = -1;        // index of what the norm is applied to: mostly the input itself
    int lm_head = -1;           // index of the LM head's weight

    // Shape of a token's residual stream, as the last layer gives it.
    RowShape row_shape() const;

    // Follows the graph back from the logits to the last layer's output, of that name. Throws
    // `unsupported_judge` with the tensor that does not fit.
    static HeadTrace record(const GraphTrace & graph, const std::string & last_layer_output, int64_t n_vocab);
};

}  // namespace lager
