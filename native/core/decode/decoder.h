#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "core/decode/context_settings.h"
#include "core/decode/kv_streams.h"
#include "core/decode/thread_pool.h"
#include "core/model/judge_model.h"
#include "llama.h"

namespace lager {

// Tokens of one stream that are decoded together with others.
struct DecodePart {
    const int32_t * tokens;
    int32_t count;
    int32_t position;  // of the first one
    int32_t stream;
    bool output;  // of the last one: its logits are wanted
};

// A llama.cpp context of one judge, with threads of its own, that decodes prompts into the streams of its
// key-value cache and knows what they hold. Not to be called from two threads at once.
class Decoder {
public:
    // `callback` sees every tensor of a graph, as llama.cpp's cb_eval does. Throws `unsupported_judge`,
    // `invalid_adapter`, `out_of_memory`.
    Decoder(std::shared_ptr<const JudgeModel> model, const ContextSettings & settings,
            ggml_backend_sched_eval_callback callback, void * user_data);
    Decoder(const Decoder &) = delete;
    Decoder & operator=(const Decoder &) = delete;

    // Context size and parallel prompts are those that llama.cpp could give.
    const ContextSettings & settings() const { return settings_; }
    // For models that know fewer positions than the context has tokens.
    void limit_context_size(int64_t most);
    // What llama.cpp's context was made with, without the callbacks: for a bare one of the same kind.
    llama_context_params parameters() const { return settings_.parameters(settings_.parallel); }
    // Time spent in llama.cpp's decode calls so far. May be asked while another thread decodes.
    std::chrono::nanoseconds decode_time() const { return std::chrono::nanoseconds(decode_time_.load()); }

    const KvStreams & streams() const { return *streams_; }
    KvStreams & streams() { return *streams_; }

    // Throws `invalid_argument`, `prompt_too_long` for what is no prompt.
    void require_decodable(const Tokens & prompt) const;
    void require_in_vocabulary(const Tokens & tokens) const;

    // One call of llama.cpp's. Throws `decode_failed`, `aborted`; then the streams are empty.
    void decode(const std::vector<DecodePart> & parts, const AbortCheck & aborted);
    // Decodes a prompt in the first stream, but for what it can go on from, with its last token as the output;
    // `on_last` is told the size of the last call. Returns how many tokens were kept. Throws as `decode`.
    int32_t prefill(const Tokens & prompt, const std::function<void(int32_t)> & on_last, const AbortCheck & aborted);
    // Decodes a token behind the first stream's prompt and what was generated behind that, as an output.
    void decode_generated(int32_t token, const AbortCheck & aborted);

    // llama.cpp's own logits of an output of the last call, [vocabulary]; −1: the last one. Throws `decode_failed`.
    const float * logits(int32_t output) const;

private:
    struct Free {
        void operator()(llama_context * context) const { llama_free(context); }
    };

    void make_context(ggml_backend_sched_eval_callback callback, void * user_data);
    void call(const std::vector<DecodePart> & parts, const AbortCheck & aborted);

    const std::shared_ptr<const JudgeModel> model_;
    ContextSettings settings_;
    ThreadPool thread_pool_;
    std::unique_ptr<llama_context, Free> context_;
    std::unique_ptr<KvStreams> streams_;
    std::atomic<int64_t> decode_time_{0};  // nanoseconds
    const AbortCheck * abort_check_ = nullptr;
};

}  // namespace lager
