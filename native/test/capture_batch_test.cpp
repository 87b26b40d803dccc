#include <algorithm>
#include <cmath>

#include "core/judge_context.h"
#include "test/check.h"
#include "test/prompts.h"

using namespace lager;
using namespace lager::test;

namespace {

using Prompts = std::vector<std::vector<int32_t>>;

const std::vector<int32_t> score_tokens = {17, 18, 19, 20, 12345};
constexpr uint32_t streams = 5;

// On the CPU too a pack goes through other kernels than a prompt alone. Sums in another order are all that
// tells them apart with float weights; with quantised ones that can round an activation to
// another of its 256 steps, and random layers carry it on.
constexpr float tolerance = 2e-3f;
constexpr float quantised_tolerance = 0.05f;

std::unique_ptr<JudgeContext> open(const std::string & name, ContextOptions options = {}) {
    options.context_size = 512;
    options.threads = 1;
    auto model = JudgeModel::load(ModelOptions{paths.model(name), {}, 0, {}}, nullptr, nullptr);
    return std::make_unique<JudgeContext>(model, options, nullptr);
}

std::unique_ptr<JudgeContext> open_parallel(const std::string & name, uint32_t batch_size = 512) {
    ContextOptions options;
    options.parallel = streams;
    options.batch_size = batch_size;
    auto context = open(name, options);
    CHECK_EQUAL(context->settings().parallel, static_cast<int32_t>(streams));
    CHECK(!context->settings().exact());
    CHECK_EQUAL(context->settings().context_size, 512);
    return context;
}

std::vector<int32_t> behind(const std::vector<int32_t> & begin, size_t length, uint32_t salt) {
    std::vector<int32_t> tokens = begin;
    const std::vector<int32_t> more = prompt(length, salt);
    tokens.insert(tokens.end(), more.begin(), more.end());
    return tokens;
}

// Criteria of two items behind one rubric, one item, and prompts that share nothing.
Prompts pack(uint32_t salt) {
    const std::vector<int32_t> rubric = prompt(50, 1);
    const std::vector<int32_t> item = behind(rubric, 40, salt);
    return {behind(item, 20, 2), behind(item, 33, 3), behind(rubric, 70, salt + 1), prompt(9, salt), prompt(1, salt)};
}

// Largest difference of a logit, as a share of the largest logit.
float largest_share(const LayerLogits & a, const LayerLogits & b) {
    float difference = 0.0f;
    float largest = 0.0f;
    CHECK_EQUAL(a.normed.size(), b.normed.size());
    for (size_t i = 0; i < a.normed.size(); ++i) {
        CHECK(std::isfinite(a.normed[i]) && std::isfinite(b.normed[i]) && std::isfinite(a.raw[i]));
        difference = std::max(difference, std::fabs(a.normed[i] - b.normed[i]));
        largest = std::max(largest, std::fabs(b.normed[i]));
    }
    return difference / largest;
}

int32_t reused(const std::vector<CaptureResult> & outputs) {
    int32_t tokens = 0;
    for (const CaptureResult & output : outputs) {
        tokens += output.reused_tokens;
    }
    return tokens;
}

}  // namespace

TEST("a pack's prompts score as they do alone, within rounding, and go on from the pack before") {
    for (const std::string judge :
         {"llama-spm-untied", "llama-bpe-untied", "gemma2-softcap", "command-r-logit-scale", "phi2-bias", "llama-moe",
          "gemma3-window", "llama-f16", "llama-q4_0", "llama-q4_k"}) {
        const auto alone = open(judge);
        const auto context = open_parallel(judge, judge == "llama-f16" ? 64 : 512);
        for (const uint32_t salt : {10u, 20u}) {
            const Prompts prompts = pack(salt);
            const std::vector<CaptureResult> together = context->capture_batch(prompts, score_tokens, nullptr);
            CHECK_EQUAL(together.size(), prompts.size());
            for (size_t i = 0; i < prompts.size(); ++i) {
                CHECK_EQUAL(together[i].prompt_tokens, static_cast<int32_t>(prompts[i].size()));
                const CaptureResult single = alone->capture(prompts[i], score_tokens, nullptr);
                const float share = largest_share(together[i].logits, single.logits);
                if (!(share < (judge.find("llama-q") == 0 ? quantised_tolerance : tolerance))) {
                    fail(__FILE__, __LINE__,
                         judge + ": prompt " + std::to_string(i) + " differs by " + std::to_string(share));
                }
                CHECK(std::fabs(together[i].score_mass - single.score_mass) < 1e-3);
            }
            // The second item's criterion shares item and rubric, the third prompt the rubric; the second
            // pack finds the rubric in place for the first one as well.
            CHECK_EQUAL(reused(together), salt == 10 ? 90 + 50 : 90 + 50 + 50);
        }
    }
}

TEST("the same pack in another order scores the same within rounding, and prompts keep their places") {
    const auto context = open_parallel("llama-f16");
    Prompts prompts = pack(10);
    const std::vector<CaptureResult> forth = context->capture_batch(prompts, score_tokens, nullptr);
    context->forget();
    std::reverse(prompts.begin(), prompts.end());
    const std::vector<CaptureResult> back = context->capture_batch(prompts, score_tokens, nullptr);
    for (size_t i = 0; i < prompts.size(); ++i) {
        CHECK(largest_share(forth[i].logits, back[prompts.size() - 1 - i].logits) < tolerance);
        if (i > 0) {
            CHECK(largest_share(forth[i].logits, forth[0].logits) > 10 * tolerance);
        }
    }
}

TEST("hidden states come along and change no logit") {
    const auto context = open_parallel("llama-f16");
    const std::vector<CaptureResult> without = context->capture_batch(pack(10), score_tokens, nullptr);
    context->forget();
    const std::vector<CaptureResult> with = context->capture_batch(pack(10), score_tokens, nullptr, true);
    for (size_t i = 0; i < with.size(); ++i) {
        CHECK(without[i].hidden.empty());
        CHECK_EQUAL(with[i].hidden.size(), with[i].logits.normed.size() / score_tokens.size() * 128);
        CHECK(same_bits(with[i].logits.normed, without[i].logits.normed));
    }
    CHECK(!same_bits(with[0].hidden, with[1].hidden));
}

TEST("between packs a prompt alone has the bits that it has without them") {
    ContextOptions plain;
    plain.tiled_attention = false;
    const auto alone = open("llama-q4_k", plain);
    const auto context = open_parallel("llama-q4_k");
    for (const uint32_t salt : {10u, 20u}) {
        context->capture_batch(pack(salt), score_tokens, nullptr);
        const std::vector<int32_t> tokens = behind(prompt(50, 1), 60, salt + 5);
        const CaptureResult output = context->capture_batch({tokens}, score_tokens, nullptr).front();
        CHECK(same_bits(output.logits.normed, alone->capture(tokens, score_tokens, nullptr).logits.normed));
    }
}

TEST("a pack that is too large or holds a bad prompt is refused, and the context stays good") {
    const auto context = open_parallel("llama-spm-tied");
    CHECK_ERROR(ErrorCode::invalid_argument, "1 to 5 prompts", context->capture_batch({}, score_tokens, nullptr));
    CHECK_ERROR(ErrorCode::invalid_argument, "not 6", context->capture_batch(Prompts(6, {1}), score_tokens, nullptr));
    CHECK_ERROR(ErrorCode::invalid_argument, "needed", context->capture_batch({{1}, {}}, score_tokens, nullptr));
    CHECK_ERROR(ErrorCode::invalid_argument, "outside the vocabulary",
                context->capture_batch({{1}, {-1}}, score_tokens, nullptr));
    CHECK_ERROR(ErrorCode::prompt_too_long, "513 tokens",
                context->capture_batch({{1}, prompt(513, 1)}, score_tokens, nullptr));
    CHECK_ERROR(ErrorCode::invalid_argument, "needed", context->capture_batch({{1}, {2}}, {}, nullptr));
    // Full streams are no too long ones.
    const std::vector<CaptureResult> full =
        context->capture_batch(Prompts(streams, prompt(512, 1)), score_tokens, nullptr);
    CHECK_EQUAL(reused(full), static_cast<int32_t>(streams - 1) * 511);
    ContextOptions options;
    options.parallel = 65;
    CHECK_ERROR(ErrorCode::invalid_argument, "at most 64", open("llama-spm-tied", options));
    options.parallel = 40;
    options.batch_size = 32;
    CHECK_ERROR(ErrorCode::invalid_argument, "at most 32", open("llama-spm-tied", options));
}

TEST("an aborted pack says so, and the next one is right") {
    const auto context = open_parallel("llama-spm-tied");
    const std::vector<CaptureResult> before = context->capture_batch(pack(10), score_tokens, nullptr);
    for (const int after : {0, 20, 200}) {
        int asked = 0;
        CHECK_ERROR(ErrorCode::aborted, "aborted",
                    context->capture_batch(pack(30), score_tokens, [&asked, after] { return ++asked > after; }));
        const std::vector<CaptureResult> again = context->capture_batch(pack(10), score_tokens, nullptr);
        for (size_t i = 0; i < again.size(); ++i) {
            CHECK(largest_share(again[i].logits, before[i].logits) < tolerance);
        }
    }
}

TEST("on the CPU the automatic number is one") {
    ContextOptions options;
    options.parallel = 0;
    const auto context = open("llama-spm-tied", options);
    CHECK_EQUAL(context->settings().parallel, 1);
    CHECK(context->settings().exact());
}
