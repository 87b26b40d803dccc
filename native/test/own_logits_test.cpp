#include "core/head/own_logits.h"

#include <cmath>

#include "test/check.h"

using namespace lager;

namespace {

const std::vector<int32_t> score_tokens = {1, 3};

// Two layers above the embedding; the last one is what is compared.
LayerLogits ours(float first, float second) { return {{9.0f, 9.0f, 9.0f, 9.0f, first, second}, {}}; }

}  // namespace

TEST("logits of the same bits differ by nothing, whatever they must be") {
    const float own[] = {0.0f, 2.5f, 7.0f, -1.5f};
    for (const Agreement agreement : {Agreement::bits, Agreement::rounding}) {
        CHECK_EQUAL(require_agreement(ours(2.5f, -1.5f), score_tokens, own, agreement), 0.0f);
    }
}

TEST("a single bit is a mismatch where bits must be the same, and rounding where not") {
    const float own[] = {0.0f, 2.5f, 7.0f, -1.5f};
    const LayerLogits other = ours(2.5f, std::nextafter(-1.5f, 0.0f));
    CHECK_ERROR(ErrorCode::head_mismatch, "must be bit-identical",
                require_agreement(other, score_tokens, own, Agreement::bits));
    const float difference = require_agreement(other, score_tokens, own, Agreement::rounding);
    CHECK(difference > 0.0f && difference < 1e-6f);
}

TEST("zeros of another sign are other bits") {
    const float own[] = {0.0f, 0.0f, 0.0f, 1.0f};
    CHECK_ERROR(ErrorCode::head_mismatch, "must be bit-identical",
                require_agreement(ours(-0.0f, 1.0f), score_tokens, own, Agreement::bits));
}

TEST("more than a hundredth of the largest logit is no rounding, and neither is a NaN") {
    const float own[] = {0.0f, 10.0f, 0.0f, 1.0f};
    CHECK(require_agreement(ours(10.0f, 1.09f), score_tokens, own, Agreement::rounding) > 0.08f);
    for (const float second : {1.11f, std::nanf("")}) {
        CHECK_ERROR(ErrorCode::head_mismatch, "more than a device's rounding",
                    require_agreement(ours(10.0f, second), score_tokens, own, Agreement::rounding));
    }
}

TEST("the score mass is the score tokens' share of the softmax over the vocabulary") {
    const float even[] = {4.0f, 4.0f, 4.0f, 4.0f};
    CHECK_EQUAL(score_mass(even, 4, score_tokens), 0.5);
    CHECK_EQUAL(score_mass(even, 4, {0, 1, 2, 3}), 1.0);
    const float large[] = {1000.0f, 1000.0f + std::log(3.0f), -1000.0f, -INFINITY};
    CHECK(std::fabs(score_mass(large, 4, score_tokens) - 0.75) < 1e-4);
}
