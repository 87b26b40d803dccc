#pragma once

#include <cstdint>
#include <vector>

#include "core/head/head_trace.h"
#include "ggml.h"

namespace lager {

// Whether the head's ops, recorded for one row, mean the same for several: each is computed row by row,
// and nothing looks at memory in another shape.
bool takes_several_rows(const HeadTrace & trace);

// Clones a chain of the traced ops for a few rows of hidden states.
class HeadReplay {
public:
    // `weights` are those of the clones, by the trace's values.
    HeadReplay(ggml_context * context, const HeadTrace & trace, const std::vector<ggml_tensor *> & weights,
               int64_t padded_tokens)
        : context_(context), trace_(trace), weights_(weights), padded_tokens_(padded_tokens) {}

    // The logits of the `rows` tokens' hidden states, with the output norm or past it.
    ggml_tensor * logits(ggml_tensor * hidden, int64_t rows, bool with_norm);

private:
    ggml_tensor * make(int index);

    ggml_context * context_;
    const HeadTrace & trace_;
    const std::vector<ggml_tensor *> & weights_;
    const int64_t padded_tokens_;
    int64_t rows_ = 1;
    std::vector<ggml_tensor *> made_;  // by the trace's values
};

}  // namespace lager
