// Rewrites a GGUF model with another type of weights, for the parity check and for tests.
//
// usage: lager-requantize IN OUT TYPE [--pure]
//
// Weights of rows that do not fill a K-quant's blocks of 256 fall back to another type, as
// llama.cpp decides; the types that result are printed.

#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <string>

#include "core/error.h"
#include "core/log.h"
#include "gguf.h"
#include "tools/rewrite_weights.h"

namespace {

bool print_tensor_types(const char * file) {
    const std::unique_ptr<gguf_context, decltype(&gguf_free)> gguf(gguf_init_from_file(file, {true, nullptr}),
                                                                   gguf_free);
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

}  // namespace

int main(int argc, char ** argv) {
    const bool pure = argc == 5 && std::strcmp(argv[4], "--pure") == 0;
    if (argc != 4 && !pure) {
        std::fprintf(stderr,
                     "usage: lager-requantize IN OUT TYPE [--pure]\nTYPE is one of %s.\n"
                     "--pure gives every matrix that type, LM head included.\n",
                     lager::weight_type_names().c_str());
        return 2;
    }
    lager::install_log(lager::LogTo::nowhere);
    try {
        lager::rewrite_weights(argv[1], argv[2], argv[3], pure);
    } catch (const lager::Error & error) {
        std::fprintf(stderr, "lager-requantize: %s\n", error.what());
        return error.code() == lager::ErrorCode::invalid_argument ? 2 : 1;
    }
    return print_tensor_types(argv[2]) ? 0 : 1;
}
