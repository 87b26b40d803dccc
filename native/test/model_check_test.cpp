// Files that llama.cpp would end the process over, or load and compute nonsense from.

#include "core/model/model_check.h"

#include <cstdio>
#include <filesystem>
#include <functional>
#include <limits>
#include <map>

#include "core/judge.h"
#include "test/check.h"
#include "test/gguf_builder.h"

using namespace lager;
using namespace lager::test;

namespace {

constexpr float no_number = std::numeric_limits<float>::quiet_NaN();

// What is different from a sound small Llama.
struct Fault {
    std::string blamed;  // the key or tensor that the message names
    std::map<std::string, ggml_type> types = {};
    std::map<std::string, double> means = {};
    std::function<void(GgufBuilder &)> keys = nullptr;
};

std::vector<std::string> vocabulary() {
    std::vector<std::string> tokens{"<unk>", "<s>", "</s>"};
    for (unsigned byte = 0; byte < 256; ++byte) {
        char text[8] = {};
        std::snprintf(text, sizeof(text), "<0x%02X>", byte);
        tokens.emplace_back(text);
    }
    while (tokens.size() < 300) {
        tokens.push_back("word" + std::to_string(tokens.size()));
    }
    return tokens;
}

std::string write(const Fault & fault) {
    GgufBuilder gguf(1);
    gguf.set("general.architecture", std::string("llama"));
    const std::map<std::string, uint32_t> numbers{{"vocab_size", 300},
                                                  {"context_length", 512},
                                                  {"block_count", 1},
                                                  {"embedding_length", 32},
                                                  {"feed_forward_length", 32},
                                                  {"attention.head_count", 2},
                                                  {"attention.head_count_kv", 1},
                                                  {"rope.dimension_count", 16}};
    for (const auto & [key, value] : numbers) {
        gguf.set("llama." + key, value);
    }
    gguf.set("llama.attention.layer_norm_rms_epsilon", 1e-5F);
    gguf.set("tokenizer.ggml.model", std::string("llama"));
    gguf.set("tokenizer.ggml.tokens", vocabulary());
    const std::map<std::string, std::vector<int64_t>> tensors{
        {"token_embd.weight", {32, 300}},       {"output_norm.weight", {32}},       {"blk.0.attn_norm.weight", {32}},
        {"blk.0.attn_q.weight", {32, 32}},      {"blk.0.attn_k.weight", {32, 16}},  {"blk.0.attn_v.weight", {32, 16}},
        {"blk.0.attn_output.weight", {32, 32}}, {"blk.0.ffn_norm.weight", {32}},    {"blk.0.ffn_gate.weight", {32, 32}},
        {"blk.0.ffn_up.weight", {32, 32}},      {"blk.0.ffn_down.weight", {32, 32}}};
    for (const auto & [name, shape] : tensors) {
        const auto type = fault.types.find(name);
        const auto mean = fault.means.find(name);
        gguf.add(name, type == fault.types.end() ? GGML_TYPE_F32 : type->second, shape,
                 {mean == fault.means.end() ? (shape.size() == 1 ? 1.0 : 0.0) : mean->second, 0.2});
    }
    if (fault.keys) {
        fault.keys(gguf);
    }
    // Beside the fixtures: those are sound models, and others run them all.
    const std::string file = (std::filesystem::path(paths.fixtures).parent_path() / "faulty.gguf").string();
    gguf.write(file);
    return file;
}

void load(const Fault & fault) {
    ModelOptions model;
    model.path = write(fault);
    ContextOptions context;
    context.context_size = 128;
    context.threads = 1;
    const Judge judge(model, context, {}, nullptr, nullptr);
}

template <typename T>
Fault with_key(const std::string & key, const T & value) {
    return {key, {}, {}, [=](GgufBuilder & gguf) { gguf.set(key, value); }};
}

Fault without_key(const std::string & key) {
    return {key, {}, {}, [=](GgufBuilder & gguf) { gguf.remove(key); }};
}

Fault with_type(const std::string & tensor, ggml_type type) { return {tensor, {{tensor, type}}}; }

void check_refused(const std::vector<Fault> & faults) {
    for (const Fault & fault : faults) {
        CHECK_ERROR(ErrorCode::invalid_gguf, fault.blamed, load(fault));
    }
}

}  // namespace

TEST("a sound file loads, also without the keys that may be left out") {
    load({});
    load(without_key("llama.rope.dimension_count"));
    load(with_key("llama.kda.gate_lower_bound", -std::numeric_limits<float>::infinity()));
    load(with_type("blk.0.ffn_up.weight", GGML_TYPE_Q8_0));
}

TEST("a matrix of a type without a product is INVALID_GGUF with its tensor") {
    check_refused({with_type("token_embd.weight", GGML_TYPE_I8), with_type("blk.0.ffn_up.weight", GGML_TYPE_I32),
                   with_type("blk.0.attn_q.weight", GGML_TYPE_F64), with_type("blk.0.attn_k.weight", GGML_TYPE_I16)});
}

TEST("a norm that is not f32 or not finite is INVALID_GGUF with its tensor") {
    check_refused({with_type("output_norm.weight", GGML_TYPE_F16),
                   with_type("blk.0.ffn_norm.weight", GGML_TYPE_BF16),
                   {"blk.0.attn_norm.weight", {}, {{"blk.0.attn_norm.weight", no_number}}},
                   {"output_norm.weight", {}, {{"output_norm.weight", std::numeric_limits<float>::infinity()}}}});
}

TEST("weights that are no numbers fail the check on load with the first layer of them") {
    CHECK_ERROR(ErrorCode::unsupported_judge, "the output of layer 1 is not finite",
                load({"", {}, {{"blk.0.ffn_down.weight", no_number}}}));
    CHECK_ERROR(ErrorCode::unsupported_judge, "the output of layer 0 is not finite",
                load({"", {}, {{"token_embd.weight", no_number}}}));
}

TEST("a block count that is absurd or has no place for a tensor is INVALID_GGUF") {
    for (const uint32_t count : {0U, 513U, 0xffffffffU}) {
        check_refused({with_key("llama.block_count", count)});
    }
    Fault fault = with_key("llama.block_count", uint32_t{1});
    fault.keys = [](GgufBuilder & gguf) { gguf.add("blk.1.attn_norm.weight", GGML_TYPE_F32, {32}, {1.0, 0.0}); };
    check_refused({fault, with_key("llama.nextn_predict_layers", uint32_t{2})});
}

TEST("heads that do not divide, and rotations that do not fit a head, are INVALID_GGUF") {
    check_refused(
        {with_key("llama.attention.head_count", uint32_t{3}), with_key("llama.attention.head_count_kv", uint32_t{3}),
         with_key("llama.attention.head_count", uint32_t{32}), with_key("llama.rope.dimension_count", uint32_t{1}),
         with_key("llama.rope.dimension_count", uint32_t{18})});
}

TEST("more experts used than there are, none, or groups that do not divide them are INVALID_GGUF") {
    check_refused({with_key("llama.expert_used_count", uint32_t{2}), with_key("llama.expert_count", uint32_t{5000})});
    Fault fault{
        "llama.expert_used_count", {}, {}, [](GgufBuilder & gguf) { gguf.set("llama.expert_count", uint32_t{4}); }};
    check_refused({fault, with_key("llama.expert_group_count", uint32_t{3})});
    fault = {"llada-moe.expert_count", {}, {}, [](GgufBuilder & gguf) {
                 gguf.set("general.architecture", std::string("llada-moe"));
                 for (const char * key : {"block_count", "context_length", "embedding_length"}) {
                     gguf.set(std::string("llada-moe.") + key, uint32_t{32});
                 }
             }};
    check_refused({fault});
}

TEST("an epsilon that is negative or not finite is INVALID_GGUF") {
    for (const float epsilon : {-1e-5F, no_number, std::numeric_limits<float>::infinity()}) {
        check_refused({with_key("llama.attention.layer_norm_rms_epsilon", epsilon)});
    }
    check_refused({with_key("llama.rope.freq_base", no_number)});
}

TEST("an architecture without its keys is INVALID_GGUF with the first that is missing") {
    check_refused({without_key("general.architecture"), without_key("llama.block_count"),
                   without_key("llama.context_length"), without_key("llama.embedding_length")});
}

TEST("a token that stands twice, and a byte that no token stands for, are INVALID_GGUF") {
    std::vector<std::string> twice = vocabulary();
    twice.back() = twice.front();
    std::vector<std::string> without_newline = vocabulary();
    without_newline[3 + '\n'] = "another";
    check_refused({with_key("tokenizer.ggml.tokens", twice), with_key("tokenizer.ggml.tokens", without_newline)});
}

TEST("an alignment that the tensors do not keep is INVALID_GGUF") {
    check_refused({{"", {}, {}, [](GgufBuilder & gguf) { gguf.set("general.alignment", uint32_t{8}); }}});
}

TEST("a file of another kind is UNSUPPORTED_JUDGE with its kind") {
    CHECK_ERROR(ErrorCode::unsupported_judge, "\"imatrix\"", load(with_key("general.type", std::string("imatrix"))));
}
