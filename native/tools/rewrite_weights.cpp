#include "tools/rewrite_weights.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <system_error>

#include "core/decode/threads.h"
#include "core/error.h"
#include "core/log.h"
#include "core/model/gguf_file.h"
#include "llama.h"

namespace lager {
namespace {

struct WeightType {
    const char * name;
    llama_ftype ftype;
};

constexpr WeightType weight_types[] = {
    {"F32", LLAMA_FTYPE_ALL_F32},          {"F16", LLAMA_FTYPE_MOSTLY_F16},   {"BF16", LLAMA_FTYPE_MOSTLY_BF16},
    {"Q8_0", LLAMA_FTYPE_MOSTLY_Q8_0},     {"Q6_K", LLAMA_FTYPE_MOSTLY_Q6_K}, {"Q5_K_M", LLAMA_FTYPE_MOSTLY_Q5_K_M},
    {"Q4_K_M", LLAMA_FTYPE_MOSTLY_Q4_K_M}, {"Q4_0", LLAMA_FTYPE_MOSTLY_Q4_0}, {"Q4_1", LLAMA_FTYPE_MOSTLY_Q4_1},
};

}  // namespace

std::string weight_type_names() {
    std::string names;
    for (const WeightType & type : weight_types) {
        names += (names.empty() ? "" : " ") + std::string(type.name);
    }
    return names;
}

void rewrite_weights(const std::string & input, const std::string & output, const std::string & type, bool pure) {
    const auto * found = std::find_if(std::begin(weight_types), std::end(weight_types),
                                      [&type](const WeightType & each) { return type == each.name; });
    if (found == std::end(weight_types)) {
        throw Error(ErrorCode::invalid_argument,
                    "weights cannot be rewritten as " + type + "; it is one of " + weight_type_names());
    }
    std::error_code no_such_file;
    if (std::filesystem::equivalent(input, output, no_such_file)) {
        // The input is mapped into memory while the output is written.
        throw Error(ErrorCode::invalid_argument, "a judge cannot be rewritten in place: " + input);
    }
    open_gguf(input);
    llama_model_quantize_params params = llama_model_quantize_default_params();
    params.ftype = found->ftype;
    params.allow_requantize = true;
    params.pure = pure;
    params.nthread = physical_cores();
    clear_problems();
    if (llama_model_quantize(input.c_str(), output.c_str(), &params) != 0) {
        throw Error(ErrorCode::unsupported_judge,
                    "llama.cpp could not rewrite " + input + " as " + type + " (" + recent_problems() + ")");
    }
}

}  // namespace lager
