#include "core/decode/kv_type.h"

#include <cstdlib>

#include "core/error.h"

namespace lager {
namespace {

// What llama.cpp's attention has kernels for; other types would abort the process in one of them.
constexpr ggml_type usable[] = {GGML_TYPE_F32,  GGML_TYPE_F16,  GGML_TYPE_BF16, GGML_TYPE_Q8_0,
                                GGML_TYPE_Q5_1, GGML_TYPE_Q5_0, GGML_TYPE_Q4_1, GGML_TYPE_Q4_0};

void require_usable(ggml_type type, bool flash_attention, const JudgeModel & model) {
    const std::string cache = std::string("a key-value cache of ") + ggml_type_name(type);
    if (!ggml_is_quantized(type)) {
        return;
    }
    if (!flash_attention) {
        throw Error(ErrorCode::invalid_argument,
                    cache + " can only be read with flash attention; use f16, bf16 or f32 without it");
    }
    for (const char * which : {"key_length", "value_length"}) {
        const int64_t size = head_size(model, which);
        if (size % ggml_blck_size(type) != 0) {
            throw Error(ErrorCode::invalid_argument,
                        cache + " holds blocks of " + std::to_string(ggml_blck_size(type)) +
                            " numbers, and this judge's heads have " + std::to_string(size) + "; use f16, bf16 or f32");
        }
    }
}

}  // namespace

ggml_type kv_type_of(const std::string & name, bool flash_attention, const JudgeModel & model) {
    std::string names;
    for (const ggml_type type : usable) {
        names += std::string(names.empty() ? "" : ", ") + ggml_type_name(type);
        if (name != ggml_type_name(type)) {
            continue;
        }
        require_usable(type, flash_attention, model);
        return type;
    }
    throw Error(ErrorCode::invalid_argument,
                "the type of the key-value cache must be one of " + names + ", not " + name);
}

int64_t head_size(const JudgeModel & model, const char * which) {
    const std::string stated = model.metadata(model.architecture() + ".attention." + which);
    const int32_t heads = llama_model_n_head(model.get());
    return !stated.empty() ? std::atoll(stated.c_str()) : heads > 0 ? model.embedding_length() / heads : 0;
}

}  // namespace lager
