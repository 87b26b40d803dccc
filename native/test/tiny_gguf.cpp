#include "tiny_gguf.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <stdexcept>

#include "gguf_builder.h"
#include "tiny_adapter.h"

namespace lager::test {
namespace {

using std::to_string;

// ---- Chat templates: small, each for the turn markers that its vocabulary knows ----

constexpr const char * no_template = "";

/// [INST] is plain text to the SPM vocabulary; the turn is closed by EOS.
constexpr const char * inst_template =
    "{{ bos_token }}{% for message in messages %}"
    "{% if message['role'] == 'assistant' %} {{ message['content'] }}{{ eos_token }}"
    "{% else %}[INST] {{ message['content'] }} [/INST]{% endif %}"
    "{% endfor %}";

/// The same, of a model that was not trained with a system turn.
constexpr const char * no_system_template =
    "{{ bos_token }}{% for message in messages %}"
    "{% if message['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
    "{% if message['role'] == 'assistant' %} {{ message['content'] }}{{ eos_token }}"
    "{% else %}[INST] {{ message['content'] }} [/INST]{% endif %}"
    "{% endfor %}";

constexpr const char * chatml_template =
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

constexpr const char * role_token_template =
    "{% for message in messages %}"
    "{{ '<|' + message['role'] + '|>\\n' + message['content'] + '<|end|>\\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>\\n' }}{% endif %}";

constexpr const char * user_assistant_template =
    "{{ bos_token }}{% for message in messages %}"
    "{% if message['role'] == 'assistant' %}{{ '<|Assistant|>' + message['content'] + '<|EOT|>' }}"
    "{% else %}{{ '<|User|>' + message['content'] }}{% endif %}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|Assistant|>' }}{% endif %}";

constexpr const char * heading_template =
    "{% for message in messages %}"
    "{{ '### ' + message['role'] + '\\n' + message['content'] + '\\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '### assistant\\n' }}{% endif %}";

// ---- Models ----

struct Shape {
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
class Model {
public:
    Model(const std::string & architecture, const Shape & shape, ggml_type type, uint64_t seed)
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

    const Shape & shape() const { return shape_; }

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

    Shape shape_;
    std::string architecture_;
    ggml_type type_;
    GgufBuilder builder_;
    int64_t vocab_ = 0;
};

std::string block(uint32_t layer) { return "blk." + to_string(layer) + "."; }

/// Llama and its kin: RMSNorm, rotary positions, gated feed-forward layer or experts.
void add_llama(Model & model, bool tied, bool input_biases) {
    model.set("attention.layer_norm_rms_epsilon", 1e-5F);
    model.token_embedding();
    model.norm("output_norm", model.shape().embedding);
    if (!tied) {
        model.untied_head();
    }
    const bool has_experts = model.shape().experts > 0;
    if (has_experts) {
        model.set("expert_count", model.shape().experts);
        model.set("expert_used_count", uint32_t{2});
    }
    for (uint32_t layer = 0; layer < model.shape().layers; ++layer) {
        const std::string b = block(layer);
        model.norm(b + "attn_norm", model.shape().embedding);
        model.attention(b);
        if (input_biases) {
            model.attention_input_biases(b);
        }
        model.norm(b + "ffn_norm", model.shape().embedding);
        if (has_experts) {
            model.router(b + "ffn_gate_inp.weight");
            model.expert_matrices(b + "ffn_gate_exps.weight", model.shape().embedding, model.shape().feed_forward);
            model.expert_matrices(b + "ffn_up_exps.weight", model.shape().embedding, model.shape().feed_forward);
            model.expert_matrices(b + "ffn_down_exps.weight", model.shape().feed_forward, model.shape().embedding);
        } else {
            model.gated_feed_forward(b);
        }
    }
}

/// Gemma: tied head, norms before and after each part, a window on every other layer.
void add_gemma(Model & model, bool query_key_norms) {
    model.set("attention.layer_norm_rms_epsilon", 1e-6F);
    model.set("attention.key_length", model.shape().head_size);
    model.set("attention.value_length", model.shape().head_size);
    model.set("attention.sliding_window", uint32_t{8});  // short: the tests' prompts must outgrow it
    model.set("attention.sliding_window_pattern", uint32_t{2});
    model.token_embedding();
    model.norm("output_norm", model.shape().embedding);
    for (uint32_t layer = 0; layer < model.shape().layers; ++layer) {
        const std::string b = block(layer);
        model.norm(b + "attn_norm", model.shape().embedding);
        model.attention(b);
        if (query_key_norms) {
            model.norm(b + "attn_q_norm", model.shape().head_size);
            model.norm(b + "attn_k_norm", model.shape().head_size);
        }
        model.norm(b + "post_attention_norm", model.shape().embedding);
        model.norm(b + "ffn_norm", model.shape().embedding);
        model.gated_feed_forward(b);
        model.norm(b + "post_ffw_norm", model.shape().embedding);
    }
}

/// Low enough to bend the logits, so that a head without them gives other logits.
void add_softcaps(Model & model) {
    model.set("attn_logit_softcapping", 4.0F);
    model.set("final_logit_softcapping", 5.0F);
}

/// Command-R: LayerNorm without bias, tied head, scaled logits, parallel residual branches.
void add_command_r(Model & model) {
    model.set("attention.layer_norm_epsilon", 1e-5F);
    model.set("logit_scale", 0.25F);
    model.token_embedding();
    model.norm("output_norm", model.shape().embedding);
    for (uint32_t layer = 0; layer < model.shape().layers; ++layer) {
        const std::string b = block(layer);
        model.norm(b + "attn_norm", model.shape().embedding);
        model.attention(b);
        model.gated_feed_forward(b);
    }
}

/// Phi-2: LayerNorm with bias, a bias on every matrix and on the LM head, partly rotated heads.
void add_phi2(Model & model) {
    model.set("attention.layer_norm_epsilon", 1e-5F);
    model.set("rope.dimension_count", model.shape().head_size / 2);
    model.token_embedding();
    model.norm_with_bias("output_norm");
    model.untied_head();
    model.head_bias();
    for (uint32_t layer = 0; layer < model.shape().layers; ++layer) {
        const std::string b = block(layer);
        model.norm_with_bias(b + "attn_norm");
        model.attention(b);
        model.attention_input_biases(b);
        model.bias(b + "attn_output", model.shape().embedding);
        model.biased_feed_forward(b);
    }
}

/// GPT-2: a table of positions instead of rotation, LayerNorm with bias, a bias on every matrix.
void add_gpt2(Model & model) {
    constexpr uint32_t positions = 300;
    const Shape & shape = model.shape();
    model.set("context_length", positions);
    model.set("attention.layer_norm_epsilon", 1e-5F);
    model.token_embedding();
    model.table("position_embd.weight", positions);
    model.norm_with_bias("output_norm");
    for (uint32_t layer = 0; layer < shape.layers; ++layer) {
        const std::string b = block(layer);
        model.norm_with_bias(b + "attn_norm");
        model.matrix(b + "attn_qkv.weight", shape.embedding, 3 * shape.embedding);
        model.bias(b + "attn_qkv", 3 * shape.embedding);
        model.matrix(b + "attn_output.weight", shape.embedding, shape.embedding);
        model.bias(b + "attn_output", shape.embedding);
        model.norm_with_bias(b + "ffn_norm");
        model.biased_feed_forward(b);
    }
}

/// MiniMax-01: lightning attention, which carries a state from call to call, in every other layer;
/// experts throughout.
void add_minimax_01(Model & model) {
    const Shape & shape = model.shape();
    const uint32_t heads = shape.heads * shape.head_size;
    model.set("attention.layer_norm_rms_epsilon", 1e-5F);
    model.set("residual_scale", 1.0F);
    model.set("full_attention_interval", uint32_t{2});
    model.set("expert_count", shape.experts);
    model.set("expert_used_count", uint32_t{2});
    model.token_embedding();
    model.norm("output_norm", shape.embedding);
    model.untied_head();
    for (uint32_t layer = 0; layer < shape.layers; ++layer) {
        const std::string b = block(layer);
        model.norm(b + "attn_norm", shape.embedding);
        if (layer % 2 == 1) {
            model.attention(b);
        } else {
            model.norm(b + "attn_norm_2", heads);
            model.matrix(b + "attn_qkv.weight", shape.embedding, 3 * heads);
            model.matrix(b + "attn_gate.weight", shape.embedding, heads);
            model.matrix(b + "attn_output.weight", heads, shape.embedding);
        }
        model.norm(b + "ffn_norm", shape.embedding);
        model.router(b + "ffn_gate_inp.weight");
        model.expert_matrices(b + "ffn_gate_exps.weight", shape.embedding, shape.feed_forward);
        model.expert_matrices(b + "ffn_up_exps.weight", shape.embedding, shape.feed_forward);
        model.expert_matrices(b + "ffn_down_exps.weight", shape.feed_forward, shape.embedding);
    }
}

/// BERT: an encoder without an LM head.
void add_bert(Model & model) {
    constexpr uint32_t positions = 512;
    model.set("context_length", positions);
    model.set("attention.layer_norm_epsilon", 1e-12F);
    model.set("attention.causal", false);
    model.set("pooling_type", uint32_t{2});  // the vector of the first token
    model.token_embedding();
    model.table("position_embd.weight", positions);
    model.table("token_types.weight", 2);
    model.norm_with_bias("token_embd_norm");
    for (uint32_t layer = 0; layer < model.shape().layers; ++layer) {
        const std::string b = block(layer);
        model.attention(b);
        model.attention_input_biases(b);
        model.bias(b + "attn_output", model.shape().embedding);
        model.norm_with_bias(b + "attn_output_norm");
        model.biased_feed_forward(b);
        model.norm_with_bias(b + "layer_output_norm");
    }
}

// ---- Variants ----

struct ModelVariant {
    const char * name;
    const char * description;
    const char * architecture;
    const char * vocab;  // of llama.cpp's files: ggml-vocab-<vocab>.gguf
    const char * chat_template;
    ggml_type type;
    Shape shape;
    void (*add)(Model & model);
};

// layers, embedding, heads, KV heads, head size, feed-forward, experts
constexpr Shape small{4, 64, 4, 2, 16, 128, 0};
constexpr Shape small_without_groups{4, 64, 4, 4, 16, 128, 0};
constexpr Shape wide_heads{4, 64, 2, 1, 64, 128, 0};
constexpr Shape experts{3, 64, 4, 2, 16, 64, 4};
constexpr Shape half{3, 128, 4, 2, 32, 256, 0};
constexpr Shape quantised{3, 256, 4, 2, 64, 512, 0};  // rows of 256: the K-quants' block
constexpr Shape encoder{3, 64, 4, 4, 16, 128, 0};

void tied_llama(Model & model) { add_llama(model, true, false); }
void untied_llama(Model & model) { add_llama(model, false, false); }
void qwen2(Model & model) { add_llama(model, true, true); }
void gemma3(Model & model) { add_gemma(model, true); }
void gemma2(Model & model) {
    add_softcaps(model);
    add_gemma(model, false);
}

const ModelVariant variants[] = {
    {"llama-spm-tied", "Llama, tied LM head, SPM tokeniser, no chat template", "llama", "llama-spm", no_template,
     GGML_TYPE_F32, small, tied_llama},
    {"llama-spm-untied", "Llama, LM head of its own, SPM tokeniser, no chat template", "llama", "llama-spm",
     no_template, GGML_TYPE_F32, small, untied_llama},
    {"llama-bpe-untied", "Llama, LM head of its own, BPE tokeniser", "llama", "deepseek-coder", user_assistant_template,
     GGML_TYPE_F32, small, untied_llama},
    {"gemma2-softcap", "Gemma 2: softcaps on attention and final logits, sliding window", "gemma2", "phi-3",
     role_token_template, GGML_TYPE_F32, wide_heads, gemma2},
    {"command-r-logit-scale", "Command-R: LayerNorm, tied LM head, logit scale", "command-r", "deepseek-coder",
     user_assistant_template, GGML_TYPE_F32, small_without_groups, add_command_r},
    {"phi2-bias", "Phi-2: LayerNorm with bias, LM head with bias, GPT-2 tokeniser", "phi2", "gpt-2", heading_template,
     GGML_TYPE_F32, small_without_groups, add_phi2},
    {"llama-moe", "Llama with 4 experts, 2 of them used", "llama", "phi-3", role_token_template, GGML_TYPE_F32, experts,
     untied_llama},
    {"qwen2-bpe", "Qwen 2, tied LM head, ChatML template, F16 weights", "qwen2", "qwen2", chatml_template,
     GGML_TYPE_F16, small, qwen2},
    {"gemma3-window", "Gemma 3: query and key norms, sliding window", "gemma3", "phi-3", role_token_template,
     GGML_TYPE_F32, wide_heads, gemma3},
    {"llama-f16", "Llama, F16 weights", "llama", "llama-spm", inst_template, GGML_TYPE_F16, half, untied_llama},
    {"llama-bf16", "Llama, BF16 weights, chat template without a system turn", "llama", "llama-spm", no_system_template,
     GGML_TYPE_BF16, half, untied_llama},
    {"llama-q8_0", "Llama, Q8_0 weights", "llama", "llama-spm", inst_template, GGML_TYPE_Q8_0, quantised, untied_llama},
    {"llama-q4_0", "Llama, Q4_0 weights", "llama", "llama-spm", inst_template, GGML_TYPE_Q4_0, quantised, untied_llama},
    {"llama-q6_k", "Llama, Q6_K weights", "llama", "llama-spm", inst_template, GGML_TYPE_Q6_K, quantised, untied_llama},
    {"llama-q4_k", "Llama, Q4_K weights", "llama", "llama-spm", inst_template, GGML_TYPE_Q4_K, quantised, untied_llama},
    {"gpt2-positions", "GPT-2: a table of 300 positions, LayerNorm with bias", "gpt2", "gpt-2", no_template,
     GGML_TYPE_F32, small_without_groups, add_gpt2},
    {"minimax-01-recurrent", "MiniMax-01: layers that carry a state, experts", "minimax-01", "llama-spm", no_template,
     GGML_TYPE_F32, experts, add_minimax_01},
    {"bert-embedding", "BERT: an embedding model, no judge", "bert", "bert-bge", no_template, GGML_TYPE_F32, encoder,
     add_bert},
};

constexpr const char * truncated_name = "truncated";
constexpr const char * truncated_source = "llama-spm-tied";
constexpr const char * text_name = "not-a-gguf";
constexpr const char * split_name = "llama-split-00001-of-00003";
constexpr const char * split_source = "llama-q4_0";  // its LM head is read from the file, row by row
constexpr int split_parts = 3;
constexpr const char * adapter_vocab = "ggml-vocab-llama-spm.gguf";

void write_model(const ModelVariant & variant, const std::filesystem::path & vocab_dir,
                 const std::filesystem::path & file, const TinyGgufOptions & options, int parts = 1) {
    Model model(variant.architecture, variant.shape, variant.type, options.seed);
    model.begin(variant.name, vocab_dir / ("ggml-vocab-" + std::string(variant.vocab) + ".gguf"));
    model.set_chat_template(options.chat_template.value_or(variant.chat_template));
    variant.add(model);
    if (parts > 1) {
        model.write_split(file, parts);
    } else {
        model.write(file);
    }
}

const ModelVariant & find_variant(const std::string & name) {
    const auto * found = std::find_if(std::begin(variants), std::end(variants),
                                      [&](const ModelVariant & variant) { return variant.name == name; });
    if (found == std::end(variants)) {
        throw std::invalid_argument("no tiny model is named " + name);
    }
    return *found;
}

}  // namespace

std::vector<TinyGguf> tiny_ggufs() {
    std::vector<TinyGguf> result;
    for (const ModelVariant & variant : variants) {
        const bool is_causal = variant.add != add_bert;
        result.push_back({variant.name, variant.description, true, is_causal});
    }
    result.push_back({split_name, "Llama, Q4_0 weights, in three files", true, true});
    for (const TinyAdapter & adapter : tiny_adapters(0)) {
        result.push_back({adapter.name, adapter.description, false, false});
    }
    result.push_back({truncated_name, "a model file cut off at 60 % of its bytes", false, false});
    result.push_back({text_name, "a text file", false, false});
    return result;
}

void write_tiny_gguf(const std::string & name, const std::filesystem::path & vocab_dir,
                     const std::filesystem::path & file, const TinyGgufOptions & options) {
    if (name == text_name) {
        std::ofstream out(file);
        if (!(out << "This is a text, whatever its name says.\n" << std::flush)) {
            throw std::runtime_error("cannot write " + file.string());
        }
        return;
    }
    if (name == truncated_name) {
        write_model(find_variant(truncated_source), vocab_dir, file, options);
        std::filesystem::resize_file(file, std::filesystem::file_size(file) / 10 * 6);
        return;
    }
    if (name == split_name) {
        write_model(find_variant(split_source), vocab_dir, file, options, split_parts);
        return;
    }
    const int64_t vocabulary = GgufBuilder(options.seed).copy_tokenizer(vocab_dir / adapter_vocab);
    for (const TinyAdapter & adapter : tiny_adapters(vocabulary)) {
        if (adapter.name == name) {
            write_tiny_adapter(adapter, file, options.seed);
            return;
        }
    }
    write_model(find_variant(name), vocab_dir, file, options);
}

}  // namespace lager::test
