#include "core/judge_context.h"

#include <cmath>
#include <cstring>

#include "test/check.h"
#include "test/prompts.h"

using namespace lager;
using namespace lager::test;

namespace {

// Every generated causal model: heads with and without bias, softcap, scale, tied or not, in every
// family of weight types that ggml has kernels of its own for.
const std::vector<std::string> judges = {
    "llama-spm-tied", "llama-spm-untied", "llama-bpe-untied", "gemma2-softcap", "command-r-logit-scale",
    "phi2-bias",      "llama-moe",        "qwen2-bpe",        "gemma3-window",  "llama-f16",
    "llama-bf16",     "llama-q8_0",       "llama-q4_0",       "llama-q6_k",     "llama-q4_k",
};

std::unique_ptr<JudgeContext> open(const std::string & name, ContextOptions options = {}) {
    options.context_size = options.context_size == 0 ? 512 : options.context_size;
    // Several threads wait for each other when anything else runs.
    options.threads = options.threads == 0 ? 1 : options.threads;
    auto model = JudgeModel::load(ModelOptions{paths.model(name), {}, 0}, nullptr, nullptr);
    return std::make_unique<JudgeContext>(model, options, nullptr);
}

const std::vector<int32_t> score_tokens = {17, 18, 19, 20, 12345};

void check_same(const char * what, const std::string & judge, const CaptureResult & a, const CaptureResult & b) {
    if (!same_bits(a.logits, b.logits)) {
        fail(__FILE__, __LINE__, judge + ": bits differ " + what);
    }
}

}  // namespace

TEST("the replayed head gives llama.cpp's own logits, over one ubatch and over several") {
    for (const std::string & judge : judges) {
        ContextOptions options;
        options.batch_size = 64;
        const auto context = open(judge, options);  // the check on load has passed here
        CHECK_EQUAL(context->self_check_difference(), 0.0f);
        for (const size_t length : {1, 5, 64, 65, 200}) {
            const CaptureResult output = context->capture(prompt(length), score_tokens, nullptr);
            if (output.head_difference != 0.0f) {
                fail(__FILE__, __LINE__, judge + ": head differs by " + std::to_string(output.head_difference));
            }
            for (const float logit : output.logits.normed) {
                CHECK(std::isfinite(logit));
            }
            CHECK(output.score_mass > 0.0 && output.score_mass < 1.0);
        }
    }
}

TEST("raw logits differ from normed ones, and layers differ from each other") {
    const auto context = open("llama-spm-untied");
    const CaptureResult output = context->capture(prompt(50), score_tokens, nullptr);
    CHECK(!same_bits(output.logits.normed, output.logits.raw));
    const size_t rows = output.logits.normed.size() / score_tokens.size();
    for (size_t row = 1; row < rows; ++row) {
        CHECK(std::memcmp(&output.logits.normed[row * score_tokens.size()],
                          &output.logits.normed[(row - 1) * score_tokens.size()],
                          score_tokens.size() * sizeof(float)) != 0);
    }
}

TEST("reuse, batch size and threads change no bit") {
    for (const std::string & judge : judges) {
        const std::vector<int32_t> tokens = prompt(150);
        const auto context = open(judge);
        const CaptureResult fresh = context->capture(tokens, score_tokens, nullptr);
        CHECK_EQUAL(fresh.reused_tokens, 0);
        for (const size_t shared : {20, 77, 133, 149}) {
            std::vector<int32_t> other(tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(shared));
            const std::vector<int32_t> tail = prompt(60, 2);
            other.insert(other.end(), tail.begin(), tail.end());
            context->capture(other, score_tokens, nullptr);
            const CaptureResult again = context->capture(tokens, score_tokens, nullptr);
            const int32_t most = static_cast<int32_t>(tokens.size()) - context->settings().shortest_call();
            CHECK_EQUAL(again.reused_tokens, std::min(static_cast<int32_t>(shared), most) / 4 * 4);
            check_same("behind a reused prefix", judge, fresh, again);
        }
        ContextOptions small;
        small.batch_size = 48;
        small.threads = 2;
        check_same("in small batches on two threads", judge, fresh,
                   open(judge, small)->capture(tokens, score_tokens, nullptr));
        ContextOptions large;
        large.context_size = 1024;
        check_same("in a larger context", judge, fresh, open(judge, large)->capture(tokens, score_tokens, nullptr));
    }
}

TEST("reuse changes no bit with any unquantised type of key-value cache, and the type changes the logits") {
    for (const std::string judge : {"llama-f16", "llama-q4_k"}) {
        const std::vector<int32_t> tokens = prompt(100);
        std::vector<CaptureResult> fresh;
        for (const char * type : {"f16", "f32", "bf16"}) {
            ContextOptions options;
            options.kv_type = type;
            const auto context = open(judge, options);
            CHECK_EQUAL(std::string(ggml_type_name(context->settings().kv_type)), std::string(type));
            fresh.push_back(context->capture(tokens, score_tokens, nullptr));
            std::vector<int32_t> other(tokens.begin(), tokens.begin() + 77);
            other.resize(120, 5);
            context->capture(other, score_tokens, nullptr);
            const CaptureResult again = context->capture(tokens, score_tokens, nullptr);
            CHECK_EQUAL(context->settings().shortest_call(), type == std::string("f16") ? 64 : 4);
            CHECK_EQUAL(again.reused_tokens, std::min(76, 100 - context->settings().shortest_call()));
            check_same(type, judge, fresh.back(), again);
        }
        CHECK(!same_bits(fresh[0].logits.normed, fresh[1].logits.normed));
        CHECK(!same_bits(fresh[0].logits.normed, fresh[2].logits.normed));
    }
}

TEST("tiled attention costs no bit, also behind prompts that are shorter than a tile") {
    for (const std::string & judge : judges) {
        const auto context = open(judge);
        CHECK(context->settings().tiled_attention);
        const std::vector<int32_t> tokens = prompt(150);
        const CaptureResult fresh = context->capture(tokens, score_tokens, nullptr);
        for (const std::ptrdiff_t length : {5, 40, 63, 64, 67, 68, 130}) {
            context->forget();
            const std::vector<int32_t> beginning(tokens.begin(), tokens.begin() + length);
            const CaptureResult alone = context->capture(beginning, score_tokens, nullptr);
            const CaptureResult longer = context->capture(tokens, score_tokens, nullptr);
            CHECK_EQUAL(longer.reused_tokens, length < 64 ? 0 : std::min(static_cast<int32_t>(length), 86) / 4 * 4);
            check_same("behind a short prompt", judge, fresh, longer);
            check_same("a short prompt behind a long one", judge, alone,
                       context->capture(beginning, score_tokens, nullptr));
        }
        ContextOptions plain;
        plain.tiled_attention = false;
        CHECK(
            !same_bits(open(judge, plain)->capture(tokens, score_tokens, nullptr).logits.normed, fresh.logits.normed));
    }
    ContextOptions fast;
    fast.flash_attention = true;
    CHECK(!open("llama-f16", fast)->settings().tiled_attention);
}

TEST("a quantised key-value cache needs flash attention, and a type must be one") {
    ContextOptions options;
    options.kv_type = "q8_0";
    CHECK_ERROR(ErrorCode::invalid_argument, "flash attention", open("llama-f16", options));
    options.flash_attention = true;
    CHECK_ERROR(ErrorCode::invalid_argument, "heads have 16", open("llama-spm-tied", options));
    CHECK_EQUAL(std::string(ggml_type_name(open("llama-q4_k", options)->settings().kv_type)), std::string("q8_0"));
    options.kv_type = "q7";
    CHECK_ERROR(ErrorCode::invalid_argument, "must be one of f32, f16", open("llama-f16", options));
}

TEST("in calls of one size no prompt before another changes a bit, where flash attention otherwise would") {
    const auto scores_behind = [](bool exact, int32_t & reused) {
        ContextOptions options;
        options.context_size = 512;
        options.threads = 1;
        options.batch_size = 128;
        options.flash_attention = true;
        options.exact = exact;
        const auto context = open("llama-q4_0", options);
        CHECK_EQUAL(context->settings().exact(), exact);
        reused = 0;
        bool same = true;
        for (const size_t length : {129, 150, 256, 260, 400}) {
            context->forget();
            const CaptureResult alone = context->capture(prompt(length), score_tokens, nullptr);
            for (const size_t before : {100, 149, 255, 259, 390}) {
                std::vector<int32_t> other = prompt(before);
                other.push_back(7);
                context->capture(other, score_tokens, nullptr);
                const CaptureResult behind = context->capture(prompt(length), score_tokens, nullptr);
                same = same && same_bits(behind.logits, alone.logits);
                reused += behind.reused_tokens;
            }
        }
        return same;
    };
    int32_t reused = 0;
    CHECK(scores_behind(true, reused));
    CHECK(reused > 0);
    CHECK_EQUAL(reused % 128, 0);
    CHECK(!scores_behind(false, reused));
}

TEST("exact is for one prompt at a time") {
    ContextOptions options;
    options.context_size = 512;
    options.exact = true;
    options.parallel = 0;
    CHECK_EQUAL(open("llama-f16", options)->settings().parallel, 1);
    options.parallel = 2;
    CHECK_ERROR(ErrorCode::invalid_argument, "one prompt at a time", open("llama-f16", options));
}

TEST("a judge with recurrent layers is decoded whole, always cut at the same positions") {
    const std::string judge = "minimax-01-recurrent";
    const std::vector<int32_t> tokens = prompt(150);
    const auto context = open(judge);
    CHECK_EQUAL(context->self_check_difference(), 0.0f);
    const CaptureResult fresh = context->capture(tokens, score_tokens, nullptr);
    for (const size_t shared : {32, 64, 133, 149}) {
        std::vector<int32_t> other(tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(shared));
        context->capture(other, score_tokens, nullptr);
        const CaptureResult again = context->capture(tokens, score_tokens, nullptr);
        CHECK_EQUAL(again.reused_tokens, 0);
        check_same("behind its beginning", judge, fresh, again);
    }
    ContextOptions small;
    small.batch_size = 32;
    const auto other = open(judge, small);
    CHECK_EQUAL(other->settings().batch_size, 512);
    check_same("with another batch size", judge, fresh, other->capture(tokens, score_tokens, nullptr));
}

TEST("a judge with a table of positions takes no prompt beyond it, whatever the context") {
    ContextOptions options;
    options.context_size = 1024;
    const auto context = open("gpt2-positions", options);
    CHECK_EQUAL(context->settings().context_size, 300);
    CHECK_EQUAL(context->self_check_difference(), 0.0f);
    CHECK_EQUAL(context->capture(prompt(300), score_tokens, nullptr).head_difference, 0.0f);
    CHECK_ERROR(ErrorCode::prompt_too_long, "301 tokens, the context holds 300",
                context->capture(prompt(301), score_tokens, nullptr));
}

TEST("bad arguments are refused and the context stays good") {
    const auto context = open("llama-spm-tied");
    const CaptureResult before = context->capture(prompt(30), score_tokens, nullptr);
    CHECK_ERROR(ErrorCode::invalid_argument, "needed", context->capture({}, score_tokens, nullptr));
    CHECK_ERROR(ErrorCode::invalid_argument, "needed", context->capture(prompt(3), {}, nullptr));
    CHECK_ERROR(ErrorCode::invalid_argument, "outside the vocabulary",
                context->capture({1, -5}, score_tokens, nullptr));
    CHECK_ERROR(ErrorCode::invalid_argument, "outside the vocabulary", context->capture({1}, {1 << 30}, nullptr));
    CHECK_ERROR(ErrorCode::prompt_too_long, "513 tokens, the context holds 512",
                context->capture(prompt(513), score_tokens, nullptr));
    check_same("after errors", "llama-spm-tied", before, context->capture(prompt(30), score_tokens, nullptr));
}

TEST("an aborted call says so, and the next one is right") {
    const auto context = open("llama-spm-tied");
    const CaptureResult before = context->capture(prompt(200), score_tokens, nullptr);
    context->forget();
    int asked = 0;
    CHECK_ERROR(ErrorCode::aborted, "aborted",
                context->capture(prompt(200), score_tokens, [&asked] { return ++asked > 20; }));
    check_same("after an abort", "llama-spm-tied", before, context->capture(prompt(200), score_tokens, nullptr));
}

TEST("an embedding model is refused with the reason") {
    CHECK_ERROR(ErrorCode::unsupported_judge, "embedding model", open("bert-embedding"));
}

TEST("absurd context options are refused") {
    ContextOptions options;
    options.context_size = 1u << 30;
    CHECK_ERROR(ErrorCode::invalid_argument, "out of range", open("llama-spm-tied", options));
    options.context_size = 0;
    options.batch_size = 0;
    CHECK_ERROR(ErrorCode::invalid_argument, "out of range", open("llama-spm-tied", options));
}
