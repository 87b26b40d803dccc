#include "core/decode/decoder.h"

#include <algorithm>
#include <exception>

#include "core/error.h"
#include "core/log.h"

namespace lager {
namespace {

// Called by ggml between nodes; an exception must not cross it.
bool on_abort_check(void * user_data) noexcept {
    const auto * check = *static_cast<const AbortCheck **>(user_data);
    try {
        return check != nullptr && *check && (*check)();
    } catch (...) {
        return true;
    }
}

// The arrays that a llama_batch points to.
class Batch {
public:
    explicit Batch(const std::vector<DecodePart> & parts) {
        for (const DecodePart & part : parts) {
            tokens_.insert(tokens_.end(), part.tokens, part.tokens + part.count);
            for (int32_t i = 0; i < part.count; ++i) {
                positions_.push_back(part.position + i);
            }
            streams_.resize(tokens_.size(), part.stream);
            outputs_.resize(tokens_.size(), 0);
            outputs_.back() = part.output ? 1 : 0;
        }
        stream_counts_.resize(tokens_.size(), 1);
        for (llama_seq_id & stream : streams_) {
            stream_lists_.push_back(&stream);
        }
    }

    llama_batch get() {
        llama_batch batch{};
        batch.n_tokens = static_cast<int32_t>(tokens_.size());
        batch.token = tokens_.data();
        batch.pos = positions_.data();
        batch.n_seq_id = stream_counts_.data();
        batch.seq_id = stream_lists_.data();
        batch.logits = outputs_.data();
        return batch;
    }

    std::string describe() const {
        return std::to_string(tokens_.size()) + " tokens at position " + std::to_string(positions_.front());
    }

private:
    std::vector<llama_token> tokens_;
    std::vector<llama_pos> positions_;
    std::vector<llama_seq_id> streams_;
    std::vector<llama_seq_id *> stream_lists_;
    std::vector<int32_t> stream_counts_;
    std::vector<int8_t> outputs_;
};

}  // namespace

Decoder::Decoder(std::shared_ptr<const JudgeModel> model, const ContextSettings & settings,
                 ggml_backend_sched_eval_callback callback, void * user_data)
    : model_(std::move(model)), settings_(settings) {
    make_context(callback, user_data);
    llama_memory_t memory = llama_get_memory(context_.get());
    if (memory == nullptr) {
        throw Error(ErrorCode::unsupported_judge,
                    "it is an embedding model (architecture " + model_->architecture() +
                        "), not a causal language model: it has no next-token distribution to read a score from");
    }
    streams_ = std::make_unique<KvStreams>(memory, settings_.parallel);
    thread_pool_ = attach_thread_pool(context_.get(), settings_.threads);
    model_->adapters().apply(context_.get());
}

void Decoder::make_context(ggml_backend_sched_eval_callback callback, void * user_data) {
    const bool automatic = settings_.parallel == 0;
    int32_t streams =
        automatic ? automatic_parallel(*model_, settings_.context_size, settings_.kv_type) : settings_.parallel;
    for (;; streams /= 2) {
        llama_context_params params = settings_.parameters(streams);
        params.cb_eval = callback;
        params.cb_eval_user_data = user_data;
        params.abort_callback = on_abort_check;
        params.abort_callback_data = &abort_check_;
        clear_problems();
        context_.reset(llama_init_from_model(model_->get_mutable(), params));
        if (context_ || !automatic || streams == 1) {
            break;
        }
    }
    if (!context_) {
        throw Error(ErrorCode::out_of_memory,
                    "llama.cpp could not make a context of " + std::to_string(streams) + " x " +
                        std::to_string(settings_.context_size) + " tokens (" + recent_problems() +
                        "); try a smaller context size" + (streams == 1 ? "" : ", fewer prompts in parallel") +
                        (settings_.kv_type == GGML_TYPE_F16 ? "" : " or a key-value cache of f16"));
    }
    settings_.parallel = streams;
    settings_.context_size = static_cast<int32_t>(llama_n_ctx_seq(context_.get()));
}

void Decoder::limit_context_size(int64_t most) {
    settings_.context_size = static_cast<int32_t>(std::min(int64_t{settings_.context_size}, most));
}

void Decoder::require_decodable(const Tokens & prompt) const {
    if (prompt.empty()) {
        throw Error(ErrorCode::invalid_argument, "a prompt of at least one token is needed");
    }
    if (prompt.size() > static_cast<size_t>(settings_.context_size)) {
        throw Error(ErrorCode::prompt_too_long, "the prompt has " + std::to_string(prompt.size()) +
                                                    " tokens, the context holds " +
                                                    std::to_string(settings_.context_size));
    }
    require_in_vocabulary(prompt);
}

void Decoder::require_in_vocabulary(const Tokens & tokens) const {
    const int32_t n_vocab = model_->vocabulary().size();
    if (std::any_of(tokens.begin(), tokens.end(), [n_vocab](int32_t id) { return id < 0 || id >= n_vocab; })) {
        throw Error(ErrorCode::invalid_argument, "a token id is outside the vocabulary of " + std::to_string(n_vocab));
    }
}

void Decoder::decode(const std::vector<DecodePart> & parts, const AbortCheck & aborted) {
    call(parts, aborted);
    for (const DecodePart & part : parts) {
        streams_->add(part.stream, part.tokens, part.count);
    }
}

int32_t Decoder::prefill(const Tokens & prompt, const std::function<void(int32_t)> & on_last,
                         const AbortCheck & aborted) {
    const auto length = static_cast<int32_t>(prompt.size());
    int32_t reused = 0;
    if (settings_.recurrent) {
        // A state cannot be rewound, and to go on from one would cut the prompt elsewhere.
        streams_->forget();
    } else {
        reused = streams_->rewind(prompt, settings_);
    }
    for (int32_t position = reused; position < length;) {
        const int32_t count = settings_.call_size(length - position);
        const bool last = position + count == length;
        if (last && on_last) {
            on_last(count);
        }
        decode({DecodePart{prompt.data() + position, count, position, 0, last}}, aborted);
        position += count;
    }
    return reused;
}

void Decoder::decode_generated(int32_t token, const AbortCheck & aborted) {
    const auto position = static_cast<int32_t>(streams_->first().size() + streams_->generated().size());
    call({DecodePart{&token, 1, position, 0, true}}, aborted);
    streams_->add_generated(token);
}

void Decoder::call(const std::vector<DecodePart> & parts, const AbortCheck & aborted) {
    Batch batch(parts);
    clear_problems();
    abort_check_ = &aborted;
    int32_t status = -1;
    std::string thrown;
    const auto started_at = std::chrono::steady_clock::now();
    try {
        status = llama_decode(context_.get(), batch.get());
        llama_synchronize(context_.get());
    } catch (const std::exception & error) {
        thrown = error.what();
    }
    const std::chrono::nanoseconds took = std::chrono::steady_clock::now() - started_at;
    decode_time_ += took.count();
    abort_check_ = nullptr;
    if (status == 0) {
        return;
    }
    streams_->forget();
    if (status == 2) {
        throw Error(ErrorCode::aborted, "scoring was aborted");
    }
    throw Error(ErrorCode::decode_failed, "llama.cpp could not decode " + batch.describe() + " (status " +
                                              std::to_string(status) + ", " +
                                              (thrown.empty() ? recent_problems() : thrown) + ")");
}

const float * Decoder::logits(int32_t output) const {
    const float * logits = llama_get_logits_ith(context_.get(), output);
    if (logits == nullptr) {
        throw Error(ErrorCode::decode_failed, "llama.cpp gave no logits for output " + std::to_string(output));
    }
    return logits;
}

}  // namespace lager
