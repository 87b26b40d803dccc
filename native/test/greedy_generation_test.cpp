#include <algorithm>

#include "core/judge_context.h"
#include "test/check.h"
#include "test/prompts.h"

using namespace lager;
using namespace lager::test;

namespace {

// A family each of plain, repacked, tiled and windowed kernels, and heads that change the logits.
const std::vector<std::string> judges = {"llama-bpe-untied", "llama-q4_k", "llama-f16", "gemma3-window",
                                         "gemma2-softcap"};
const std::vector<int32_t> score_tokens = {17, 18, 19};

std::unique_ptr<JudgeContext> open(const std::string & name, int32_t threads, uint32_t batch_size = 512) {
    ContextOptions options;
    options.context_size = 256;
    options.threads = threads;
    options.batch_size = batch_size;
    auto model = JudgeModel::load(ModelOptions{paths.model(name), {}, 0}, nullptr, nullptr);
    return std::make_unique<JudgeContext>(model, options, nullptr);
}

std::vector<int32_t> joined(std::vector<int32_t> a, const std::vector<int32_t> & b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

}  // namespace

TEST("what is generated hangs on the prompt alone") {
    for (const std::string & judge : judges) {
        const std::vector<int32_t> asked = prompt(75);
        const auto context = open(judge, 1);
        const std::vector<int32_t> whole = context->generate(asked, {}, 12, nullptr).tokens;
        CHECK_EQUAL(whole.size(), 12u);
        // Token by token; and with other work between the tokens, which overwrites all state.
        for (const bool disturbed : {false, true}) {
            std::vector<int32_t> stepwise;
            while (stepwise.size() < whole.size()) {
                const auto next = context->generate(asked, stepwise, 1, nullptr).tokens;
                CHECK_EQUAL(next.size(), 1u);
                stepwise.insert(stepwise.end(), next.begin(), next.end());
                if (disturbed && stepwise.size() % 4 == 0) {
                    context->capture(prompt(40, 2), score_tokens, nullptr);
                }
            }
            CHECK(stepwise == whole);
        }
        // From a part of what was generated, from another context, behind a shared prefix.
        const std::vector<int32_t> part(whole.begin(), whole.begin() + 5);
        CHECK(joined(part, context->generate(asked, part, 7, nullptr).tokens) == whole);
        const auto other = open(judge, 2, 48);
        other->capture(joined(prompt(60), prompt(30, 3)), score_tokens, nullptr);
        CHECK(other->generate(asked, {}, 12, nullptr).tokens == whole);
    }
}

TEST("a capture behind generated tokens has the bits of that prompt") {
    for (const std::string & judge : judges) {
        const std::vector<int32_t> asked = prompt(75);
        const auto context = open(judge, 1);
        const std::vector<int32_t> generated = context->generate(asked, {}, 20, nullptr).tokens;
        const std::vector<int32_t> tokens = joined(asked, generated);
        const CaptureResult behind = context->capture(tokens, score_tokens, nullptr);
        // What was decoded token by token is decoded anew, the prompt's whole groups are kept.
        CHECK_EQUAL(behind.reused_tokens, std::min(72, (95 - context->settings().shortest_call()) / 4 * 4));
        const CaptureResult again = context->capture(tokens, score_tokens, nullptr);
        context->forget();
        const CaptureResult fresh = context->capture(tokens, score_tokens, nullptr);
        CHECK_EQUAL(fresh.reused_tokens, 0);
        CHECK(same_bits(behind.logits.normed, fresh.logits.normed));
        CHECK(same_bits(again.logits.normed, fresh.logits.normed));
        CHECK(same_bits(behind.logits.raw, fresh.logits.raw));
    }
}

TEST("generation ends where the context does") {
    const auto context = open("llama-bpe-untied", 1);
    const Generation output = context->generate(prompt(250), {}, 100, nullptr);
    CHECK_EQUAL(output.tokens.size(), 6u);
    CHECK(!output.ended);
    CHECK(context->generate(prompt(250), output.tokens, 1, nullptr).tokens.empty());
    CHECK_ERROR(ErrorCode::prompt_too_long, "the context holds 256", context->generate(prompt(257), {}, 1, nullptr));
}

TEST("bad arguments are refused, an abort ends it, and the context stays good") {
    const auto context = open("llama-bpe-untied", 1);
    const std::vector<int32_t> before = context->generate(prompt(60), {}, 8, nullptr).tokens;
    CHECK_ERROR(ErrorCode::invalid_argument, "needed", context->generate({}, {}, 1, nullptr));
    CHECK_ERROR(ErrorCode::invalid_argument, "needed", context->generate(prompt(3), {}, -1, nullptr));
    CHECK_ERROR(ErrorCode::invalid_argument, "outside the vocabulary", context->generate({1, -5}, {}, 1, nullptr));
    CHECK_ERROR(ErrorCode::invalid_argument, "outside the vocabulary", context->generate({1}, {1 << 30}, 1, nullptr));
    int asked = 0;
    CHECK_ERROR(ErrorCode::aborted, "aborted",
                context->generate(prompt(61), {}, 100, [&asked] { return ++asked > 300; }));
    CHECK(context->generate(prompt(60), {}, 8, nullptr).tokens == before);
    CHECK(context->generate(prompt(60), {}, 0, nullptr).tokens.empty());
}
