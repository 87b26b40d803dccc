#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/decode/context_settings.h"
#include "core/decode/pack_plan.h"
#include "llama.h"

namespace lager {

// The streams of a context's key-value cache, and the tokens whose keys and values each of them holds. A
// prompt alone is decoded in the first one, and so is what is generated behind it.
class KvStreams {
public:
    KvStreams(llama_memory_t memory, int32_t count) : memory_(memory), held_(static_cast<size_t>(count)) {}

    // Tokens of prompts, by stream.
    const std::vector<Tokens> & held() const { return held_; }
    const Tokens & first() const { return held_.front(); }
    // Generated tokens behind those of the first stream. Each was decoded on its own, through other kernels than
    // a prompt's tokens are, so no prompt may go on from them.
    const Tokens & generated() const { return generated_; }
    // The greedy token behind both, when the last decode gave it.
    const std::optional<int32_t> & next_token() const { return next_token_; }

    // Notes what was decoded.
    void add(int32_t stream, const int32_t * tokens, int32_t count);
    void add_generated(int32_t token) { generated_.push_back(token); }
    void set_next_token(int32_t token) { next_token_ = token; }

    // Cuts the first stream to what a prompt can go on from: the tokens that both begin with, but the shortest call
    // at least is left to be decoded, and only whole groups, or whole calls, are kept. Returns how many tokens are.
    int32_t rewind(const Tokens & prompt, const ContextSettings & settings);
    // Gives a stream its beginning. Throws `internal`.
    void start(const PackPlan::Start & start);
    void drop_generated();
    // Empties all streams.
    void forget();

private:
    // False where the memory cannot be cut, as that of recurrent layers.
    bool cut(int32_t stream, int32_t length);

    llama_memory_t memory_;
    std::vector<Tokens> held_;
    Tokens generated_;
    std::optional<int32_t> next_token_;
};

}  // namespace lager
