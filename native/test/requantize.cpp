// Rewrites a GGUF model with another type of weights, for the parity check and for tests.
//
// usage: lager-requantize IN OUT TYPE [--pure]
//
// Weights of rows that do not fill a K-quant's blocks of 256 fall back to another type, as
// llama.cpp decides; the types that result are printed.

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <system_error>
#include <thread>

#include "gguf.h"
#include "llama.h"

namespace {

struct WeightType {
    const char * name;
    llama_ftype ftype;
};

constexpr WeightType weight_types[] = {
    {"F32", LLAMA_FTYPE_ALL_F32},         {"F16", LLAMA_FTYPE_MOSTLY_F16},
    {"BF16", LLAMA_FTYPE_MOSTLY_BF16},    {"Q8_0", LLAMA_FTYPE_MOSTLY_Q8_0},
    {"Q6_K", LLAMA_FTYPE_MOSTLY_Q6_K},    {"Q5_K_M", LLAMA_FTYPE_MOSTLY_Q5_K_M},
    {"Q4_K_M", LLAMA_FTYPE_MOSTLY_Q4_K_M}, {"Q4_0", LLAMA_FTYPE_MOSTLY_Q4_0},
    {"Q4_1", LLAMA_FTYPE_MOSTLY_Q4_1},
};

void print_usage() {
    std::fprintf(stderr, "usage: lager-requantize IN OUT TYPE [--pure]\nTYPE is one of");
    for (const WeightType & type : weight_types) {
        std::fprintf(stderr, " %s", type.name);
    }
    std::fprintf(stderr, ".\n--pure gives every matrix that type, LM head included.\n");
}

const WeightType * find_type(const char * name) {
    for (const WeightType & type : weight_types) {
        if (std::strcmp(type.name, name) == 0) {
            return &type;
        }
    }
    return nullptr;
}

bool print_tensor_types(const char * file) {
    const std::unique_ptr<gguf_context, decltype(&gguf_free)> gguf(
        gguf_init_from_file(file, {true, nullptr}), gguf_free);
    if (gguf == nullptr) {
        std::fprintf(stderr, "lager-requantize: cannot read back %s\n", file);
        return false;
    }
    std::map<std::string, int> counts;
    for (int64_t i = 0; i < gguf_get_n_tensors(gguf.get()); ++i) {
        ++counts[ggml_type_name(gguf_get_tensor_type(gguf.get(), i))];
    }
    for (const auto & [type, count] : counts) {
        std::printf("%s\t%d tensors\n", type.c_str(), count);
    }
    for (const char * name : {"token_embd.weight", "output.weight"}) {
        const int64_t id = gguf_find_tensor(gguf.get(), name);
        std::printf("%s\t%s\n", name, id < 0 ? "none" : ggml_type_name(gguf_get_tensor_type(gguf.get(), id)));
    }
    return true;
}

void print_errors(ggml_log_level level, const char * text, void *) {
    if (level == GGML_LOG_LEVEL_ERROR) {
        std::fputs(text, stderr);
    }
}

}  // namespace

int main(int argc, char ** argv) {
    const bool pure = argc == 5 && std::strcmp(argv[4], "--pure") == 0;
    const WeightType * type = argc == 4 || pure ? find_type(argv[3]) : nullptr;
    if (type == nullptr) {
        print_usage();
        return 2;
    }
    std::error_code no_such_file;
    if (std::filesystem::equivalent(argv[1], argv[2], no_such_file)) {
        // IN is mapped into memory while OUT is written.
        std::fprintf(stderr, "lager-requantize: IN and OUT are the same file\n");
        return 2;
    }
    llama_log_set(print_errors, nullptr);
    llama_model_quantize_params params = llama_model_quantize_default_params();
    params.ftype = type->ftype;
    params.allow_requantize = true;
    params.pure = pure;
    params.nthread = static_cast<int32_t>(std::thread::hardware_concurrency());
    if (llama_model_quantize(argv[1], argv[2], &params) != 0) {
        std::fprintf(stderr, "lager-requantize: %s could not be rewritten as %s\n", argv[1], type->name);
        return 1;
    }
    return print_tensor_types(argv[2]) ? 0 : 1;
}
