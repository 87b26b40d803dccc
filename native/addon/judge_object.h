#pragma once

#include <napi.h>

#include <memory>

#include "core/judge.h"

namespace lager::addon {

// The JavaScript object of a judge (see src/engine/addon/boundary.ts for its shape). Jobs keep the judge
// alive, so that neither garbage collection nor dispose() frees it under a running job.
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
    Napi::Value capture(const Napi::CallbackInfo & info);
    Napi::Value capture_batch(const Napi::CallbackInfo & info);
    Napi::Value generate(const Napi::CallbackInfo & info);
    Napi::Value dispose(const Napi::CallbackInfo & info);

    template <Napi::Value (JudgeObject::*method)(const Napi::CallbackInfo &)>
    Napi::Value guard(const Napi::CallbackInfo & info);
    template <Napi::Value (JudgeObject::*method)(const Napi::CallbackInfo &)>
    static auto define_method(const char * name);

    // Throws `disposed`.
    const std::shared_ptr<Judge> & judge() const;

    std::shared_ptr<Judge> judge_;  // null once disposed
};

}  // namespace lager::addon
