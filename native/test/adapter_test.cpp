#include <cmath>
#include <cstring>
#include <filesystem>

#include "core/judge_context.h"
#include "test/check.h"
#include "test/gguf_builder.h"
#include "test/prompts.h"
#include "test/tiny_adapter.h"

using namespace lager;
using namespace lager::test;

namespace {

const std::vector<int32_t> score_tokens = {17, 18, 19, 20, 12345};

std::unique_ptr<JudgeContext> open(const std::string & judge, const std::vector<AdapterOptions> & adapters) {
    ModelOptions options;
    options.path = paths.model(judge);
    options.adapters = adapters;
    ContextOptions context;
    context.context_size = 512;
    context.threads = 1;
    return std::make_unique<JudgeContext>(JudgeModel::load(options, nullptr, nullptr), context, nullptr);
}

AdapterOptions fixture(const std::string & name, float scale = 1.0f) { return {paths.model(name), scale}; }

LayerLogits score(const std::string & judge, const std::vector<AdapterOptions> & adapters) {
    const CaptureResult output = open(judge, adapters)->capture(prompt(50), score_tokens, nullptr);
    CHECK_EQUAL(output.head_difference, 0.0f);
    return output.logits;
}

// Files that do not fit are made where they are needed, and go with the test.
class Scratch {
public:
    Scratch() : folder_(std::filesystem::path(paths.fixtures).parent_path() / "adapters") {
        std::filesystem::create_directories(folder_);
    }
    ~Scratch() { std::filesystem::remove_all(folder_); }

    std::string file(const std::string & name) const { return (folder_ / (name + ".gguf")).string(); }

    std::string write(const TinyAdapter & adapter) const {
        write_tiny_adapter(adapter, file("adapter"));
        return file("adapter");
    }

private:
    std::filesystem::path folder_;
};

const AdaptedWeight attention_weight{"blk.0.attn_q.weight", 64, 64};

}  // namespace

TEST("with an adapter the replayed head still gives llama.cpp's own logits") {
    const std::pair<const char *, const char *> cases[] = {
        {"llama-spm-untied", "lora-attention"}, {"llama-spm-tied", "lora-attention"}, {"llama-spm-untied", "lora-head"},
        {"llama-spm-untied", "lora-embedding"}, {"llama-q4_0", "lora-repacked"},      {"llama-moe", "lora-experts"}};
    for (const auto & [judge, adapter] : cases) {
        const LayerLogits without = score(judge, {});
        const LayerLogits with = score(judge, {fixture(adapter)});
        for (const float logit : with.normed) {
            CHECK(std::isfinite(logit));
        }
        CHECK(!same_bits(without, with));
        CHECK(!same_bits(with, score(judge, {fixture(adapter, 0.5f)})));
        CHECK(same_bits(with, score(judge, {fixture(adapter)})));
    }
}

TEST("an adapter of the LM head changes every layer's logits, others only those behind them") {
    const LayerLogits without = score("llama-spm-untied", {});
    const auto changed_rows = [&without](const LayerLogits & with) {
        std::string rows;
        for (size_t row = 0; row < without.normed.size() / score_tokens.size(); ++row) {
            const size_t offset = row * score_tokens.size();
            rows += std::memcmp(&without.normed[offset], &with.normed[offset], score_tokens.size() * sizeof(float)) != 0
                        ? 'x'
                        : '.';
        }
        return rows;
    };
    CHECK_EQUAL(changed_rows(score("llama-spm-untied", {fixture("lora-head")})), "xxxxx");
    CHECK_EQUAL(changed_rows(score("llama-spm-untied", {fixture("lora-attention")})), ".xxxx");
    CHECK_EQUAL(changed_rows(score("llama-spm-untied", {fixture("lora-embedding")})), "xxxxx");
}

TEST("several adapters are applied in the order in which they are named, whatever their addresses") {
    const Scratch scratch;
    std::vector<AdapterOptions> adapters;
    for (const uint64_t seed : {11, 12, 13}) {
        // Into the residual stream: a query is rounded to f16 and would hide a last bit.
        TinyAdapter adapter{"order", "", {{"blk.0.ffn_down.weight", 128, 64}}};
        const std::string file = scratch.file("order-" + std::to_string(seed));
        write_tiny_adapter(adapter, file, seed);
        adapters.push_back({file, 1.0f});
    }
    const LayerLogits expected = score("llama-spm-untied", adapters);
    std::vector<std::unique_ptr<char[]>> junk;
    for (int i = 0; i < 12; ++i) {
        // Moves what is allocated next.
        junk.push_back(std::make_unique<char[]>(static_cast<size_t>(40 + 136 * i)));
        CHECK(same_bits(expected, score("llama-spm-untied", adapters)));
    }
    CHECK(!same_bits(expected, score("llama-spm-untied", {adapters[2], adapters[1], adapters[0]})));
}

TEST("reuse and batch size change no bit under an adapter") {
    const auto context = open("llama-q4_0", {fixture("lora-repacked")});
    const std::vector<int32_t> tokens = prompt(150);
    const CaptureResult fresh = context->capture(tokens, score_tokens, nullptr);
    std::vector<int32_t> other(tokens.begin(), tokens.begin() + 101);
    other.push_back(5);
    context->capture(other, score_tokens, nullptr);
    const CaptureResult again = context->capture(tokens, score_tokens, nullptr);
    CHECK(again.reused_tokens > 0);
    CHECK(same_bits(fresh.logits, again.logits));
}

TEST("adapters that do not fit are refused before llama.cpp sees them") {
    const Scratch scratch;
    const auto refused = [&scratch](const std::string & judge, const TinyAdapter & adapter, const std::string & why) {
        CHECK_ERROR(ErrorCode::invalid_adapter, why, open(judge, {{scratch.write(adapter), 1.0f}}));
    };
    const std::string judge = "llama-spm-untied";
    refused("qwen2-bpe", {"other", "", {attention_weight}}, "architecture llama, the judge's is qwen2");
    refused(judge, {"narrow", "", {{"blk.0.attn_q.weight", 32, 64}}}, "does not fit the judge's [64, 64, 1, 1] f32");
    refused(judge, {"short", "", {{"blk.0.attn_q.weight", 64, 32}}}, "does not fit");
    refused(judge, {"unknown", "", {{"blk.9.attn_q.weight", 64, 64}}}, "which the judge does not have");
    refused(judge, {"norm", "", {{"output_norm.weight", 64, 1}}}, "does not apply that");
    refused("llama-moe", {"experts", "", {{"blk.0.ffn_up_exps.weight", 64, 64, 3}}}, "does not fit");
    refused("llama-spm-tied", {"tied", "", {{"token_embd.weight", 32000, 64}}}, "LM head as well");
    refused(judge, {"type", "", {attention_weight}, GGML_TYPE_Q4_0, 32}, "is q4_0");
    refused(judge, {"empty", "", {}}, "holds no weights");
}

TEST("adapter files that are none are refused") {
    const Scratch scratch;
    const auto refused = [&scratch](const std::function<void(GgufBuilder &)> & change, const std::string & why) {
        GgufBuilder builder(1);
        builder.set("general.type", std::string("adapter"));
        builder.set("general.architecture", std::string("llama"));
        builder.set("adapter.type", std::string("lora"));
        builder.add("blk.0.attn_q.weight.lora_a", GGML_TYPE_F32, {64, 4}, {0.0, 0.1});
        change(builder);
        builder.write(scratch.file("odd"));
        CHECK_ERROR(ErrorCode::invalid_adapter, why, open("llama-spm-untied", {{scratch.file("odd"), 1.0f}}));
    };
    refused([](GgufBuilder &) {}, "one is missing");
    // llama.cpp would end the process over a value of another type.
    refused([](GgufBuilder & builder) { builder.set("general.type", uint32_t{7}); }, "no LoRA adapter");
    refused([](GgufBuilder & builder) { builder.set("adapter.type", 1.5F); }, "no LoRA adapter");
    refused([](GgufBuilder & builder) { builder.set("general.architecture", true); }, "architecture");
    refused([](GgufBuilder & builder) { builder.set("adapter.lora.alpha", std::string("8")); }, "alpha");
    refused([](GgufBuilder & builder) { builder.set("adapter.lora.alpha", NAN); }, "alpha");
    refused([](GgufBuilder & builder) { builder.add("blk.0.bias", GGML_TYPE_F32, {4}, {0.0, 1.0}); },
            "blk.0.bias, which llama.cpp does not apply");
    CHECK_ERROR(ErrorCode::invalid_adapter, "no LoRA adapter", open("llama-spm-untied", {fixture("llama-spm-untied")}));
    CHECK_ERROR(ErrorCode::invalid_gguf, "cannot be opened", open("llama-spm-untied", {{scratch.file("none"), 1.0f}}));
    CHECK_ERROR(ErrorCode::invalid_gguf, "not a GGUF", open("llama-spm-untied", {fixture("not-a-gguf")}));
}

TEST("scales and numbers of adapters that make no sense are refused") {
    for (const float scale : {0.0f, NAN, INFINITY}) {
        CHECK_ERROR(ErrorCode::invalid_argument, "scale", open("llama-spm-untied", {fixture("lora-head", scale)}));
    }
    CHECK_ERROR(ErrorCode::invalid_argument, "at most 4",
                open("llama-spm-untied", std::vector<AdapterOptions>(5, fixture("lora-head"))));
}
