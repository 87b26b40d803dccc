#pragma once

#include <cstdint>
#include <vector>

#include "core/head/score_head.h"

namespace lager {

// How equal a replayed head must be to llama.cpp's own.
enum class Agreement {
    bits,
    rounding,  // of a device that may sum up in another order
};

// Compares the last layer's score logits with llama.cpp's own `logits`, [vocabulary]. Returns the largest
// difference; 0 where they are bit-identical. Throws `head_mismatch`.
float require_agreement(const LayerLogits & ours, const std::vector<int32_t> & score_tokens, const float * logits,
                        Agreement agreement);

// Share of the whole vocabulary's probability (softmax of `logits`, [vocabulary]) that the score tokens hold.
double score_mass(const float * logits, int32_t vocabulary, const std::vector<int32_t> & score_tokens);

}  // namespace lager
