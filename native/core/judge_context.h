#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/decode/decoder.h"
#include "core/head/layer_capture.h"
#include "core/head/own_logits.h"
#include "core/head/score_heads.h"
#include "core/model/judge_model.h"

namespace lager {

// What one prompt gave.
struct CaptureResult {
    LayerLogits logits;
    int32_t prompt_tokens = 0;
    int32_t reused_tokens = 0;  // of them, kept from what was decoded before
    // Largest difference of the last layer's logits to llama.cpp's own; 0 where they are bit-identical.
    float head_difference = 0.0f;
    // Share of the whole vocabulary's probability (last layer) that the score tokens hold.
    double score_mass = 0.0;
    // Residual stream at the score position, [layers + 1, width]; row 0 is NaN where the token embedding
    // was not found. Empty unless it was asked for.
    std::vector<float> hidden;
};

// What a judge wrote.
struct Generation {
    Tokens tokens;              // without the token that ends the judge's turn
    bool ended = false;         // the judge ended its turn
    int32_t reused_tokens = 0;  // of the prompt, kept from what was decoded before
};

// Decodes prompts in one llama.cpp context, captures every layer at the score position and projects the hidden
// states onto the score tokens. One job at a time: not to be called from two threads at once.
class JudgeContext {
public:
    // Tokens that one head may have, and tokens that one call may generate.
    static constexpr size_t most_score_tokens = 4096;
    static constexpr int32_t most_generated = 1 << 20;

    // Traces the head and checks it on a probe. Throws `unsupported_judge`, `invalid_adapter`,
    // `invalid_argument`, `out_of_memory`, `aborted`.
    JudgeContext(std::shared_ptr<const JudgeModel> model, const ContextOptions & options, const AbortCheck & aborted);

    // Score logits at the last of `prompt`'s tokens. The part of it that the prompt before shared is not
    // decoded again. Throws `invalid_argument`, `prompt_too_long`, `decode_failed`, `aborted`,
    // `capture_incomplete`, `head_mismatch`. After an error the context is still good.
    // `keep_hidden`: the hidden states come along, which changes no logit on the CPU.
    CaptureResult capture(const Tokens & prompt, const Tokens & score_tokens, const AbortCheck & aborted,
                          bool keep_hidden = false);

    // Score logits at the last token of each of up to `settings().parallel` prompts, whose last tokens are decoded
    // and captured together. What the prompts share with each other, or with those of the call
    // before, is decoded once. The results depend on the prompts' company, within a device's rounding.
    // Throws as `capture`.
    std::vector<CaptureResult> capture_batch(const std::vector<Tokens> & prompts, const Tokens & score_tokens,
                                             const AbortCheck & aborted, bool keep_hidden = false);

    // Goes on greedily from the prompt and what was generated behind it before: up to `count` tokens,
    // fewer when the judge ends its turn or the context is full. The prompt is decoded as `capture`
    // decodes it, and each token behind it on its own; so what comes out depends on the arguments
    // alone, and one call for ten tokens gives what ten calls for one do. Throws as `capture`.
    Generation generate(const Tokens & prompt, const Tokens & generated, int32_t count, const AbortCheck & aborted);

    // Forgets the prompt before, so that the next one is decoded whole.
    void forget() { decoder_.streams().forget(); }

    const ContextSettings & settings() const { return decoder_.settings(); }
    // What llama.cpp's context was made with, without the callbacks: for a bare one of the same kind.
    llama_context_params parameters() const { return decoder_.parameters(); }
    // Time spent in llama.cpp's decode calls so far. May be asked while another thread decodes.
    std::chrono::nanoseconds decode_time() const { return decoder_.decode_time(); }
    // Largest difference that the check on load saw.
    float self_check_difference() const { return self_check_difference_; }
    bool has_embedding_row() const { return capture_.has_embedding(); }

private:
    void trace_head(const AbortCheck & aborted);
    void self_check(const AbortCheck & aborted);
    void require_score_tokens(const Tokens & score_tokens) const;
    // Projects what was captured of `count` prompts, by their place in the capture.
    std::vector<LayerLogits> project(ScoreHead & head, const Tokens & score_tokens, size_t count, bool on_device);
    // The result of the capture's `place`-th prompt, whose output is the decode call's `output`-th.
    CaptureResult finish(LayerLogits logits, const Tokens & score_tokens, size_t place, int32_t output,
                         Agreement agreement, bool keep_hidden) const;
    int32_t greedy_token() const;

    const std::shared_ptr<const JudgeModel> model_;
    LayerCapture capture_;
    Decoder decoder_;
    std::unique_ptr<ScoreHeads> heads_;
    float self_check_difference_ = 0.0f;
};

}  // namespace lager
