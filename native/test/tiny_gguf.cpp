#include "test/tiny_gguf.h"

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "test/gguf_builder.h"
#include "test/tiny_adapter.h"
#include "test/tiny_architecture.h"

namespace lager::test {
namespace {

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

// ---- Variants ----

struct ModelVariant {
    const char * name;
    const char * description;
    const char * architecture;
    const char * vocab;  // of llama.cpp's files: ggml-vocab-<vocab>.gguf
    const char * chat_template;
    ggml_type type;
    TinyShape shape;
    void (*add)(TinyModel & model);
};

// layers, embedding, heads, KV heads, head size, feed-forward, experts
constexpr TinyShape small{4, 64, 4, 2, 16, 128, 0};
constexpr TinyShape small_without_groups{4, 64, 4, 4, 16, 128, 0};
constexpr TinyShape wide_heads{4, 64, 2, 1, 64, 128, 0};
constexpr TinyShape experts{3, 64, 4, 2, 16, 64, 4};
constexpr TinyShape half{3, 128, 4, 2, 32, 256, 0};
constexpr TinyShape quantised{3, 256, 4, 2, 64, 512, 0};  // rows of 256: the K-quants' block
constexpr TinyShape encoder{3, 64, 4, 4, 16, 128, 0};

void tied_llama(TinyModel & model) { add_llama(model, true, false); }
void untied_llama(TinyModel & model) { add_llama(model, false, false); }
void qwen2(TinyModel & model) { add_llama(model, true, true); }
void gemma3(TinyModel & model) { add_gemma(model, true); }
void gemma2(TinyModel & model) {
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
    TinyModel model(variant.architecture, variant.shape, variant.type, options.seed);
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
