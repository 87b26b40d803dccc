#pragma once

#include <cstdint>
#include <string>

#include "core/model/judge_model.h"
#include "llama.h"

namespace lager {

// A decode call starts at a multiple of this many tokens and holds at least as many (but for prompts
// that are shorter). Repacked matrix products take tokens in groups of 4, and a lone token goes
// through other kernels than several do; so a token's bits depend on its position alone. Tried with
// eight kinds of weights (scripts/research/bits): groups of 2 or a call of 1 token differ, 4 and more do not.
constexpr int32_t decode_group = 4;

// ggml's flash attention on the CPU takes calls of at least so many tokens (GGML_FA_TILE_Q in ggml-cpu's common.h)
// in tiles that it fills up with zeros: each token's sums are its own, whatever stands beside it. Shorter calls go
// through another kernel. So where no call is shorter, but for prompts that are, it costs no bit.
constexpr int32_t attention_tile = 64;

// Bounds of what may be asked for, whatever the memory: tokens of a context and of a decode call, and prompts
// that are decoded at once.
constexpr uint32_t most_context_size = 1u << 24;
constexpr uint32_t most_batch_size = 1u << 16;
constexpr uint32_t most_parallel = 64;

// What a context is asked to be.
struct ContextOptions {
    uint32_t context_size = 0;  // tokens; 0: the smaller of 4096 and the training context
    // Tokens a decode call; rounded up to a multiple of `decode_group`, at least two calls' worth of the shortest
    // one. Recurrent and hybrid models have a fixed one on the CPU.
    uint32_t batch_size = 512;
    int32_t threads = 0;  // 0: one a physical core
    // Flash attention for calls of any length: a token's bits then depend on how many are decoded together.
    bool flash_attention = false;
    // Flash attention on the CPU that costs no bit, and calls of at least `attention_tile` tokens; otherwise plain.
    bool tiled_attention = true;
    std::string kv_type = "f16";  // of keys and values, by ggml's name; quantised ones want flash attention
    // A token's bits depend on nothing but what stands before it in its prompt, on any device: every call has the
    // size of a batch and begins at a multiple of it, but for what a prompt has left over, and prompts go on from
    // whole calls alone. For one prompt at a time.
    bool exact = false;
    // Prompts that can be captured at once, each in a stream of the key-value cache of its own with the
    // whole context size; 0: as many as suit the devices and their free memory, one on the CPU.
    uint32_t parallel = 1;
};

// What a context of one judge is.
struct ContextSettings {
    // Tokens that a prompt may have: those of the context, or fewer where the model knows fewer positions.
    int32_t context_size = 0;
    int32_t batch_size = 0;
    int32_t threads = 0;
    int32_t parallel = 0;  // 0: still to be found out
    ggml_type kv_type = GGML_TYPE_F16;
    bool flash_attention = false;
    // Flash attention without its short calls, which costs no bit. Off the CPU, and where it does not fit, off.
    bool tiled_attention = false;
    // Calls of one shape, from fixed positions. Off where any call gives the same bits, as on the CPU.
    bool whole_calls = false;
    bool offloaded = false;  // layers are on another device than the CPU
    bool recurrent = false;  // layers have a state, which cannot be rewound

    // What the options mean for that judge. Throws `invalid_argument`.
    static ContextSettings resolve(const ContextOptions & options, const JudgeModel & model);

    // Tokens that a decode call holds at least, but for shorter prompts.
    int32_t shortest_call() const { return tiled_attention ? attention_tile : decode_group; }
    // Tokens of the next decode call when `left` of a prompt are still to be decoded: unless calls are whole, none
    // leaves a tail of fewer than the shortest.
    int32_t call_size(int32_t left) const;
    // Whether a token's bits depend on the shape of its call.
    bool shapes_matter() const { return offloaded || flash_attention; }
    // Whether equal inputs give equal bits: one prompt at a time, in calls of one shape or where shapes do not matter.
    bool exact() const { return parallel == 1 && (whole_calls || !shapes_matter()); }
    // For a context of `streams` prompts, without callbacks.
    llama_context_params parameters(int32_t streams) const;
};

// How many prompts to decode at once on the devices that hold the judge: up to 16, as many as take half
// of their free memory with a key-value cache of `context_size` tokens each. 1 on the CPU, where
// it gains nothing and the bits would depend on it.
int32_t automatic_parallel(const JudgeModel & model, int32_t context_size, ggml_type kv_type);

}  // namespace lager
