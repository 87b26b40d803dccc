#pragma once

#include <cstdint>
#include <vector>

namespace lager {

// Token ids of a prompt, or of a part of one.
using Tokens = std::vector<int32_t>;

// How several prompts are decoded at once, each in a stream of the key-value cache of its own, with
// what they share decoded once and copied. Everything but each prompt's last token.
struct PackPlan {
    // A stream takes over the first `keep` tokens of another one, of its own (it is cut), or of none.
    struct Start {
        static constexpr int32_t nothing = -1;
        int32_t stream;
        int32_t source;
        int32_t keep;
    };
    // Tokens [begin, end) of the stream's prompt.
    struct Part {
        int32_t stream;
        int32_t begin;
        int32_t end;
    };
    // What can be decoded together, once the starts are done in their order.
    struct Wave {
        std::vector<Start> starts;
        std::vector<Part> parts;
    };

    std::vector<int32_t> stream_of;  // [prompts]; the first streams, each once
    std::vector<int32_t> reused;     // [prompts] tokens that are not decoded for this prompt
    std::vector<Wave> waves;
};

// `prompts` are not empty and no more than the streams; `held` are the tokens that each stream holds.
// Without `can_copy` every prompt is decoded whole: a recurrent state cannot be cut to a prefix.
PackPlan plan_pack(const std::vector<Tokens> & prompts, const std::vector<Tokens> & held, bool can_copy);

}  // namespace lager
