#include "core/model/judge_model.h"

#include "core/backends.h"
#include "core/error.h"
#include "core/log.h"
#include "core/model/gguf_file.h"
#include "core/model/model_check.h"

namespace lager {
namespace {

struct LoadState {
    const LoadProgress & progress;
    const AbortCheck & aborted;
    bool stopped = false;
};

// Called by llama.cpp between tensors; an exception must not cross it.
bool on_progress(float share, void * user_data) noexcept {
    auto * state = static_cast<LoadState *>(user_data);
    try {
        if (state->aborted && state->aborted()) {
            state->stopped = true;
            return false;
        }
        if (state->progress) {
            state->progress(share);
        }
        return true;
    } catch (...) {
        state->stopped = true;
        return false;
    }
}

std::vector<ggml_backend_dev_t> resolve_devices(const std::vector<std::string> & names) {
    std::vector<ggml_backend_dev_t> devices;
    for (const std::string & name : names) {
        ggml_backend_dev_t device = find_device(name);
        if (device == nullptr) {
            throw Error(ErrorCode::backend_unavailable, "there is no device named " + name);
        }
        devices.push_back(device);
    }
    // llama.cpp reads the list up to a null; an empty list keeps it off every GPU.
    devices.push_back(nullptr);
    return devices;
}

// The paths of a file that llama.cpp loads or refuses; unchecked, some would end the process.
std::vector<std::string> checked_shards(const std::string & path) {
    const std::vector<GgufShard> shards = open_gguf(path);
    check_model(shards);
    std::vector<std::string> paths;
    for (const GgufShard & shard : shards) {
        paths.push_back(shard.path);
    }
    return paths;
}

// Models that have no next-token distribution after a prompt cannot score by it.
void require_causal(const llama_model * model) {
    if (llama_model_is_diffusion(model)) {
        throw Error(ErrorCode::unsupported_judge,
                    "it is a diffusion model: it has no next-token distribution to read a score from");
    }
    if (llama_model_has_encoder(model)) {
        throw Error(ErrorCode::unsupported_judge,
                    "it is an encoder or encoder-decoder model, not a causal language model");
    }
}

}  // namespace

std::shared_ptr<JudgeModel> JudgeModel::load(const ModelOptions & options, const LoadProgress & progress,
                                             const AbortCheck & aborted) {
    std::vector<std::string> shards = checked_shards(options.path);

    // Without layers of its own a listed device would still be given large products to compute.
    const bool offloaded = !options.devices.empty() && options.gpu_layers != 0;
    std::vector<ggml_backend_dev_t> devices = resolve_devices(offloaded ? options.devices : std::vector<std::string>());
    LoadState state{progress, aborted};
    llama_model_params params = llama_model_default_params();
    params.devices = devices.data();
    params.n_gpu_layers = offloaded ? options.gpu_layers : 0;
    params.load_mode = options.dry ? LLAMA_LOAD_MODE_NONE : LLAMA_LOAD_MODE_MMAP;
    params.no_alloc = options.dry;
    params.progress_callback = on_progress;
    params.progress_callback_user_data = &state;

    std::shared_ptr<JudgeModel> judge(new JudgeModel());
    clear_problems();
    judge->model_.reset(llama_model_load_from_file(options.path.c_str(), params));
    if (state.stopped) {
        throw Error(ErrorCode::aborted, "loading the judge was aborted");
    }
    if (!judge->model_) {
        throw Error(ErrorCode::unsupported_judge,
                    "llama.cpp " + llama_release() + " cannot load " + options.path + " (" + recent_problems() + ")");
    }
    require_causal(judge->model_.get());
    judge->shards_ = std::move(shards);
    judge->vocabulary_ = std::make_unique<Vocabulary>(llama_model_get_vocab(judge->model_.get()));
    devices.pop_back();
    judge->devices_ = std::move(devices);
    if (options.dry) {
        return judge;
    }
    judge->adapters_.load(judge->model_.get(), options.adapters, judge->shards_, judge->architecture());
    return judge;
}

std::string JudgeModel::quantization() const { return llama_ftype_name(llama_model_ftype(model_.get())); }

std::string JudgeModel::metadata(const std::string & key) const {
    const int32_t length = llama_model_meta_val_str(model_.get(), key.c_str(), nullptr, 0);
    if (length < 0) {
        return "";
    }
    std::string value(static_cast<size_t>(length) + 1, '\0');
    llama_model_meta_val_str(model_.get(), key.c_str(), value.data(), value.size());
    value.resize(static_cast<size_t>(length));
    return value;
}

std::map<std::string, std::string> JudgeModel::all_metadata() const {
    std::map<std::string, std::string> all;
    for (int32_t i = 0; i < llama_model_meta_count(model_.get()); ++i) {
        const int32_t length = llama_model_meta_key_by_index(model_.get(), i, nullptr, 0);
        if (length < 0) {
            continue;
        }
        std::string key(static_cast<size_t>(length) + 1, '\0');
        llama_model_meta_key_by_index(model_.get(), i, key.data(), key.size());
        key.resize(static_cast<size_t>(length));
        all.emplace(key, metadata(key));
    }
    return all;
}

std::string JudgeModel::chat_template() const {
    const char * source = llama_model_chat_template(model_.get(), nullptr);
    return source == nullptr ? "" : source;
}

}  // namespace lager
