#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "head_trace.h"
#include "judge_model.h"
#include "layer_capture.h"
#include "llama.h"
#include "pack_plan.h"
#include "score_head.h"
#include "thread_pool.h"

namespace lager {

struct ContextOptions {
    uint32_t context_size = 0;  // tokens; 0: the smaller of 4096 and the training context
    // Tokens a decode call; rounded up to a multiple of `decode_group`, at least two. Recurrent and
    // hybrid models have a fixed one on the CPU.
    uint32_t batch_size = 512;
    int32_t threads = 0;        // 0: one a physical core
    // Flash attention for calls of any length: a token's bits then depend on how many are decoded together.
    bool flash_attention = false;
    // Flash attention on the CPU that costs no bit, and calls of at least `attention_tile` tokens.
    bool tiled_attention = true;
    std::string kv_type = "f16";  // of keys and values, by ggml's name; quantised ones want flash attention
    // Prompts that `score_batch` may take at once, each in a stream of the key-value cache of its own
    // with the whole context size; 0: as many as suit the devices and their free memory, one on the CPU.
    uint32_t parallel = 1;
};

// A decode call starts at a multiple of this many tokens and holds at least as many (but for prompts
// that are shorter). Repacked matrix products take tokens in groups of 4, and a lone token goes
// through other kernels than several do; so a token's bits depend on its position alone. Tried with
// eight kinds of weights (scripts/research/bits): groups of 2 or a call of 1 token differ, 4 and more do not.
constexpr int32_t decode_group = 4;

// ggml's flash attention on the CPU takes calls of at least so many tokens (GGML_FA_TILE_Q in ggml-cpu's common.h)
// in tiles that it fills up with zeros: each token's sums are its own, whatever stands beside it. Shorter calls go
// through another kernel. So where no call is shorter, but for prompts that are, it costs no bit.
constexpr int32_t attention_tile = 64;

// Tokens of the next decode call when `left` of a prompt are still to be decoded: no call leaves a tail
// of fewer than `shortest`.
int32_t decode_call_size(int32_t left, int32_t batch_size, int32_t shortest = decode_group);

struct ScoreOutput {
    LayerLogits logits;
    int32_t prompt_tokens = 0;
    int32_t reused_tokens = 0;   // of them, kept from the prompt before
    // Largest difference of the last layer's logits to llama.cpp's own; 0 where they are bit-identical.
    float head_difference = 0.0f;
    // Share of the whole vocabulary's probability (last layer) that the score tokens hold.
    double score_mass = 0.0;
    // Residual stream at the score position, [layers + 1, width]; row 0 is NaN where the token embedding
    // was not found. Empty unless it was asked for.
    std::vector<float> hidden;
};

struct GenerateOutput {
    std::vector<int32_t> tokens;  // without the token that ends the judge's turn
    bool ended = false;           // the judge ended its turn
    int32_t reused_tokens = 0;    // of the prompt, kept from what was decoded before
};

// Decodes prompts with one judge, captures every layer at the score position and projects the hidden
// states onto the score tokens. One job at a time: not to be called from two threads at once.
class JudgeContext {
public:
    // Traces the head and checks it on a probe. Throws `unsupported_judge`, `invalid_adapter`,
    // `out_of_memory`, `aborted`.
    JudgeContext(std::shared_ptr<JudgeModel> model, const ContextOptions & options, const AbortCheck & aborted);

    // Score logits at the last of `tokens`. The part of the prompt that the one before shared is not
    // decoded again. Throws `invalid_argument`, `prompt_too_long`, `decode_failed`, `aborted`,
    // `capture_incomplete`, `head_mismatch`. After an error the context is still good.
    // `keep_hidden`: the hidden states come along, which changes no logit on the CPU.
    ScoreOutput score(const std::vector<int32_t> & tokens, const std::vector<int32_t> & labels,
                      const AbortCheck & aborted, bool keep_hidden = false);

    // Score logits at the last token of each of up to `parallel()` prompts, whose last tokens are decoded
    // and captured together. What the prompts share with each other, or with those of the call
    // before, is decoded once. The results depend on the prompts' company, within a device's rounding.
    // Throws as `score`.
    std::vector<ScoreOutput> score_batch(const std::vector<std::vector<int32_t>> & prompts,
                                         const std::vector<int32_t> & labels, const AbortCheck & aborted,
                                         bool keep_hidden = false);

    // Goes on greedily from the prompt and what was generated behind it before: up to `count` tokens,
    // fewer when the judge ends its turn or the context is full. The prompt is decoded as `score`
    // decodes it, and each token behind it on its own; so what comes out depends on the arguments
    // alone, and one call for ten tokens gives what ten calls for one do. Throws as `score`.
    GenerateOutput generate(const std::vector<int32_t> & prompt, const std::vector<int32_t> & generated, int32_t count,
                            const AbortCheck & aborted);

    // Forgets the prompt before, so that the next one is decoded whole.
    void forget();

    // What llama.cpp's context was made with, without the callbacks: for a bare one of the same kind.
    llama_context_params parameters() const { return parameters_; }
    // Time spent in llama.cpp's decode calls so far. May be asked while another thread decodes.
    std::chrono::nanoseconds decode_time() const { return std::chrono::nanoseconds(decode_time_.load()); }

    int32_t parallel() const { return parallel_; }
    // Tokens that a prompt may have: those of the context, or fewer where the model knows fewer positions.
    int32_t context_size() const { return context_size_; }
    int32_t batch_size() const { return batch_size_; }
    int32_t threads() const { return threads_; }
    bool flash_attention() const { return flash_attention_; }
    // Flash attention without its short calls, which costs no bit. Off the CPU, and where it does not fit, off.
    bool tiled_attention() const { return tiled_attention_; }
    // Tokens that a decode call holds at least, but for shorter prompts.
    int32_t shortest_call() const { return tiled_attention_ ? attention_tile : decode_group; }
    const char * kv_type() const { return ggml_type_name(kv_type_); }
    // Whether equal inputs give equal bits: head and layers on the CPU, one prompt at a time.
    bool exact() const { return exact_ && parallel_ == 1; }
    // Largest difference that the check on load saw.
    float self_check_difference() const { return self_check_difference_; }
    bool has_embedding_row() const { return capture_.has_embedding(); }

private:
    struct Free {
        void operator()(llama_context * context) const { llama_free(context); }
    };

    // Tokens of one sequence that are decoded together with others.
    struct Part {
        const int32_t * tokens;
        int32_t count;
        int32_t position;  // of the first one
        llama_seq_id sequence;
        bool output;  // of the last one
    };

    void make_context(llama_context_params params, uint32_t context_size, uint32_t parallel);
    void trace_head(const AbortCheck & aborted);
    // llama.cpp leaves out what an adapter changes in places where its graph knows of none.
    void require_adapters_applied(const GraphTrace & graph) const;
    void self_check(const AbortCheck & aborted);
    void decode(const int32_t * tokens, int32_t count, int32_t position, bool output, const AbortCheck & aborted);
    void decode(const std::vector<Part> & parts, const AbortCheck & aborted);
    // The starts and parts of a pack's wave. Notes in `held_` what each stream holds then.
    void decode_wave(const PackPlan::Wave & wave, const std::vector<const std::vector<int32_t> *> & prompt_of,
                     const AbortCheck & aborted);
    void start_stream(const PackPlan::Start & start);
    void require_labels(const std::vector<int32_t> & labels) const;
    void require_decodable(const std::vector<int32_t> & tokens) const;
    int32_t rewind_to_shared_prefix(const std::vector<int32_t> & tokens);
    // Decodes a prompt with its last token as the output; `on_last` is told the size of the last call.
    int32_t prefill(const std::vector<int32_t> & tokens, const std::function<void(int32_t)> & on_last,
                    const AbortCheck & aborted);
    void drop_generated();
    int32_t greedy_token() const;
    ScoreHead & head_for(const std::vector<int32_t> & labels, int positions = 1);
    // `row`: of the last decode's outputs. Several of them may come from other kernels than one alone.
    void compare_with_own_logits(ScoreOutput & output, const std::vector<int32_t> & labels, int32_t row, bool alone);
    // Hidden states of a captured position as they are given out.
    std::vector<float> hidden_states(size_t i) const;

    std::shared_ptr<JudgeModel> model_;
    LayerCapture capture_;
    llama_context_params parameters_{};
    ThreadPool thread_pool_;
    std::unique_ptr<llama_context, Free> context_;
    std::atomic<int64_t> decode_time_{0};  // nanoseconds
    HeadTrace head_trace_;
    // By labels and by the positions that they take at once.
    std::map<std::pair<std::vector<int32_t>, int>, std::unique_ptr<ScoreHead>> heads_;
    std::vector<int32_t> decoded_;  // tokens whose keys and values the context holds, in its first stream
    std::vector<std::vector<int32_t>> others_;  // the same of its other streams, as far as it has any
    // Generated tokens behind them. Each was decoded on its own, through other kernels than a prompt's
    // tokens are, so no prompt may go on from them.
    std::vector<int32_t> generated_;
    std::optional<int32_t> next_token_;  // the greedy one behind both, when the last decode gave it
    int32_t context_size_ = 0;
    int32_t batch_size_ = 0;
    int32_t threads_ = 0;
    int32_t parallel_ = 1;
    bool flash_attention_ = false;
    bool tiled_attention_ = false;
    ggml_type kv_type_ = GGML_TYPE_F16;
    bool exact_ = true;
    bool recurrent_ = false;
    float self_check_difference_ = 0.0f;
    const AbortCheck * abort_check_ = nullptr;
};

}  // namespace lager
