#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "core/judge_context.h"
#include "core/memory_needs.h"
#include "core/model/judge_model.h"

namespace lager {

// How prompts are captured.
struct CaptureOptions {
    bool fresh = false;   // decode the whole prompt, whatever was decoded before
    bool hidden = false;  // give the hidden states as well
    // For prompts that go on from the one before by a few tokens: decode as few as those, with plain attention. The
    // two kinds of attention give different bits, each the same ones always.
    bool plain_attention = false;
};

// A loaded judge: its model, and the contexts that it decodes in. With tiled attention every call has many tokens;
// few at a time are decoded in a second context with plain attention, which is made when it is first needed.
// Where the first one has plain attention anyway it serves for both.
//
// Jobs of several threads wait for each other. After `close` each of them ends with `disposed`.
class Judge {
public:
    // Throws as `require_memory`, `JudgeModel::load` and `JudgeContext`'s constructor.
    Judge(const ModelOptions & model, const ContextOptions & context, const MemoryBound & memory,
          const LoadProgress & progress, const AbortCheck & aborted);

    // See JudgeContext for what these give and throw; the first job with plain attention throws as `require_memory`.
    CaptureResult capture(const Tokens & prompt, const Tokens & score_tokens, const CaptureOptions & options,
                          const AbortCheck & aborted);
    std::vector<CaptureResult> capture_batch(const std::vector<Tokens> & prompts, const Tokens & score_tokens,
                                             const CaptureOptions & options, const AbortCheck & aborted);
    Generation generate(const Tokens & prompt, const Tokens & generated, int32_t count, const AbortCheck & aborted);

    // Waits for the running job, then frees everything.
    void close();

    // Not after `close`. The vocabulary may be used while a job runs: it is not written to.
    const std::shared_ptr<const JudgeModel> & model() const { return model_; }
    // The first context.
    const JudgeContext & context() const { return *context_; }
    // Of both contexts. May be asked while a job runs.
    std::chrono::nanoseconds decode_time() const;

private:
    // Runs a job in the context that it wants, while no other does.
    template <typename Job>
    auto run(const CaptureOptions & options, const AbortCheck & aborted, const Job & job);
    JudgeContext & with_plain_attention(const AbortCheck & aborted);

    std::mutex mutex_;  // one job at a time
    std::shared_ptr<const JudgeModel> model_;
    const ModelOptions model_options_;
    const ContextOptions options_;
    const MemoryBound memory_;
    std::unique_ptr<JudgeContext> context_;
    std::unique_ptr<JudgeContext> plain_;
    std::atomic<const JudgeContext *> made_plain_{nullptr};  // the same, for other threads
};

}  // namespace lager
