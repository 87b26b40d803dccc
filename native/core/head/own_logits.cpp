#include "core/head/own_logits.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

#include "core/error.h"

namespace lager {
namespace {

// Beyond the CPU the same product may be summed in another order: as a share of the largest score
// logit. A head that lacks a transform is off by far more, and so is a row of another token.
constexpr float device_tolerance = 0.01f;

bool same_bits(float a, float b) { return std::memcmp(&a, &b, sizeof(float)) == 0; }

}  // namespace

float require_agreement(const LayerLogits & ours, const std::vector<int32_t> & score_tokens, const float * logits,
                        Agreement agreement) {
    const float * last_layer = ours.normed.data() + ours.normed.size() - score_tokens.size();
    bool identical = true;
    float largest_logit = 1.0f;
    float largest_difference = 0.0f;
    for (size_t k = 0; k < score_tokens.size(); ++k) {
        const float own = logits[score_tokens[k]];
        const float difference = std::fabs(last_layer[k] - own);
        identical = identical && same_bits(last_layer[k], own);
        largest_logit = std::max(largest_logit, std::fabs(own));
        if (!(difference <= largest_difference)) {
            largest_difference = difference;  // a NaN stays
        }
    }
    const bool wants_bits = agreement == Agreement::bits;
    if (wants_bits ? !identical : !(largest_difference <= device_tolerance * largest_logit)) {
        throw Error(ErrorCode::head_mismatch,
                    "the last layer's score logits differ from llama.cpp's own by up to " +
                        std::to_string(largest_difference) +
                        (wants_bits ? ", must be bit-identical" : ", more than a device's rounding explains"));
    }
    return largest_difference;
}

double score_mass(const float * logits, int32_t vocabulary, const std::vector<int32_t> & score_tokens) {
    const float largest = *std::max_element(logits, logits + vocabulary);
    double all = 0.0;
    for (int32_t i = 0; i < vocabulary; ++i) {
        all += std::exp(static_cast<double>(logits[i]) - largest);
    }
    double held = 0.0;
    for (const int32_t token : score_tokens) {
        held += std::exp(static_cast<double>(logits[token]) - largest);
    }
    return held / all;
}

}  // namespace lager
