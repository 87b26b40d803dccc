#include "addon/judge_object.h"

#include "addon/guard.h"
#include "addon/promise_worker.h"
#include "addon/values.h"
#include "core/error.h"

namespace lager::addon {
namespace {

Napi::Value from_capture(Napi::Env env, const CaptureResult & result) {
    auto object = Napi::Object::New(env);
    object.Set("normed", from_floats(env, result.logits.normed));
    object.Set("raw", from_floats(env, result.logits.raw));
    object.Set("promptTokens", result.prompt_tokens);
    object.Set("reusedTokens", result.reused_tokens);
    object.Set("headDifference", result.head_difference);
    object.Set("scoreMass", result.score_mass);
    if (!result.hidden.empty()) {
        object.Set("hidden", from_floats(env, result.hidden));
    }
    return object;
}

Napi::Value from_captures(Napi::Env env, const std::vector<CaptureResult> & results) {
    return from_vector(env, results, from_capture);
}

Napi::Value from_generation(Napi::Env env, const Generation & generation) {
    auto object = Napi::Object::New(env);
    object.Set("tokens", from_int32s(env, generation.tokens));
    object.Set("ended", generation.ended);
    object.Set("reusedTokens", generation.reused_tokens);
    return object;
}

Napi::Value from_special_token(Napi::Env env, const SpecialToken & special) {
    auto object = Napi::Object::New(env);
    object.Set("id", special.id);
    object.Set("text", special.text);
    object.Set("kind", special.kind);
    return object;
}

Napi::Value from_token_lists(Napi::Env env, const std::vector<Tokens> & lists) {
    return from_vector(env, lists, from_int32s);
}

AbortCheck to_abort_check(const Napi::Value & value) {
    return [flag = to_cancel_flag(value)] { return flag->load(); };
}

}  // namespace

template <Napi::Value (JudgeObject::*method)(const Napi::CallbackInfo &)>
Napi::Value JudgeObject::guard(const Napi::CallbackInfo & info) {
    return guarded(info.Env(), [&] { return (this->*method)(info); });
}

template <Napi::Value (JudgeObject::*method)(const Napi::CallbackInfo &)>
auto JudgeObject::define_method(const char * name) {
    return InstanceMethod<&JudgeObject::guard<method>>(name);
}

Napi::Function JudgeObject::define(Napi::Env env) {
    return DefineClass(env, "NativeJudge",
                       {
                           define_method<&JudgeObject::info>("info"),
                           define_method<&JudgeObject::metadata>("metadata"),
                           define_method<&JudgeObject::decode_seconds>("decodeSeconds"),
                           define_method<&JudgeObject::special_tokens>("specialTokens"),
                           define_method<&JudgeObject::token_text>("tokenText"),
                           define_method<&JudgeObject::text_of>("textOf"),
                           define_method<&JudgeObject::tokenize>("tokenize"),
                           define_method<&JudgeObject::capture>("capture"),
                           define_method<&JudgeObject::capture_batch>("captureBatch"),
                           define_method<&JudgeObject::generate>("generate"),
                           define_method<&JudgeObject::dispose>("dispose"),
                       });
}

JudgeObject::JudgeObject(const Napi::CallbackInfo & info) : Napi::ObjectWrap<JudgeObject>(info) {
    guarded(info.Env(), [&] {
        if (info.Length() != 1 || !is_external(info[0], judge_tag)) {
            throw_argument("a NativeJudge is made by loadJudge()");
        }
        judge_ = *info[0].As<Napi::External<std::shared_ptr<Judge>>>().Data();
    });
}

const std::shared_ptr<Judge> & JudgeObject::judge() const {
    if (!judge_) {
        throw Error(ErrorCode::disposed, "the judge was disposed");
    }
    return judge_;
}

Napi::Value JudgeObject::info(const Napi::CallbackInfo & info) {
    const Napi::Env env = info.Env();
    const JudgeModel & model = *judge()->model();
    const JudgeContext & context = judge()->context();
    const ContextSettings & settings = context.settings();
    auto object = Napi::Object::New(env);
    object.Set("architecture", model.architecture());
    object.Set("quantization", model.quantization());
    object.Set("layers", model.layer_count());
    object.Set("embeddingLength", model.embedding_length());
    object.Set("vocabularySize", model.vocabulary().size());
    object.Set("trainingContext", model.training_context());
    object.Set("weightBytes", static_cast<double>(model.weight_bytes()));
    object.Set("parameters", static_cast<double>(model.parameter_count()));
    object.Set("chatTemplate", from_optional(env, model.chat_template()));
    const auto token = [env](int32_t id) { return id < 0 ? env.Null() : Napi::Number::New(env, id).As<Napi::Value>(); };
    object.Set("bosToken", token(model.vocabulary().bos_token()));
    object.Set("eosToken", token(model.vocabulary().eos_token()));
    object.Set("addsBos", model.vocabulary().adds_bos());
    object.Set("contextSize", settings.context_size);
    object.Set("batchSize", settings.batch_size);
    object.Set("threads", settings.threads);
    object.Set("flashAttention", settings.flash_attention);
    object.Set("tiledAttention", settings.tiled_attention);
    object.Set("parallel", settings.parallel);
    object.Set("kvType", ggml_type_name(settings.kv_type));
    object.Set("exact", settings.exact());
    object.Set("embeddingRow", context.has_embedding_row());
    object.Set("selfCheckDifference", context.self_check_difference());
    return object;
}

Napi::Value JudgeObject::metadata(const Napi::CallbackInfo & info) {
    auto object = Napi::Object::New(info.Env());
    for (const auto & [key, value] : judge()->model()->all_metadata()) {
        object.Set(key, value);
    }
    return object;
}

Napi::Value JudgeObject::decode_seconds(const Napi::CallbackInfo & info) {
    return Napi::Number::New(info.Env(), std::chrono::duration<double>(judge()->decode_time()).count());
}

Napi::Value JudgeObject::special_tokens(const Napi::CallbackInfo & info) {
    return from_vector(info.Env(), judge()->model()->vocabulary().special_tokens(), from_special_token);
}

Napi::Value JudgeObject::token_text(const Napi::CallbackInfo & info) {
    const JudgeModel & model = *judge()->model();
    const auto id = to_integer(info[0], "token", 0, model.vocabulary().size() - 1);
    return Napi::String::New(info.Env(), model.vocabulary().token_text(static_cast<int32_t>(id)));
}

Napi::Value JudgeObject::text_of(const Napi::CallbackInfo & info) {
    return Napi::String::New(info.Env(), judge()->model()->vocabulary().text_of(to_int32s(info[0], "tokens")));
}

// tokenize(texts, special)
Napi::Value JudgeObject::tokenize(const Napi::CallbackInfo & info) {
    const auto texts = to_strings(info[0], "texts");
    const auto special = to_int32s(info[1], "special");
    if (texts.size() != special.size()) {
        throw_argument("texts and special must have the same length");
    }
    std::vector<TextPiece> pieces;
    for (size_t i = 0; i < texts.size(); ++i) {
        pieces.push_back(TextPiece{texts[i], special[i] != 0});
    }
    // The vocabulary is never written to: this may run while another thread decodes.
    return PromiseWorker<std::vector<Tokens>>::start(
        info.Env(),
        [model = judge()->model(), context_size = judge()->context().settings().context_size,
         pieces = std::move(pieces)] { return model->vocabulary().tokenize(pieces, context_size); },
        from_token_lists);
}

// capture({tokens, scoreTokens, fresh, hidden, plainAttention}, cancelFlag)
Napi::Value JudgeObject::capture(const Napi::CallbackInfo & info) {
    const Fields request(info[0]);
    const CaptureOptions options{request.boolean("fresh"), request.boolean("hidden"),
                                 request.boolean("plainAttention")};
    return PromiseWorker<CaptureResult>::start(
        info.Env(),
        [judge = judge(), tokens = request.int32s("tokens"), score_tokens = request.int32s("scoreTokens"), options,
         aborted = to_abort_check(info[1])] { return judge->capture(tokens, score_tokens, options, aborted); },
        from_capture);
}

// captureBatch({prompts, scoreTokens, fresh, hidden}, cancelFlag)
Napi::Value JudgeObject::capture_batch(const Napi::CallbackInfo & info) {
    const Fields request(info[0]);
    const CaptureOptions options{request.boolean("fresh"), request.boolean("hidden"), false};
    return PromiseWorker<std::vector<CaptureResult>>::start(
        info.Env(),
        [judge = judge(), prompts = request.int32_lists("prompts"), score_tokens = request.int32s("scoreTokens"),
         options,
         aborted = to_abort_check(info[1])] { return judge->capture_batch(prompts, score_tokens, options, aborted); },
        from_captures);
}

// generate({prompt, generated, count}, cancelFlag)
Napi::Value JudgeObject::generate(const Napi::CallbackInfo & info) {
    const Fields request(info[0]);
    return PromiseWorker<Generation>::start(
        info.Env(),
        [judge = judge(), prompt = request.int32s("prompt"), generated = request.int32s("generated"),
         count = request.integer("count", 0, JudgeContext::most_generated),
         aborted = to_abort_check(info[1])] { return judge->generate(prompt, generated, count, aborted); },
        from_generation);
}

Napi::Value JudgeObject::dispose(const Napi::CallbackInfo & info) {
    // Once: later calls find nothing to do, and every other method says that the judge is disposed.
    return PromiseWorker<Nothing>::start(
        info.Env(),
        [judge = std::exchange(judge_, nullptr)] {
            if (judge) {
                judge->close();
            }
            return Nothing{};
        },
        from_nothing);
}

}  // namespace lager::addon
