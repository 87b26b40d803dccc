#include "core/model/adapter_file.h"

#include <cmath>
#include <map>
#include <memory>

#include "core/error.h"
#include "core/head/graph_trace.h"
#include "core/model/gguf_file.h"
#include "ggml.h"
#include "gguf.h"

namespace lager {
namespace {

constexpr const char * embedding_weight = "token_embd.weight";
constexpr const char * head_weight = "output.weight";

struct Header {
    std::unique_ptr<gguf_context, decltype(&gguf_free)> gguf;
    std::unique_ptr<ggml_context, decltype(&ggml_free)> tensors;  // shapes alone
};

Header read_header(const std::string & path) {
    ggml_context * tensors = nullptr;
    gguf_context * gguf = gguf_init_from_file(path.c_str(), gguf_init_params{true, &tensors});
    return Header{{gguf, gguf_free}, {tensors, ggml_free}};
}

// Both matrices of the product that is added to one weight: W·x + scale · B·(A·x).
struct Pair {
    const ggml_tensor * a = nullptr;
    const ggml_tensor * b = nullptr;
};

class Check {
public:
    Check(const std::string & path, const std::string & architecture)
        : path_(path), architecture_(architecture), header_(read_header(path)) {
        if (!header_.gguf || !header_.tensors) {
            throw Error(ErrorCode::invalid_gguf, path_ + " has a broken GGUF header");
        }
    }

    std::vector<std::string> run(const std::vector<std::string> & shards) {
        check_metadata();
        const std::map<std::string, Pair> pairs = pair_up();
        std::vector<Header> headers;
        std::map<std::string, const ggml_tensor *> weights;
        for (const std::string & shard : shards) {
            headers.push_back(read_header(shard));
            ggml_context * tensors = headers.back().tensors.get();
            for (ggml_tensor * tensor = tensors ? ggml_get_first_tensor(tensors) : nullptr; tensor != nullptr;
                 tensor = ggml_get_next_tensor(tensors, tensor)) {
                weights[ggml_get_name(tensor)] = tensor;
            }
        }
        std::vector<std::string> names;
        for (const auto & [name, pair] : pairs) {
            const auto weight = weights.find(name);
            if (weight == weights.end()) {
                refuse("it changes " + name + ", which the judge does not have");
            }
            if (name == embedding_weight && weights.count(head_weight) == 0) {
                refuse(std::string("it changes ") + embedding_weight +
                       ", which is the judge's LM head as well; llama.cpp cannot apply that");
            }
            check_pair(name, pair, *weight->second);
            names.push_back(name);
        }
        return names;
    }

private:
    [[noreturn]] void refuse(const std::string & why) const {
        throw Error(ErrorCode::invalid_adapter, "the adapter " + path_ + " cannot be used: " + why);
    }

    // llama.cpp asserts that these are texts and numbers.
    std::string text_of(const char * key) const {
        const int64_t id = gguf_find_key(header_.gguf.get(), key);
        if (id < 0 || gguf_get_kv_type(header_.gguf.get(), id) != GGUF_TYPE_STRING) {
            return "";
        }
        return gguf_get_val_str(header_.gguf.get(), id);
    }

    void check_metadata() const {
        if (text_of("general.type") != "adapter" || text_of("adapter.type") != "lora") {
            refuse("it is no LoRA adapter: general.type must be \"adapter\" and adapter.type \"lora\"");
        }
        if (text_of("general.architecture") != architecture_) {
            refuse("it is made for the architecture " + text_of("general.architecture") + ", the judge's is " +
                   architecture_);
        }
        const gguf_context * gguf = header_.gguf.get();
        const int64_t alpha = gguf_find_key(gguf, "adapter.lora.alpha");
        if (alpha >= 0 &&
            (gguf_get_kv_type(gguf, alpha) != GGUF_TYPE_FLOAT32 || !std::isfinite(gguf_get_val_f32(gguf, alpha)))) {
            refuse("its adapter.lora.alpha is no 32-bit number");
        }
        if (gguf_find_key(gguf, "adapter.alora.invocation_tokens") >= 0) {
            refuse("it takes effect behind certain tokens only (an activated LoRA)");
        }
    }

    std::map<std::string, Pair> pair_up() const {
        std::map<std::string, Pair> pairs;
        for (ggml_tensor * tensor = ggml_get_first_tensor(header_.tensors.get()); tensor != nullptr;
             tensor = ggml_get_next_tensor(header_.tensors.get(), tensor)) {
            const std::string name = ggml_get_name(tensor);
            const size_t length = name.size() - std::min(name.size(), std::string(tensor_name::adapter_a).size());
            const std::string suffix = name.substr(length);
            if (suffix == tensor_name::adapter_a) {
                pairs[name.substr(0, length)].a = tensor;
            } else if (suffix == tensor_name::adapter_b) {
                pairs[name.substr(0, length)].b = tensor;
            } else {
                refuse("it holds " + name + ", which llama.cpp does not apply");
            }
        }
        if (pairs.empty()) {
            refuse("it holds no weights");
        }
        return pairs;
    }

    void check_pair(const std::string & name, const Pair & pair, const ggml_tensor & weight) const {
        if (pair.a == nullptr || pair.b == nullptr) {
            refuse("of its two matrices for " + name + " one is missing");
        }
        const ggml_tensor & a = *pair.a;
        const ggml_tensor & b = *pair.b;
        for (const ggml_tensor * matrix : {&a, &b}) {
            const ggml_type type = matrix->type;
            if (type != GGML_TYPE_F32 && type != GGML_TYPE_F16 && type != GGML_TYPE_BF16 && type != GGML_TYPE_Q8_0) {
                refuse(std::string(ggml_get_name(matrix)) + " is " + ggml_type_name(type) +
                       "; f32, f16, bf16 and q8_0 can be applied");
            }
        }
        // Of the embedding A is looked up by token, so that its rows are the tokens.
        const bool fits = name == embedding_weight
                              ? a.ne[1] == weight.ne[1] && b.ne[1] == weight.ne[0] && a.ne[0] == b.ne[0]
                              : a.ne[0] == weight.ne[0] && b.ne[1] == weight.ne[1] && a.ne[1] == b.ne[0];
        const bool as_many = a.ne[2] == weight.ne[2] && b.ne[2] == weight.ne[2] && a.ne[3] == 1 && b.ne[3] == 1;
        if (!fits || !as_many) {
            refuse("its matrices for " + name + " are " + describe_shape(&a) + " and " + describe_shape(&b) +
                   ", which does not fit the judge's " + describe_shape(&weight));
        }
        if (weight.type == GGML_TYPE_NVFP4) {
            refuse(name + " is nvfp4, on which llama.cpp applies no adapter");
        }
    }

    const std::string & path_;
    const std::string & architecture_;
    const Header header_;
};

}  // namespace

std::vector<std::string> check_adapter(const std::string & path, const std::vector<std::string> & shards,
                                       const std::string & architecture) {
    open_gguf(path);
    return Check(path, architecture).run(shards);
}

}  // namespace lager
