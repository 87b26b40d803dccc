#include "core/judge.h"

#include "core/error.h"

namespace lager {

Judge::Judge(const ModelOptions & model, const ContextOptions & context, const MemoryBound & memory,
             const LoadProgress & progress, const AbortCheck & aborted)
    : model_options_(model), options_(context), memory_(memory) {
    require_memory(model, {context}, memory);
    model_ = JudgeModel::load(model, progress, aborted);
    context_ = std::make_unique<JudgeContext>(model_, context, aborted);
}

template <typename Job>
auto Judge::run(const CaptureOptions & options, const AbortCheck & aborted, const Job & job) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!context_) {
        throw Error(ErrorCode::disposed, "the judge was disposed");
    }
    JudgeContext & context = options.plain_attention ? with_plain_attention(aborted) : *context_;
    if (options.fresh) {
        context.forget();
    }
    return job(context);
}

JudgeContext & Judge::with_plain_attention(const AbortCheck & aborted) {
    if (!context_->settings().tiled_attention) {
        return *context_;
    }
    if (!plain_) {
        ContextOptions options = options_;
        options.tiled_attention = false;
        require_memory(model_options_, {options_, options}, memory_);
        plain_ = std::make_unique<JudgeContext>(model_, options, aborted);
        made_plain_ = plain_.get();
    }
    return *plain_;
}

CaptureResult Judge::capture(const Tokens & prompt, const Tokens & score_tokens, const CaptureOptions & options,
                             const AbortCheck & aborted) {
    return run(options, aborted,
               [&](JudgeContext & context) { return context.capture(prompt, score_tokens, aborted, options.hidden); });
}

std::vector<CaptureResult> Judge::capture_batch(const std::vector<Tokens> & prompts, const Tokens & score_tokens,
                                                const CaptureOptions & options, const AbortCheck & aborted) {
    return run(options, aborted, [&](JudgeContext & context) {
        return context.capture_batch(prompts, score_tokens, aborted, options.hidden);
    });
}

Generation Judge::generate(const Tokens & prompt, const Tokens & generated, int32_t count, const AbortCheck & aborted) {
    CaptureOptions options;
    // ggml's flash attention would share a lone token's keys out among the threads.
    options.plain_attention = true;
    return run(options, aborted,
               [&](JudgeContext & context) { return context.generate(prompt, generated, count, aborted); });
}

std::chrono::nanoseconds Judge::decode_time() const {
    const JudgeContext * plain = made_plain_;
    return context_->decode_time() + (plain == nullptr ? std::chrono::nanoseconds(0) : plain->decode_time());
}

void Judge::close() {
    const std::lock_guard<std::mutex> lock(mutex_);
    made_plain_ = nullptr;
    plain_.reset();
    context_.reset();
    model_.reset();
}

}  // namespace lager
