#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/model/adapters.h"
#include "llama.h"

namespace lager {

// Asked often during long calls; true ends the call with `aborted`.
using AbortCheck = std::function<bool()>;
// Called with the share of the file that is loaded, 0…1.
using LoadProgress = std::function<void(float)>;

struct ModelOptions {
    std::string path;
    // Names of the devices that may hold layers; empty: the CPU alone.
    std::vector<std::string> devices;
    // Layers on those devices, the output layer counted as one; negative: all.
    int gpu_layers = -1;
    // LoRA adapters on top, in the order in which they are applied.
    std::vector<AdapterOptions> adapters = {};
};

struct SpecialToken {
    int32_t id;
    std::string text;
    std::string kind;  // "control", "user-defined" or "unknown"
};

struct TextPiece {
    std::string text;
    bool special;  // whether texts of special tokens become those tokens
};

// A loaded GGUF judge: weights, vocabulary and metadata. Immutable, so that its vocabulary can be
// used from any thread while a context decodes.
class JudgeModel {
public:
    // Throws `invalid_gguf`, `unsupported_judge`, `invalid_adapter`, `backend_unavailable`, `aborted`.
    static std::shared_ptr<JudgeModel> load(const ModelOptions & options, const LoadProgress & progress,
                                            const AbortCheck & aborted);

    const llama_model * get() const { return model_.get(); }
    llama_model * get_mutable() const { return model_.get(); }
    const llama_vocab * vocab() const { return llama_model_get_vocab(model_.get()); }
    const std::vector<std::string> & shards() const { return shards_; }
    const Adapters & adapters() const { return adapters_; }

    int32_t layer_count() const { return llama_model_n_layer(model_.get()); }
    int32_t embedding_length() const { return llama_model_n_embd(model_.get()); }
    int32_t vocabulary_size() const { return llama_vocab_n_tokens(vocab()); }
    int32_t training_context() const { return llama_model_n_ctx_train(model_.get()); }
    uint64_t weight_bytes() const { return llama_model_size(model_.get()); }
    uint64_t parameter_count() const { return llama_model_n_params(model_.get()); }
    // Devices that may hold layers; none: the CPU alone.
    const std::vector<ggml_backend_dev_t> & devices() const { return devices_; }
    bool offloaded() const { return !devices_.empty(); }

    std::string architecture() const { return metadata("general.architecture"); }
    std::string quantization() const;
    // Value of a metadata key as text; empty when there is none. Arrays are not given.
    std::string metadata(const std::string & key) const;
    std::map<std::string, std::string> all_metadata() const;
    // The default chat template; empty when the model has none.
    std::string chat_template() const;

    // Ids of each piece on its own; neither BOS nor EOS is added. Throws `unsupported_judge` when the model
    // has no vocabulary, and `prompt_too_long`, before it is tokenised, for a piece that cannot fit into
    // `context_size` tokens, however it is spelt.
    std::vector<std::vector<int32_t>> tokenize(const std::vector<TextPiece> & pieces, int32_t context_size) const;
    // Text of a token, special tokens shown; bytes as they are.
    std::string token_text(int32_t token) const;
    // The texts of tokens one after the other: a character may be spread over several.
    std::string text_of(const std::vector<int32_t> & tokens) const;
    std::vector<SpecialToken> special_tokens() const;
    int32_t bos_token() const { return llama_vocab_bos(vocab()); }  // LLAMA_TOKEN_NULL: none
    int32_t eos_token() const { return llama_vocab_eos(vocab()); }
    bool adds_bos() const { return llama_vocab_get_add_bos(vocab()); }

private:
    JudgeModel() = default;
    void require_can_fit(const TextPiece & piece, int32_t context_size) const;
    std::vector<int32_t> tokenize_piece(const TextPiece & piece) const;

    struct Free {
        void operator()(llama_model * model) const { llama_model_free(model); }
    };
    std::unique_ptr<llama_model, Free> model_;
    Adapters adapters_;  // behind the model: they go before it
    std::vector<std::string> shards_;
    std::vector<ggml_backend_dev_t> devices_;
    size_t longest_token_ = 0;  // bytes of the vocabulary's longest text
};

}  // namespace lager
