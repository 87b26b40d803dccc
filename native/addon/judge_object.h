#pragma once

#include <napi.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>

#include "judge_context.h"
#include "judge_model.h"
#include "values.h"

namespace lager::addon {

// What a loaded judge holds. Jobs keep it alive, so that neither garbage collection nor dispose()
// frees it under a running job.
struct LoadedJudge {
    std::mutex mutex;  // one job at a time
    std::shared_ptr<JudgeModel> model;
    ContextOptions options;                 // that `context` was made with
    std::unique_ptr<JudgeContext> context;  // null once disposed

    // The context for prompts that go on from the one before by a few tokens, and for generated ones: one whose
    // calls may be short. It is made when it is first needed, unless `context` is of that kind.
    JudgeContext & for_short_calls(const AbortCheck & aborted);
    // Of both contexts. May be asked while a job runs.
    std::chrono::nanoseconds decode_time() const;
    // Frees contexts and model.
    void release();

private:
    std::unique_ptr<JudgeContext> short_calls_;
    std::atomic<const JudgeContext *> made_short_calls_{nullptr};  // the same, for other threads
};

// The JavaScript object of a judge (see src/capture/native-addon.ts for its shape).
class JudgeObject final : public Napi::ObjectWrap<JudgeObject> {
public:
    static Napi::Function define(Napi::Env env);
    explicit JudgeObject(const Napi::CallbackInfo & info);

private:
    Napi::Value info(const Napi::CallbackInfo & info);
    Napi::Value metadata(const Napi::CallbackInfo & info);
    Napi::Value decode_seconds(const Napi::CallbackInfo & info);
    Napi::Value special_tokens(const Napi::CallbackInfo & info);
    Napi::Value token_text(const Napi::CallbackInfo & info);
    Napi::Value text_of(const Napi::CallbackInfo & info);
    Napi::Value tokenize(const Napi::CallbackInfo & info);
    Napi::Value score_batch(const Napi::CallbackInfo & info);
    Napi::Value score(const Napi::CallbackInfo & info);
    Napi::Value generate(const Napi::CallbackInfo & info);
    Napi::Value dispose(const Napi::CallbackInfo & info);

    std::shared_ptr<LoadedJudge> require_open(Napi::Env env) const;

    std::shared_ptr<LoadedJudge> judge_;
};

}  // namespace lager::addon
