#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

#include "core/judge_context.h"

// What programs and tests ask judges without a tokeniser, and whether two answers are the same.

namespace lager {

// Token ids of a vocabulary that look random, the same ones for the same salt.
inline Tokens prompt(size_t length, int32_t vocabulary, uint32_t salt) {
    Tokens tokens;
    for (size_t i = 0; i < length; ++i) {
        tokens.push_back(static_cast<int32_t>((i * 2654435761u + salt * 40503u) % static_cast<uint32_t>(vocabulary)));
    }
    return tokens;
}

inline bool same_bits(const std::vector<float> & a, const std::vector<float> & b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

inline bool same_bits(const LayerLogits & a, const LayerLogits & b) {
    return same_bits(a.normed, b.normed) && same_bits(a.raw, b.raw);
}

}  // namespace lager
