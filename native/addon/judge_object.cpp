#include "judge_object.h"

#include "error.h"

namespace lager::addon {
namespace {

Napi::Object from_score(Napi::Env env, const ScoreOutput & output) {
    auto object = Napi::Object::New(env);
    object.Set("normed", from_floats(env, output.logits.normed));
    object.Set("raw", from_floats(env, output.logits.raw));
    object.Set("promptTokens", output.prompt_tokens);
    object.Set("reusedTokens", output.reused_tokens);
    object.Set("headDifference", output.head_difference);
    object.Set("scoreMass", output.score_mass);
    if (!output.hidden.empty()) {
        object.Set("hidden", from_floats(env, output.hidden));
    }
    return object;
}

// How a job wants its context.
struct ContextUse {
    bool reuse;  // with what was decoded before
    bool short_calls;
};

// Runs `job` on the context while no other job does. Throws `disposed`.
template <typename Job>
auto with_context(LoadedJudge & judge, const ContextUse & use, const AbortCheck & aborted, const Job & job) {
    const std::lock_guard<std::mutex> lock(judge.mutex);
    if (!judge.context) {
        throw Error(ErrorCode::disposed, "the judge was disposed");
    }
    JudgeContext & context = use.short_calls ? judge.for_short_calls(aborted) : *judge.context;
    if (!use.reuse) {
        context.forget();
    }
    return job(context);
}

AbortCheck check_of(const CancelFlag & cancel) {
    return [cancel] { return cancel->load(); };
}

}  // namespace

JudgeContext & LoadedJudge::for_short_calls(const AbortCheck & aborted) {
    if (!context->tiled_attention()) {
        return *context;
    }
    if (!short_calls_) {
        ContextOptions plain = options;
        plain.tiled_attention = false;
        short_calls_ = std::make_unique<JudgeContext>(model, plain, aborted);
        made_short_calls_ = short_calls_.get();
    }
    return *short_calls_;
}

std::chrono::nanoseconds LoadedJudge::decode_time() const {
    const JudgeContext * other = made_short_calls_;
    return context->decode_time() + (other == nullptr ? std::chrono::nanoseconds(0) : other->decode_time());
}

void LoadedJudge::release() {
    made_short_calls_ = nullptr;
    short_calls_.reset();
    context.reset();
    model.reset();
}

Napi::Function JudgeObject::define(Napi::Env env) {
    return DefineClass(env, "NativeJudge",
                       {
                           InstanceMethod<&JudgeObject::info>("info"),
                           InstanceMethod<&JudgeObject::metadata>("metadata"),
                           InstanceMethod<&JudgeObject::decode_seconds>("decodeSeconds"),
                           InstanceMethod<&JudgeObject::special_tokens>("specialTokens"),
                           InstanceMethod<&JudgeObject::token_text>("tokenText"),
                           InstanceMethod<&JudgeObject::text_of>("textOf"),
                           InstanceMethod<&JudgeObject::tokenize>("tokenize"),
                           InstanceMethod<&JudgeObject::score>("score"),
                           InstanceMethod<&JudgeObject::score_batch>("scoreBatch"),
                           InstanceMethod<&JudgeObject::generate>("generate"),
                           InstanceMethod<&JudgeObject::dispose>("dispose"),
                       });
}

JudgeObject::JudgeObject(const Napi::CallbackInfo & info) : Napi::ObjectWrap<JudgeObject>(info) {
    if (info.Length() != 1 || !is_external(info[0], loaded_judge_tag)) {
        throw_argument(info.Env(), "a NativeJudge is made by loadJudge()");
    }
    judge_ = *info[0].As<Napi::External<std::shared_ptr<LoadedJudge>>>().Data();
}

std::shared_ptr<LoadedJudge> JudgeObject::require_open(Napi::Env env) const {
    if (!judge_) {
        throw make_error(env, ErrorCode::disposed, "the judge was disposed");
    }
    return judge_;
}

Napi::Value JudgeObject::info(const Napi::CallbackInfo & info) {
    const Napi::Env env = info.Env();
    const auto judge = require_open(env);
    const JudgeModel & model = *judge->model;
    const JudgeContext & context = *judge->context;
    auto object = Napi::Object::New(env);
    object.Set("architecture", model.architecture());
    object.Set("quantization", model.quantization());
    object.Set("layers", model.layer_count());
    object.Set("embeddingLength", model.embedding_length());
    object.Set("vocabularySize", model.vocabulary_size());
    object.Set("trainingContext", model.training_context());
    object.Set("weightBytes", static_cast<double>(model.weight_bytes()));
    object.Set("parameters", static_cast<double>(model.parameter_count()));
    const std::string chat_template = model.chat_template();
    object.Set("chatTemplate",
               chat_template.empty() ? env.Null() : Napi::String::New(env, chat_template).As<Napi::Value>());
    const auto token = [env](int32_t id) { return id < 0 ? env.Null() : Napi::Number::New(env, id).As<Napi::Value>(); };
    object.Set("bosToken", token(model.bos_token()));
    object.Set("eosToken", token(model.eos_token()));
    object.Set("addsBos", model.adds_bos());
    object.Set("contextSize", context.context_size());
    object.Set("batchSize", context.batch_size());
    object.Set("threads", context.threads());
    object.Set("flashAttention", context.flash_attention());
    object.Set("tiledAttention", context.tiled_attention());
    object.Set("parallel", context.parallel());
    object.Set("kvType", context.kv_type());
    object.Set("exact", context.exact());
    object.Set("embeddingRow", context.has_embedding_row());
    object.Set("selfCheckDifference", context.self_check_difference());
    return object;
}

Napi::Value JudgeObject::metadata(const Napi::CallbackInfo & info) {
    const auto judge = require_open(info.Env());
    auto object = Napi::Object::New(info.Env());
    for (const auto & [key, value] : judge->model->all_metadata()) {
        object.Set(key, value);
    }
    return object;
}

Napi::Value JudgeObject::decode_seconds(const Napi::CallbackInfo & info) {
    const auto judge = require_open(info.Env());
    return Napi::Number::New(info.Env(), std::chrono::duration<double>(judge->decode_time()).count());
}

Napi::Value JudgeObject::special_tokens(const Napi::CallbackInfo & info) {
    const Napi::Env env = info.Env();
    const auto specials = require_open(env)->model->special_tokens();
    auto array = Napi::Array::New(env, specials.size());
    for (size_t i = 0; i < specials.size(); ++i) {
        auto object = Napi::Object::New(env);
        object.Set("id", specials[i].id);
        object.Set("text", specials[i].text);
        object.Set("kind", specials[i].kind);
        array.Set(static_cast<uint32_t>(i), object);
    }
    return array;
}

Napi::Value JudgeObject::token_text(const Napi::CallbackInfo & info) {
    const auto judge = require_open(info.Env());
    const auto id = to_integer(info[0], "token", 0, judge->model->vocabulary_size() - 1);
    return Napi::String::New(info.Env(), judge->model->token_text(static_cast<int32_t>(id)));
}

Napi::Value JudgeObject::text_of(const Napi::CallbackInfo & info) {
    const auto judge = require_open(info.Env());
    const auto tokens = to_int32s(info[0], "tokens");
    try {
        return Napi::String::New(info.Env(), judge->model->text_of(tokens));
    } catch (const Error & error) {
        throw make_error(info.Env(), error.code(), error.what());
    }
}

Napi::Value JudgeObject::tokenize(const Napi::CallbackInfo & info) {
    const Napi::Env env = info.Env();
    const auto judge = require_open(env);
    const auto texts = to_strings(info[0], "texts");
    const auto special = to_int32s(info[1], "special");
    if (texts.size() != special.size()) {
        throw_argument(env, "texts and special must have the same length");
    }
    std::vector<TextPiece> pieces;
    for (size_t i = 0; i < texts.size(); ++i) {
        pieces.push_back(TextPiece{texts[i], special[i] != 0});
    }
    // The vocabulary is never written to: this may run while another thread decodes.
    using Tokens = std::vector<std::vector<int32_t>>;
    return PromiseWorker<Tokens>::start(
        env, [model = judge->model, pieces = std::move(pieces)] { return model->tokenize(pieces); },
        [](Napi::Env result_env, Tokens & tokens) -> Napi::Value {
            auto array = Napi::Array::New(result_env, tokens.size());
            for (size_t i = 0; i < tokens.size(); ++i) {
                array.Set(static_cast<uint32_t>(i), from_int32s(result_env, tokens[i]));
            }
            return array;
        });
}

// score(tokens, labels, reuse, hidden, shortCalls, cancelFlag)
Napi::Value JudgeObject::score(const Napi::CallbackInfo & info) {
    const Napi::Env env = info.Env();
    const auto judge = require_open(env);
    const auto work = [judge, tokens = to_int32s(info[0], "tokens"), labels = to_int32s(info[1], "labels"),
                       use = ContextUse{to_bool(info[2], "reuse"), to_bool(info[4], "shortCalls")},
                       keep_hidden = to_bool(info[3], "hidden"), aborted = check_of(to_cancel_flag(info[5]))] {
        return with_context(*judge, use, aborted, [&](JudgeContext & context) {
            return context.score(tokens, labels, aborted, keep_hidden);
        });
    };
    return PromiseWorker<ScoreOutput>::start(env, work, [](Napi::Env result_env, ScoreOutput & output) -> Napi::Value {
        return from_score(result_env, output);
    });
}

// scoreBatch(prompts, labels, reuse, hidden, cancelFlag)
Napi::Value JudgeObject::score_batch(const Napi::CallbackInfo & info) {
    const Napi::Env env = info.Env();
    const auto judge = require_open(env);
    const auto work = [judge, prompts = to_int32_lists(info[0], "prompts"), labels = to_int32s(info[1], "labels"),
                       use = ContextUse{to_bool(info[2], "reuse"), false}, keep_hidden = to_bool(info[3], "hidden"),
                       aborted = check_of(to_cancel_flag(info[4]))] {
        return with_context(*judge, use, aborted, [&](JudgeContext & context) {
            return context.score_batch(prompts, labels, aborted, keep_hidden);
        });
    };
    using Outputs = std::vector<ScoreOutput>;
    return PromiseWorker<Outputs>::start(env, work, [](Napi::Env result_env, Outputs & outputs) -> Napi::Value {
        auto array = Napi::Array::New(result_env, outputs.size());
        for (size_t i = 0; i < outputs.size(); ++i) {
            array.Set(static_cast<uint32_t>(i), from_score(result_env, outputs[i]));
        }
        return array;
    });
}

// generate(prompt, generated, count, cancelFlag)
Napi::Value JudgeObject::generate(const Napi::CallbackInfo & info) {
    const Napi::Env env = info.Env();
    const auto judge = require_open(env);
    const auto work = [judge, prompt = to_int32s(info[0], "prompt"), generated = to_int32s(info[1], "generated"),
                       count = static_cast<int32_t>(to_integer(info[2], "count", 0, 1 << 20)),
                       aborted = check_of(to_cancel_flag(info[3]))] {
        // ggml's flash attention would share a lone token's keys out among the threads.
        return with_context(*judge, ContextUse{true, true}, aborted, [&](JudgeContext & context) {
            return context.generate(prompt, generated, count, aborted);
        });
    };
    return PromiseWorker<GenerateOutput>::start(env, work,
                                                [](Napi::Env result_env, GenerateOutput & output) -> Napi::Value {
                                                    auto object = Napi::Object::New(result_env);
                                                    object.Set("tokens", from_int32s(result_env, output.tokens));
                                                    object.Set("ended", output.ended);
                                                    object.Set("reusedTokens", output.reused_tokens);
                                                    return object;
                                                });
}

Napi::Value JudgeObject::dispose(const Napi::CallbackInfo & info) {
    // Once: later calls find nothing to do, and every other method says that the judge is disposed.
    const auto judge = std::move(judge_);
    judge_ = nullptr;
    return PromiseWorker<Nothing>::start(
        info.Env(),
        [judge] {
            if (judge) {
                const std::lock_guard<std::mutex> lock(judge->mutex);
                judge->release();
            }
            return Nothing{};
        },
        [](Napi::Env env, Nothing &) { return env.Undefined(); });
}

}  // namespace lager::addon
