// Which context a call gets.

#include "core/judge.h"

#include "test/check.h"
#include "test/prompts.h"

using namespace lager;
using namespace lager::test;

namespace {

const Tokens score_tokens = {17, 18, 19};

ContextOptions one_thread() {
    ContextOptions options;
    options.context_size = 512;
    options.threads = 1;
    return options;
}

std::unique_ptr<Judge> load(const ContextOptions & options = one_thread()) {
    return std::make_unique<Judge>(ModelOptions{paths.model("llama-f16"), {}, 0, {}}, options, MemoryBound{}, nullptr,
                                   nullptr);
}

std::unique_ptr<JudgeContext> context_of(const ContextOptions & options) {
    auto model = JudgeModel::load(ModelOptions{paths.model("llama-f16"), {}, 0, {}}, nullptr, nullptr);
    return std::make_unique<JudgeContext>(model, options, nullptr);
}

CaptureOptions plain() {
    CaptureOptions options;
    options.plain_attention = true;
    return options;
}

}  // namespace

TEST("a capture has tiled attention unless plain attention is asked for") {
    const auto judge = load();
    CHECK(judge->context().settings().tiled_attention);
    ContextOptions without = one_thread();
    without.tiled_attention = false;
    const CaptureResult tiled = context_of(one_thread())->capture(prompt(150), score_tokens, nullptr);
    const CaptureResult untiled = context_of(without)->capture(prompt(150), score_tokens, nullptr);
    CHECK(!same_bits(tiled.logits, untiled.logits));
    CHECK(same_bits(judge->capture(prompt(150), score_tokens, {}, nullptr).logits, tiled.logits));
    CHECK(same_bits(judge->capture(prompt(150), score_tokens, plain(), nullptr).logits, untiled.logits));
    // Each context still holds its prompt.
    CHECK_EQUAL(judge->capture(prompt(150), score_tokens, {}, nullptr).reused_tokens, 84);
    CHECK_EQUAL(judge->capture(prompt(150), score_tokens, plain(), nullptr).reused_tokens, 144);
}

TEST("a judge whose one context has plain attention makes no second one") {
    ContextOptions options = one_thread();
    options.tiled_attention = false;
    const auto judge = load(options);
    judge->capture(prompt(150), score_tokens, {}, nullptr);
    // What the one context holds is there for both.
    CHECK_EQUAL(judge->capture(prompt(150), score_tokens, plain(), nullptr).reused_tokens, 144);
    CHECK_EQUAL(judge->generate(prompt(150), {}, 1, nullptr).reused_tokens, 144);
}

TEST("a judge generates with plain attention") {
    ContextOptions without = one_thread();
    without.tiled_attention = false;
    const auto judge = load();
    const Tokens generated = judge->generate(prompt(150), {}, 8, nullptr).tokens;
    CHECK(generated == context_of(without)->generate(prompt(150), {}, 8, nullptr).tokens);
    // So it left the other context as it was.
    CHECK_EQUAL(judge->capture(prompt(150), score_tokens, {}, nullptr).reused_tokens, 0);
    CHECK_EQUAL(judge->capture(prompt(150), score_tokens, plain(), nullptr).reused_tokens, 144);
}

TEST("a fresh capture decodes the whole prompt, and hidden states come where they are asked for") {
    const auto judge = load();
    const CaptureResult first = judge->capture(prompt(150), score_tokens, {}, nullptr);
    CHECK(first.hidden.empty());
    CaptureOptions options;
    options.fresh = true;
    options.hidden = true;
    const CaptureResult again = judge->capture(prompt(150), score_tokens, options, nullptr);
    CHECK_EQUAL(again.reused_tokens, 0);
    CHECK(!again.hidden.empty());
    CHECK(same_bits(first.logits, again.logits));
}

TEST("the decode time is that of both contexts") {
    const auto judge = load();
    const auto loaded = judge->decode_time();
    CHECK(loaded.count() > 0);
    judge->capture(prompt(150), score_tokens, {}, nullptr);
    const auto tiled = judge->decode_time();
    CHECK(tiled > loaded);
    judge->capture(prompt(150), score_tokens, plain(), nullptr);
    CHECK(judge->decode_time() > tiled);
}

TEST("a closed judge says so, and can be closed again") {
    const auto judge = load();
    judge->generate(prompt(20), {}, 1, nullptr);
    judge->close();
    judge->close();
    CHECK_ERROR(ErrorCode::disposed, "disposed", judge->capture(prompt(20), score_tokens, {}, nullptr));
    CHECK_ERROR(ErrorCode::disposed, "disposed", judge->capture_batch({prompt(20)}, score_tokens, {}, nullptr));
    CHECK_ERROR(ErrorCode::disposed, "disposed", judge->generate(prompt(20), {}, 1, nullptr));
}
