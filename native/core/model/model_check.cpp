#include "core/model/model_check.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <unordered_set>

#include "core/error.h"
#include "core/model/gguf_keys.h"

namespace lager {
namespace {

// llama.cpp's arrays, one value a layer, and its limit of experts.
constexpr int64_t most_layers = 512;
constexpr int64_t most_experts = 1024;
// Architectures that llama.cpp asserts to have experts; others may do without, or are refused by it.
constexpr std::string_view of_experts[] = {"bailingmoe2", "grovemoe", "llada-moe", "smallthinker"};
// ggml's CPU buffers begin at multiples of this, and so must tensors that are mapped.
constexpr uint64_t tensor_alignment = 32;

[[noreturn]] void refuse(const std::string & path, const std::string & why) {
    throw Error(ErrorCode::invalid_gguf, path + " is no sound model: " + why);
}

bool ends_with(const std::string & text, const std::string & end) {
    return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

bool holds(const std::string & text, const char * part) { return text.find(part) != std::string::npos; }

// ---- Tensors ----

class TensorCheck {
public:
    TensorCheck(const GgufShard & shard, int64_t id)
        : shard_(shard),
          id_(id),
          name_(gguf_get_tensor_name(shard.meta.get(), id)),
          type_(gguf_get_tensor_type(shard.meta.get(), id)),
          start_(gguf_get_data_offset(shard.meta.get()) + gguf_get_tensor_offset(shard.meta.get(), id)) {}

    void run() const {
        if (start_ % tensor_alignment != 0) {
            refuse("begins at byte " + std::to_string(start_) + ", which is no multiple of " +
                   std::to_string(tensor_alignment));
        }
        if (is_table_of_ids()) {
            return;
        }
        if (is_elementwise() && type_ != GGML_TYPE_F32) {
            refuse(std::string("is ") + ggml_type_name(type_) + ", must be f32: it is added or multiplied as it is");
        }
        // The types with products can all be read as numbers.
        if (type_ != GGML_TYPE_F32 && ggml_get_type_traits(type_)->to_float == nullptr) {
            refuse(std::string("is ") + ggml_type_name(type_) + ", a type without a product");
        }
        if (type_ == GGML_TYPE_F32 && holds(name_, "norm")) {
            require_finite();
        }
    }

private:
    [[noreturn]] void refuse(const std::string & what) const {
        lager::refuse(shard_.path, "tensor " + name_ + " " + what);
    }

    bool is_table_of_ids() const { return holds(name_, "tid2eid") || name_ == "d2t" || name_ == "t2d"; }

    bool is_elementwise() const {
        return holds(name_, "norm") || ends_with(name_, ".bias") || holds(name_, "ssm_conv1d.") ||
               holds(name_, "shortconv.conv.") || ends_with(name_, ".ssm_a") || (rows() == 1 && !is_classifier());
    }

    // Its matrix has one row for each class, and there may be one class.
    bool is_classifier() const { return name_.rfind("cls.", 0) == 0; }

    int64_t rows() const {
        const int64_t * ne = gguf_get_tensor_ne(shard_.meta.get(), id_);
        return ne[1] * ne[2] * ne[3];
    }

    void require_finite() const {
        std::vector<float> values(gguf_get_tensor_size(shard_.meta.get(), id_) / sizeof(float));
        std::ifstream file(shard_.path, std::ios::binary);
        file.seekg(static_cast<std::streamoff>(start_));
        file.read(reinterpret_cast<char *>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(float)));
        if (!file) {
            refuse("could not be read");
        }
        const auto bad = std::find_if(values.begin(), values.end(), [](float value) { return !std::isfinite(value); });
        if (bad != values.end()) {
            refuse("holds a value that is not finite, its element " + std::to_string(bad - values.begin()));
        }
    }

    const GgufShard & shard_;
    const int64_t id_;
    const std::string name_;
    const ggml_type type_;
    const uint64_t start_;
};

// ---- Hyperparameters ----

class KeyCheck {
public:
    KeyCheck(const std::vector<GgufShard> & shards)
        : shards_(shards),
          gguf_(*shards.front().meta),
          architecture_(gguf_text(gguf_, "general.architecture")),
          layers_(number("block_count")) {}

    void run() const {
        if (architecture_.empty()) {
            refuse(shards_.front().path, "it names no general.architecture");
        }
        for (const char * needed : {"block_count", "context_length", "embedding_length"}) {
            if (number(needed) < 1) {
                refuse_key(needed, "must be there, and at least 1");
            }
        }
        check_layers();
        check_heads();
        check_experts();
        check_floats();
    }

private:
    std::string key(const std::string & name) const { return architecture_ + "." + name; }
    // 0 where there is no such key, and llama.cpp's default is 0.
    int64_t number(const std::string & name) const { return gguf_integer(gguf_, key(name)).value_or(0); }

    [[noreturn]] void refuse_key(const std::string & name, const std::string & why) const {
        refuse(shards_.front().path, key(name) + " " + why);
    }

    void check_layers() const {
        if (layers_ > most_layers) {
            refuse_key("block_count", "is " + std::to_string(layers_) + ", more than " + std::to_string(most_layers));
        }
        for (const GgufShard & shard : shards_) {
            for (int64_t i = 0; i < gguf_get_n_tensors(shard.meta.get()); ++i) {
                const std::string name = gguf_get_tensor_name(shard.meta.get(), i);
                if (name.rfind("blk.", 0) == 0 && std::strtoll(name.c_str() + 4, nullptr, 10) >= layers_) {
                    refuse_key("block_count", "is " + std::to_string(layers_) + ", but there is a tensor " + name);
                }
            }
        }
        const int64_t predicting = number("nextn_predict_layers");
        if (predicting < 0 || predicting >= layers_) {
            refuse_key("nextn_predict_layers", "must be less than block_count");
        }
    }

    // Some models have one number a layer; 0 is a layer without attention.
    void check_heads() const {
        const std::vector<int64_t> heads = gguf_integers(gguf_, key("attention.head_count"));
        const std::vector<int64_t> kv_heads = gguf_integers(gguf_, key("attention.head_count_kv"));
        for (size_t i = 0; i < heads.size(); ++i) {
            const int64_t groups = kv_heads.empty() ? heads[i] : kv_heads[std::min(i, kv_heads.size() - 1)];
            if (heads[i] < 0 || groups < 0 || (groups > 0 && heads[i] % groups != 0)) {
                refuse_key("attention.head_count_kv",
                           "of " + std::to_string(groups) + " does not divide " + std::to_string(heads[i]) + " heads");
            }
        }
        if (heads.size() != 1 || heads[0] == 0) {
            return;
        }
        const int64_t embedding = number("embedding_length");
        int64_t size = number("attention.key_length");
        if (size == 0) {
            if (embedding % heads[0] != 0) {
                refuse_key("attention.head_count", "of " + std::to_string(heads[0]) +
                                                       " does not divide the embedding of " +
                                                       std::to_string(embedding));
            }
            size = embedding / heads[0];
        }
        if (size < 2 || size % 2 != 0) {
            refuse_key("attention.head_count", "makes heads of " + std::to_string(size) + " values, an odd number");
        }
        const int64_t rotated = number("rope.dimension_count");
        if (rotated < 0 || rotated % 2 != 0 || rotated > size) {
            refuse_key("rope.dimension_count", "is " + std::to_string(rotated) +
                                                   ": it must be even, and no more than a head's " +
                                                   std::to_string(size) + " values");
        }
    }

    void check_experts() const {
        const int64_t experts = number("expert_count");
        const std::vector<int64_t> used = gguf_integers(gguf_, key("expert_used_count"));
        const int64_t most_used = used.empty() ? 0 : *std::max_element(used.begin(), used.end());
        const int64_t least_used = used.empty() ? 0 : *std::min_element(used.begin(), used.end());
        // llama.cpp takes Hunyuan's one expert for none.
        const bool dense = experts == 1 && architecture_.rfind("hunyuan", 0) == 0;
        if (experts < 0 || experts > most_experts) {
            refuse_key("expert_count", "is " + std::to_string(experts));
        }
        if (least_used < 0 || most_used > experts || (experts > 0 && most_used == 0 && !dense)) {
            refuse_key("expert_used_count",
                       "is " + std::to_string(most_used) + " of " + std::to_string(experts) + " experts");
        }
        if (experts == 0 &&
            std::find(std::begin(of_experts), std::end(of_experts), architecture_) != std::end(of_experts)) {
            refuse_key("expert_count", "is missing");
        }
        const int64_t groups = number("expert_group_count");
        const int64_t groups_used = number("expert_group_used_count");
        const bool grouped = groups > 1 && experts > 0;
        if (groups < 0 || (groups > 0 && groups >= experts) || (grouped && experts % groups != 0)) {
            refuse_key("expert_group_count",
                       "is " + std::to_string(groups) + " for " + std::to_string(experts) + " experts");
        }
        if (grouped && (groups_used < 1 || groups_used >= groups)) {
            refuse_key("expert_group_used_count",
                       "is " + std::to_string(groups_used) + " of " + std::to_string(groups) + " groups");
        }
    }

    void check_floats() const {
        for (int64_t id = 0; id < gguf_get_n_kv(&gguf_); ++id) {
            const std::string name = gguf_get_key(&gguf_, id);
            if (gguf_get_kv_type(&gguf_, id) != GGUF_TYPE_FLOAT32 || name.rfind(architecture_ + ".", 0) != 0) {
                continue;
            }
            const float value = gguf_get_val_f32(&gguf_, id);
            // Bounds may be infinite: llama.cpp itself writes kda.gate_lower_bound so.
            const bool epsilon = ends_with(name, "epsilon");
            if (std::isnan(value) || (epsilon && (std::isinf(value) || value < 0.0f))) {
                refuse(shards_.front().path,
                       name + " is " + std::to_string(value) +
                           (epsilon ? ", must be finite and not negative" : ", must be a number"));
            }
        }
    }

    const std::vector<GgufShard> & shards_;
    const gguf_context & gguf_;
    const std::string architecture_;
    const int64_t layers_;
};

// ---- Vocabulary ----

std::string byte_token(int byte) {
    char text[8] = {};
    snprintf(text, sizeof(text), "<0x%02X>", static_cast<unsigned>(byte));
    return text;
}

void check_vocabulary(const std::string & path, const gguf_context & gguf) {
    const char * key = "tokenizer.ggml.tokens";
    const int64_t id = gguf_find_key(&gguf, key);
    const std::string tokenizer = gguf_text(gguf, "tokenizer.ggml.model");
    // llama.cpp marks the doubles of this one itself.
    if (id < 0 || tokenizer == "hybriddna" || gguf_get_kv_type(&gguf, id) != GGUF_TYPE_ARRAY ||
        gguf_get_arr_type(&gguf, id) != GGUF_TYPE_STRING) {
        return;
    }
    std::unordered_set<std::string> texts;
    const size_t count = gguf_get_arr_n(&gguf, id);
    texts.reserve(count);
    for (size_t i = 0; i < count; ++i) {
        std::string text = gguf_get_arr_str(&gguf, id, i);
        // As llama.cpp calls it.
        text = text.empty() ? "[EMPTY_" + std::to_string(i) + "]" : text;
        if (!texts.insert(text).second) {
            refuse(path, std::string(key) + " holds token " + std::to_string(i) + " twice");
        }
    }
    for (int byte = 0; tokenizer == "llama" && byte < 256; ++byte) {
        if (texts.count(byte_token(byte)) == 0 && texts.count(std::string(1, static_cast<char>(byte))) == 0) {
            refuse(path, std::string(key) + " lacks the byte " + byte_token(byte) +
                             ", so that not every text can be tokenised");
        }
    }
}

}  // namespace

void check_model(const std::vector<GgufShard> & shards) {
    const gguf_context & gguf = *shards.front().meta;
    const std::string kind = gguf_text(gguf, "general.type");
    if (!kind.empty() && kind != "model") {
        throw Error(ErrorCode::unsupported_judge,
                    shards.front().path + " holds no model: its general.type is \"" + kind + "\"");
    }
    for (const GgufShard & shard : shards) {
        for (int64_t id = 0; id < gguf_get_n_tensors(shard.meta.get()); ++id) {
            TensorCheck(shard, id).run();
        }
    }
    KeyCheck(shards).run();
    check_vocabulary(shards.front().path, gguf);
}

}  // namespace lager
