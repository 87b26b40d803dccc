#include "test/tiny_adapter.h"

#include <cmath>

#include "test/gguf_builder.h"

namespace lager::test {
namespace {

std::vector<AdaptedWeight> in_every_layer(int layers, const std::vector<AdaptedWeight> & weights) {
    std::vector<AdaptedWeight> all;
    for (int layer = 0; layer < layers; ++layer) {
        for (AdaptedWeight weight : weights) {
            weight.name = "blk." + std::to_string(layer) + "." + weight.name;
            all.push_back(weight);
        }
    }
    return all;
}

std::vector<AdaptedWeight> joined(std::vector<AdaptedWeight> weights, const AdaptedWeight & last) {
    weights.push_back(last);
    return weights;
}

}  // namespace

std::vector<TinyAdapter> tiny_adapters(int64_t vocabulary) {
    const auto attention = in_every_layer(4, {{"attn_q.weight", 64, 64}, {"attn_v.weight", 64, 32}});
    const auto feed_forward = in_every_layer(4, {{"ffn_down.weight", 128, 64}});
    const auto wide = in_every_layer(3, {{"attn_output.weight", 256, 256}});
    return {
        {"lora-attention", "LoRA for llama-spm-untied and -tied: attention", attention},
        {"lora-head", "LoRA for llama-spm-untied: feed-forward layers and the LM head, F16",
         joined(feed_forward, {"output.weight", 64, vocabulary}), GGML_TYPE_F16},
        {"lora-repacked", "LoRA for llama-q4_0: attention and the LM head, beside repacked weights",
         joined(wide, {"output.weight", 256, vocabulary}), GGML_TYPE_F32, 8},
        {"lora-embedding", "LoRA for llama-spm-untied: the token embedding", {{"token_embd.weight", vocabulary, 64}}},
        {"lora-experts", "LoRA for llama-moe: its experts",
         in_every_layer(3, {{"ffn_up_exps.weight", 64, 64, 4}, {"ffn_down_exps.weight", 64, 64, 4}})},
    };
}

void write_tiny_adapter(const TinyAdapter & adapter, const std::filesystem::path & file, uint64_t seed) {
    GgufBuilder builder(seed);
    builder.set("general.type", std::string("adapter"));
    builder.set("general.architecture", adapter.architecture);
    builder.set("general.name", "tiny " + adapter.name);
    builder.set("adapter.type", std::string("lora"));
    builder.set("adapter.lora.alpha", adapter.alpha);
    const auto deviation = [](int64_t inputs) { return 1.0 / std::sqrt(static_cast<double>(inputs)); };
    for (const AdaptedWeight & weight : adapter.weights) {
        // A row of the embedding is looked up and not multiplied: its A lies the other way round.
        const bool looked_up = weight.name == "token_embd.weight";
        const std::vector<int64_t> a = looked_up ? std::vector<int64_t>{adapter.rank, weight.inputs, 1}
                                                 : std::vector<int64_t>{weight.inputs, adapter.rank, weight.experts};
        builder.add(weight.name + ".lora_a", adapter.type, a, {0.0, deviation(a[0])});
        builder.add(weight.name + ".lora_b", adapter.type, {adapter.rank, weight.outputs, weight.experts},
                    {0.0, deviation(adapter.rank)});
    }
    builder.write(file);
}

}  // namespace lager::test
