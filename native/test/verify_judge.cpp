// Checks one GGUF as `lager judges verify` does, without Node: verify_judge BACKEND_DIR FILE
// Prints one JSON object; exit 0 when the model can be judged with, 3 when not.

#include <cstdio>
#include <memory>
#include <string>

#include "backends.h"
#include "error.h"
#include "gguf.h"
#include "judge_context.h"
#include "judge_model.h"
#include "log.h"

namespace {

std::string quoted(const std::string & text) {
    std::string json = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            json += '\\';
        }
        json += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return json + "\"";
}

// The architecture as JSON: also of a model that is refused, as long as its header can be read.
std::string architecture_of(const std::string & file) {
    const std::unique_ptr<gguf_context, decltype(&gguf_free)> meta(
        gguf_init_from_file(file.c_str(), gguf_init_params{true, nullptr}), gguf_free);
    const int64_t key = meta ? gguf_find_key(meta.get(), "general.architecture") : -1;
    if (key < 0 || gguf_get_kv_type(meta.get(), key) != GGUF_TYPE_STRING) {
        return "null";
    }
    return quoted(gguf_get_val_str(meta.get(), key));
}

// The probe of the check on load is longer than the small batch: decoded whole, and split.
int verify(const std::string & file) {
    const auto model = lager::JudgeModel::load(lager::ModelOptions{file, {}, 0}, nullptr, nullptr);
    float difference = 0.0f;
    bool embedding = false;
    for (const uint32_t batch : {512u, 32u}) {
        lager::ContextOptions options;
        options.context_size = 256;
        options.batch_size = batch;
        const lager::JudgeContext context(model, options, nullptr);
        difference = std::max(difference, context.self_check_difference());
        embedding = context.has_embedding_row();
    }
    std::printf("{\"file\":%s,\"architecture\":%s,\"layers\":%d,\"captured\":%d,\"maxDifference\":%g,"
                "\"supported\":true,\"reason\":null}\n",
                quoted(file).c_str(), quoted(model->architecture()).c_str(), model->layer_count(),
                model->layer_count() + (embedding ? 1 : 0), static_cast<double>(difference));
    return 0;
}

}  // namespace

int main(int argc, char ** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: verify_judge BACKEND_DIR FILE\n");
        return 2;
    }
    try {
        lager::install_log(false);
        lager::load_backends(argv[1]);
        return verify(argv[2]);
    } catch (const lager::Error & error) {
        std::printf("{\"file\":%s,\"architecture\":%s,\"layers\":null,\"captured\":null,\"maxDifference\":null,"
                    "\"supported\":false,\"reason\":%s}\n",
                    quoted(argv[2]).c_str(), architecture_of(argv[2]).c_str(),
                    quoted(std::string(lager::code_name(error.code())) + ": " + error.what()).c_str());
        return 3;
    } catch (const std::exception & error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
