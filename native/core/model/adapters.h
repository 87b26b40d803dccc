#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "llama.h"

namespace lager {

struct AdapterOptions {
    std::string path;
    float scale = 1.0f;
};

// LoRA adapters on top of a judge, in the order in which they were given. Loaded before a context is
// made, which takes its graph's size from them; to be destroyed before the model.
class Adapters {
public:
    static constexpr size_t most = 4;

    // `shards` are the judge's files. Throws `invalid_argument` for too many of them or a scale of
    // zero, and what `check_adapter` throws.
    void load(llama_model * model, const std::vector<AdapterOptions> & options, const std::vector<std::string> & shards,
              const std::string & architecture);

    // Makes a context apply them.
    void apply(llama_context * context) const;

    bool empty() const { return adapters_.empty(); }
    // The judge's weights that are changed, and by how many adapters.
    const std::map<std::string, int> & changed_weights() const { return changed_weights_; }

private:
    struct Free {
        void operator()(llama_adapter_lora * adapter) const { llama_adapter_lora_free(adapter); }
    };
    using AdapterPtr = std::unique_ptr<llama_adapter_lora, Free>;

    bool put_in_order();

    std::vector<AdapterPtr> adapters_;
    std::vector<float> scales_;
    std::vector<size_t> insertion_;  // indices, in the order in which llama.cpp must be told
    std::map<std::string, int> changed_weights_;
};

}  // namespace lager
