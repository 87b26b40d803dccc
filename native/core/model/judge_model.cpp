#include "core/model/judge_model.h"

#include <algorithm>
#include <cstring>

#include "core/backends.h"
#include "core/error.h"
#include "core/log.h"
#include "core/model/deep_stack.h"
#include "core/model/gguf_file.h"
#include "core/model/model_check.h"

namespace lager {
namespace {

// Most pre-tokenisers of BPE vocabularies are std::regex, which calls itself for each character of a run
// of one class: 350 bytes of stack are used for each with GCC, and threads have 8 MiB, often less.
constexpr size_t stack_per_byte = 512;
constexpr size_t spare_stack = 1 << 20;
// Text for which every thread's stack is deep enough.
constexpr size_t shallow_text = 2048;
// Whatever the context: no stack of more than 4 GiB is asked for.
constexpr size_t longest_text = 8 << 20;

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
    params.load_mode = LLAMA_LOAD_MODE_MMAP;
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
    const bool has_texts = llama_vocab_type(judge->vocab()) != LLAMA_VOCAB_TYPE_NONE;
    for (int32_t id = 0; has_texts && id < judge->vocabulary_size(); ++id) {
        const char * text = llama_vocab_get_text(judge->vocab(), id);
        judge->longest_token_ = std::max(judge->longest_token_, std::strlen(text));
    }
    devices.pop_back();
    judge->devices_ = std::move(devices);
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

void JudgeModel::require_can_fit(const TextPiece & piece, int32_t context_size) const {
    const auto type = llama_vocab_type(vocab());
    // The other kinds may leave out blanks.
    if (type != LLAMA_VOCAB_TYPE_BPE && type != LLAMA_VOCAB_TYPE_SPM) {
        return;
    }
    const size_t most = static_cast<size_t>(context_size) * longest_token_;
    if (piece.text.size() > std::min(most, longest_text)) {
        throw Error(ErrorCode::prompt_too_long, "a text of " + std::to_string(piece.text.size()) +
                                                    " bytes cannot fit: the context of " +
                                                    std::to_string(context_size) + " tokens holds at most " +
                                                    std::to_string(std::min(most, longest_text)) + " bytes");
    }
}

std::vector<int32_t> JudgeModel::tokenize_piece(const TextPiece & piece) const {
    const auto length = static_cast<int32_t>(piece.text.size());
    // A token covers at least a byte, but for what the tokeniser adds in front.
    std::vector<int32_t> tokens(piece.text.size() + 16);
    int32_t count = llama_tokenize(vocab(), piece.text.data(), length, tokens.data(),
                                   static_cast<int32_t>(tokens.size()), false, piece.special);
    if (count < 0 && count != INT32_MIN) {
        tokens.resize(static_cast<size_t>(-count));
        count = llama_tokenize(vocab(), piece.text.data(), length, tokens.data(), static_cast<int32_t>(tokens.size()),
                               false, piece.special);
    }
    if (count < 0) {
        throw Error(ErrorCode::internal, "llama.cpp could not tokenise a text");
    }
    tokens.resize(static_cast<size_t>(count));
    return tokens;
}

std::vector<std::vector<int32_t>> JudgeModel::tokenize(const std::vector<TextPiece> & pieces,
                                                       int32_t context_size) const {
    if (llama_vocab_type(vocab()) == LLAMA_VOCAB_TYPE_NONE) {
        throw Error(ErrorCode::unsupported_judge, "the model has no vocabulary, so no text can be tokenised");
    }
    for (const TextPiece & piece : pieces) {
        require_can_fit(piece, context_size);
    }
    std::vector<std::vector<int32_t>> all(pieces.size());
    for (size_t i = 0; i < pieces.size(); ++i) {
        const TextPiece & piece = pieces[i];
        const auto job = [&] { all[i] = tokenize_piece(piece); };
        if (piece.text.size() <= shallow_text || llama_vocab_type(vocab()) != LLAMA_VOCAB_TYPE_BPE) {
            job();
        } else if (!run_on_deep_stack(spare_stack + piece.text.size() * stack_per_byte, job)) {
            throw Error(ErrorCode::prompt_too_long, "a text of " + std::to_string(piece.text.size()) +
                                                        " bytes needs more stack to be tokenised than there is");
        }
    }
    return all;
}

std::string JudgeModel::token_text(int32_t token) const {
    if (token < 0 || token >= vocabulary_size()) {
        throw Error(ErrorCode::invalid_argument, "token " + std::to_string(token) + " is not in the vocabulary");
    }
    if (llama_vocab_type(vocab()) == LLAMA_VOCAB_TYPE_NONE) {
        return "";
    }
    std::string text(64, '\0');
    int32_t length = llama_token_to_piece(vocab(), token, text.data(), static_cast<int32_t>(text.size()), 0, true);
    if (length < 0) {
        text.resize(static_cast<size_t>(-length));
        length = llama_token_to_piece(vocab(), token, text.data(), static_cast<int32_t>(text.size()), 0, true);
    }
    text.resize(length < 0 ? 0 : static_cast<size_t>(length));
    return text;
}

std::string JudgeModel::text_of(const std::vector<int32_t> & tokens) const {
    std::string text;
    for (const int32_t token : tokens) {
        text += token_text(token);
    }
    return text;
}

std::vector<SpecialToken> JudgeModel::special_tokens() const {
    std::vector<SpecialToken> specials;
    if (llama_vocab_type(vocab()) == LLAMA_VOCAB_TYPE_NONE) {
        return specials;
    }
    for (int32_t id = 0; id < vocabulary_size(); ++id) {
        const llama_token_attr attr = llama_vocab_get_attr(vocab(), id);
        const char * kind = (attr & LLAMA_TOKEN_ATTR_CONTROL) != 0        ? "control"
                            : (attr & LLAMA_TOKEN_ATTR_USER_DEFINED) != 0 ? "user-defined"
                            : (attr & LLAMA_TOKEN_ATTR_UNKNOWN) != 0      ? "unknown"
                                                                          : nullptr;
        if (kind == nullptr) {
            continue;
        }
        std::string text = llama_vocab_get_text(vocab(), id);
        if (!text.empty()) {
            specials.push_back(SpecialToken{id, std::move(text), kind});
        }
    }
    return specials;
}

}  // namespace lager
