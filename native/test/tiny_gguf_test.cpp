// Checks that the generated models are what the other tests take them for: llama.cpp loads those
// that should load, their logits are finite and differ, and every layer moves the residual stream.
//
// usage: tiny_gguf_test BACKEND_DIR VOCAB_DIR SCRATCH_DIR

#include <cmath>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "ggml-backend.h"
#include "llama.h"
#include "test/tiny_gguf.h"

namespace {

constexpr int32_t prompt_tokens = 40;

struct FreeModel {
    void operator()(llama_model * model) const { llama_model_free(model); }
};
struct FreeContext {
    void operator()(llama_context * context) const { llama_free(context); }
};
using ModelPointer = std::unique_ptr<llama_model, FreeModel>;
using ContextPointer = std::unique_ptr<llama_context, FreeContext>;

void require(bool holds, const std::string & message) {
    if (!holds) {
        throw std::runtime_error(message);
    }
}

ModelPointer load(const std::filesystem::path & file) {
    llama_model_params params = llama_model_default_params();
    params.n_gpu_layers = 0;
    return ModelPointer(llama_model_load_from_file(file.string().c_str(), params));
}

/// Last row of `l_out-<layer>`, by layer.
using LayerOutputs = std::map<int, std::vector<float>>;

bool capture(ggml_tensor * tensor, bool ask, void * user_data) {
    int layer = 0;
    int end = 0;
    const bool is_layer_output =
        std::sscanf(tensor->name, "l_out-%d%n", &layer, &end) == 1 && tensor->name[end] == '\0';
    if (!is_layer_output || ask) {
        return is_layer_output;
    }
    std::vector<float> row(static_cast<size_t>(tensor->ne[0]));
    ggml_backend_tensor_get(tensor, row.data(), static_cast<size_t>(tensor->ne[1] - 1) * tensor->nb[1],
                            row.size() * sizeof(float));
    (*static_cast<LayerOutputs *>(user_data))[layer] = std::move(row);
    return true;
}

/// Root mean square of a - b; `b` empty counts as zeros.
double rms(const std::vector<float> & a, const std::vector<float> & b = {}) {
    double sum = 0.0;
    for (size_t i = 0; i < a.size(); ++i) {
        const double difference = double{a[i]} - (b.empty() ? 0.0 : double{b[i]});
        sum += difference * difference;
    }
    return std::sqrt(sum / static_cast<double>(a.size()));
}

std::vector<llama_token> prompt(const llama_model & model) {
    const int32_t vocab = llama_vocab_n_tokens(llama_model_get_vocab(&model));
    std::vector<llama_token> tokens;
    for (int32_t i = 0; i < prompt_tokens; ++i) {
        tokens.push_back((300 + 97 * i) % vocab);
    }
    return tokens;
}

void check_layers(const llama_model & model, const LayerOutputs & outputs) {
    require(static_cast<int32_t>(outputs.size()) == llama_model_n_layer(&model), "a layer's l_out is missing");
    const std::vector<float> * before = nullptr;
    for (const auto & [layer, output] : outputs) {
        const double size = rms(output);
        require(std::isfinite(size) && size < 1000.0, "layer " + std::to_string(layer) + " is too large");
        if (before != nullptr) {
            const double change = rms(output, *before) / size;
            require(change > 0.1, "layer " + std::to_string(layer) + " hardly changes the hidden state");
        }
        before = &output;
    }
}

void check_logits(const std::vector<float> & logits) {
    double mean = 0.0;
    for (const float logit : logits) {
        require(std::isfinite(logit), "a logit is not finite");
        mean += double{logit};
    }
    mean /= static_cast<double>(logits.size());
    const double deviation = rms(logits, std::vector<float>(logits.size(), static_cast<float>(mean)));
    std::printf("logits %.2f ± %.2f", mean, deviation);
    require(deviation > 0.3, "the logits are nearly constant");
}

void check_causal(llama_model & model) {
    LayerOutputs outputs;
    llama_context_params params = llama_context_default_params();
    params.n_ctx = 64;
    params.n_threads = params.n_threads_batch = 1;
    params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;
    params.cb_eval = capture;
    params.cb_eval_user_data = &outputs;
    const ContextPointer context(llama_init_from_model(&model, params));
    require(context != nullptr, "no context");

    std::vector<llama_token> tokens = prompt(model);
    require(llama_decode(context.get(), llama_batch_get_one(tokens.data(), prompt_tokens)) == 0, "decode failed");
    const float * logits = llama_get_logits_ith(context.get(), -1);
    require(logits != nullptr, "no logits");
    check_logits({logits, logits + llama_vocab_n_tokens(llama_model_get_vocab(&model))});
    check_layers(model, outputs);
}

void check_embedding(llama_model & model) {
    llama_context_params params = llama_context_default_params();
    params.n_ctx = 64;
    params.embeddings = true;
    params.n_threads = params.n_threads_batch = 1;
    const ContextPointer context(llama_init_from_model(&model, params));
    require(context != nullptr, "no context");

    std::vector<llama_token> tokens = prompt(model);
    require(llama_encode(context.get(), llama_batch_get_one(tokens.data(), prompt_tokens)) == 0, "encode failed");
    const float * embedding = llama_get_embeddings_seq(context.get(), 0);
    require(embedding != nullptr, "no embedding");
    const double size = rms({embedding, embedding + llama_model_n_embd(&model)});
    std::printf("embedding of size %.2f", size);
    require(std::isfinite(size) && size > 0.1, "the embedding is empty");
}

void check(const lager::test::TinyGguf & tiny, const std::filesystem::path & file) {
    std::printf("%-24s ", tiny.name.c_str());
    const ModelPointer model = load(file);
    require((model != nullptr) == tiny.loads, tiny.loads ? "does not load" : "loads, but must not");
    if (model != nullptr && tiny.is_causal) {
        check_causal(*model);
    } else if (model != nullptr) {
        check_embedding(*model);
    } else {
        std::printf("refused");
    }
    std::printf("\n");
}

std::string bytes(const std::filesystem::path & file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void check_reproducible(const std::filesystem::path & vocab_dir, const std::filesystem::path & scratch) {
    const auto write = [&](const char * file, const lager::test::TinyGgufOptions & options) {
        lager::test::write_tiny_gguf("llama-q4_0", vocab_dir, scratch / file, options);
        return bytes(scratch / file);
    };
    const std::string first = write("first.gguf", {});
    require(first == write("second.gguf", {}), "the same variant and seed give two different files");
    require(first != write("second.gguf", {std::nullopt, 2}), "another seed gives the same file");
    require(first.find("[INST]") != std::string::npos, "the chat template is missing");
    require(write("second.gguf", {"", 1}).find("[INST]") == std::string::npos, "the chat template is still there");
}

}  // namespace

int main(int argc, char ** argv) {
    if (argc != 4) {
        std::fprintf(stderr, "usage: tiny_gguf_test BACKEND_DIR VOCAB_DIR SCRATCH_DIR\n");
        return 2;
    }
    const std::filesystem::path vocab_dir = argv[2];
    const std::filesystem::path scratch = argv[3];
    llama_log_set([](ggml_log_level, const char *, void *) {}, nullptr);
    ggml_backend_load_all_from_path(argv[1]);

    int failures = 0;
    const auto attempt = [&](auto && test) {
        try {
            test();
        } catch (const std::exception & error) {
            std::printf("\nFAILED: %s\n", error.what());
            ++failures;
        }
    };
    std::filesystem::create_directories(scratch);
    for (const lager::test::TinyGguf & tiny : lager::test::tiny_ggufs()) {
        attempt([&] {
            const std::filesystem::path file = scratch / (tiny.name + ".gguf");
            lager::test::write_tiny_gguf(tiny.name, vocab_dir, file);
            check(tiny, file);
        });
        std::filesystem::remove_all(scratch);  // a split model has several files
        std::filesystem::create_directories(scratch);
    }
    attempt([&] { check_reproducible(vocab_dir, scratch); });
    return failures == 0 ? 0 : 1;
}
