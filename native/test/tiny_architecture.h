#pragma once

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "test/gguf_builder.h"

namespace lager::test {

struct TinyShape {
    uint32_t layers = 4;
    uint32_t embedding = 64;
    uint32_t heads = 4;
    uint32_t kv_heads = 2;
    uint32_t head_size = 16;
    uint32_t feed_forward = 128;
    uint32_t experts = 0;  // 0: a dense feed-forward layer
};

/// A model that is being built, and the parts that architectures have in common.
///
/// The LM head is scaled so that logits have a standard deviation of about 3, and every other matrix
/// so that its output is as large as its input: each layer then moves the residual stream clearly,
/// and nothing overflows.
class TinyModel {
public:
    TinyModel(const std::string & architecture, const TinyShape & shape, ggml_type type, uint64_t seed)
        : shape_(shape), architecture_(architecture), type_(type), builder_(seed) {}

    void begin(const std::string & name, const std::filesystem::path & vocab_file) {
        vocab_ = builder_.copy_tokenizer(vocab_file);
        builder_.set("general.architecture", architecture_);
        builder_.set("general.name", "tiny " + name);
        builder_.set("general.file_type", file_type());
        if (ggml_is_quantized(type_)) {
            builder_.set("general.quantization_version", uint32_t{GGML_QNT_VERSION});
        }
        set("vocab_size", static_cast<uint32_t>(vocab_));
        set("context_length", uint32_t{4096});
        set("block_count", shape_.layers);
        set("embedding_length", shape_.embedding);
        set("feed_forward_length", shape_.feed_forward);
        set("attention.head_count", shape_.heads);
        set("attention.head_count_kv", shape_.kv_heads);
    }

    /// Sets a key of the architecture: `<architecture>.<key>`.
    template <typename T>
    void set(const std::string & key, const T & value) {
        builder_.set(architecture_ + "." + key, value);
    }

    void set_chat_template(const std::string & text) {
        if (!text.empty()) {
            builder_.set("tokenizer.chat_template", text);
        }
    }

    void token_embedding() { vocabulary_matrix("token_embd.weight"); }
    void untied_head() { vocabulary_matrix("output.weight"); }
    void head_bias() { builder_.add("output.bias", GGML_TYPE_F32, {vocab_}, {0.0, 1.0}); }

    /// A matrix of the model's weight type, from `inputs` to `outputs` values.
    void matrix(const std::string & name, uint32_t inputs, uint32_t outputs) {
        builder_.add(name, type_, {inputs, outputs}, {0.0, 1.0 / std::sqrt(static_cast<double>(inputs))});
    }

    void expert_matrices(const std::string & name, uint32_t inputs, uint32_t outputs) {
        builder_.add(name, type_, {inputs, outputs, shape_.experts},
                     {0.0, 1.0 / std::sqrt(static_cast<double>(inputs))});
    }

    /// A float32 table with rows of one embedding, for positions and token types.
    void table(const std::string & name, uint32_t rows) {
        builder_.add(name, GGML_TYPE_F32, {shape_.embedding, rows}, {0.0, 0.3});
    }

    void router(const std::string & name) {
        builder_.add(name, GGML_TYPE_F32, {shape_.embedding, shape_.experts},
                     {0.0, 1.0 / std::sqrt(static_cast<double>(shape_.embedding))});
    }

    /// Gains of a norm over `size` values, near one.
    void norm(const std::string & name, uint32_t size) {
        builder_.add(name + ".weight", GGML_TYPE_F32, {size}, {1.0, 0.2});
    }

    void bias(const std::string & name, uint32_t size) {
        builder_.add(name + ".bias", GGML_TYPE_F32, {size}, {0.0, 0.2});
    }

    /// LayerNorm's gains and offsets, over the embedding.
    void norm_with_bias(const std::string & name) {
        norm(name, shape_.embedding);
        bias(name, shape_.embedding);
    }

    void attention(const std::string & block) {
        matrix(block + "attn_q.weight", shape_.embedding, shape_.heads * shape_.head_size);
        matrix(block + "attn_k.weight", shape_.embedding, shape_.kv_heads * shape_.head_size);
        matrix(block + "attn_v.weight", shape_.embedding, shape_.kv_heads * shape_.head_size);
        matrix(block + "attn_output.weight", shape_.heads * shape_.head_size, shape_.embedding);
    }

    void attention_input_biases(const std::string & block) {
        bias(block + "attn_q", shape_.heads * shape_.head_size);
        bias(block + "attn_k", shape_.kv_heads * shape_.head_size);
        bias(block + "attn_v", shape_.kv_heads * shape_.head_size);
    }

    void gated_feed_forward(const std::string & block) {
        matrix(block + "ffn_gate.weight", shape_.embedding, shape_.feed_forward);
        matrix(block + "ffn_up.weight", shape_.embedding, shape_.feed_forward);
        matrix(block + "ffn_down.weight", shape_.feed_forward, shape_.embedding);
    }

    void biased_feed_forward(const std::string & block) {
        matrix(block + "ffn_up.weight", shape_.embedding, shape_.feed_forward);
        bias(block + "ffn_up", shape_.feed_forward);
        matrix(block + "ffn_down.weight", shape_.feed_forward, shape_.embedding);
        bias(block + "ffn_down", shape_.embedding);
    }

    void write(const std::filesystem::path & file) const { builder_.write(file); }
    void write_split(const std::filesystem::path & first, int parts) const { builder_.write_split(first, parts); }

    const TinyShape & shape() const { return shape_; }

private:
    void vocabulary_matrix(const std::string & name) {
        builder_.add(name, type_, {shape_.embedding, vocab_},
                     {0.0, 3.0 / std::sqrt(static_cast<double>(shape_.embedding))});
    }

    /// The number that llama.cpp's `llama_ftype` has for files of this weight type.
    uint32_t file_type() const {
        switch (type_) {
            case GGML_TYPE_F32: return 0;
            case GGML_TYPE_F16: return 1;
            case GGML_TYPE_Q4_0: return 2;
            case GGML_TYPE_Q8_0: return 7;
            case GGML_TYPE_Q4_K: return 14;  // Q4_K_S
            case GGML_TYPE_Q6_K: return 18;
            case GGML_TYPE_BF16: return 32;
            default: throw std::invalid_argument("no file type for this weight type");
        }
    }

    TinyShape shape_;
    std::string architecture_;
    ggml_type type_;
    GgufBuilder builder_;
    int64_t vocab_ = 0;
};

// The weights and keys of an architecture.

/// Llama and its kin: RMSNorm, rotary positions, gated feed-forward layer or experts.
void add_llama(TinyModel & model, bool tied, bool input_biases);
/// Gemma: tied head, norms before and after each part, a window on every other layer.
void add_gemma(TinyModel & model, bool query_key_norms);
/// Low enough to bend the logits, so that a head without them gives other logits.
void add_softcaps(TinyModel & model);
/// Command-R: LayerNorm without bias, tied head, scaled logits, parallel residual branches.
void add_command_r(TinyModel & model);
/// Phi-2: LayerNorm with bias, a bias on every matrix and on the LM head, partly rotated heads.
void add_phi2(TinyModel & model);
/// GPT-2: a table of positions instead of rotation, LayerNorm with bias, a bias on every matrix.
void add_gpt2(TinyModel & model);
/// MiniMax-01: lightning attention, which carries a state from call to call, in every other layer;
/// experts throughout.
void add_minimax_01(TinyModel & model);
/// BERT: an encoder without an LM head.
void add_bert(TinyModel & model);

}  // namespace lager::test
