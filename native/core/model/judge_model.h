#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/model/adapters.h"
#include "core/model/vocabulary.h"
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
    // Sizes alone: no weight is read and no memory taken for one. Nothing can be decoded with such a model.
    bool dry = false;
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
    const Vocabulary & vocabulary() const { return *vocabulary_; }
    const std::vector<std::string> & shards() const { return shards_; }
    const Adapters & adapters() const { return adapters_; }

    int32_t layer_count() const { return llama_model_n_layer(model_.get()); }
    int32_t embedding_length() const { return llama_model_n_embd(model_.get()); }
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

private:
    JudgeModel() = default;

    struct Free {
        void operator()(llama_model * model) const { llama_model_free(model); }
    };
    std::unique_ptr<llama_model, Free> model_;
    Adapters adapters_;  // behind the model: they go before it
    std::vector<std::string> shards_;
    std::vector<ggml_backend_dev_t> devices_;
    std::unique_ptr<Vocabulary> vocabulary_;
};

}  // namespace lager
