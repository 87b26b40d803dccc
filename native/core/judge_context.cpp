#include "judge_context.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <exception>

#include "error.h"
#include "kv_type.h"
#include "log.h"
#include "parallel.h"
#include "threads.h"

namespace lager {
namespace {

constexpr uint32_t default_context = 4096;
// llama.cpp rounds the context of each sequence up to whole groups of this many tokens.
constexpr uint32_t context_group = 256;
// Some recurrent layers compute a call's tokens as one chunk, or in chunks counted from its start: a
// prompt must always be cut at the same positions.
constexpr int32_t recurrent_batch_size = 512;
// Floats in the widest vector of ggml's kernels.
constexpr int64_t widest_vector = 16;
// Label sets come in ones and twos; the bound keeps a caller that makes up new ones from growing memory.
constexpr size_t kept_heads = 8;
constexpr size_t most_labels = 4096;
// Beyond the CPU the same product may be summed in another order: as a share of the largest score
// logit. A head that lacks a transform is off by far more, and so is a row of another token.
constexpr float gpu_tolerance = 0.01f;

template <typename Number>
Number round_up(uint32_t value, Number group) {
    return (static_cast<Number>(value) + group - 1) / group * group;
}

// Whether ggml's flash attention takes a judge's heads in tiles. Of f32 it would make f16 first.
bool is_tileable(ggml_type kv_type, const JudgeModel & model) {
    const int64_t head = head_size(model, "value_length");
    return kv_type == GGML_TYPE_F16 && head > 0 && head % widest_vector == 0;
}

bool same_bits(float a, float b) { return std::memcmp(&a, &b, sizeof(float)) == 0; }

// Called by ggml between nodes; an exception must not cross it.
bool on_abort_check(void * user_data) noexcept {
    const auto * check = *static_cast<const AbortCheck **>(user_data);
    try {
        return check != nullptr && *check && (*check)();
    } catch (...) {
        return true;
    }
}

}  // namespace

int32_t decode_call_size(int32_t left, int32_t batch_size, int32_t shortest) {
    const int32_t count = std::min(left, batch_size);
    const int32_t tail = left - count;
    return tail > 0 && tail < shortest && count > shortest ? count - shortest : count;
}

JudgeContext::JudgeContext(std::shared_ptr<JudgeModel> model, const ContextOptions & options,
                           const AbortCheck & aborted)
    : model_(std::move(model)), capture_(model_->layer_count()) {
    const auto trained = static_cast<uint32_t>(std::max(model_->training_context(), 1));
    const uint32_t wanted = options.context_size == 0 ? std::min(default_context, trained) : options.context_size;
    if (wanted > (1u << 24) || options.batch_size == 0 || options.batch_size > (1u << 16)) {
        throw Error(ErrorCode::invalid_argument,
                    "context size (at most 16777216) or batch size (1 to 65536) is out of range");
    }
    threads_ = options.threads > 0 ? options.threads : physical_cores();
    flash_attention_ = options.flash_attention;
    kv_type_ = kv_type_of(options.kv_type, flash_attention_, *model_);
    exact_ = !model_->offloaded();
    recurrent_ = llama_model_is_recurrent(model_->get()) || llama_model_is_hybrid(model_->get());
    tiled_attention_ = options.tiled_attention && !flash_attention_ && exact_ && !recurrent_ && options.parallel <= 1 &&
                       is_tileable(kv_type_, *model_);
    // At least two calls' worth, so that a call can always leave enough for the one after it.
    batch_size_ = std::max(std::min(round_up(options.batch_size, decode_group), round_up(wanted, decode_group)),
                           2 * shortest_call());
    if (recurrent_ && exact_) {
        batch_size_ = recurrent_batch_size;
    }

    llama_context_params params = llama_context_default_params();
    params.n_batch = static_cast<uint32_t>(batch_size_);
    params.n_ubatch = static_cast<uint32_t>(batch_size_);
    params.n_threads = threads_;
    params.n_threads_batch = threads_;
    params.flash_attn_type =
        flash_attention_ || tiled_attention_ ? LLAMA_FLASH_ATTN_TYPE_ENABLED : LLAMA_FLASH_ATTN_TYPE_DISABLED;
    params.type_k = kv_type_;
    params.type_v = kv_type_;
    params.swa_full = true;  // a window cut to its size cannot be rewound to a shared prefix
    params.no_perf = true;
    params.cb_eval = LayerCapture::callback;
    params.cb_eval_user_data = &capture_;
    params.abort_callback = on_abort_check;
    params.abort_callback_data = &abort_check_;
    make_context(params, wanted, options.parallel);
    if (llama_get_memory(context_.get()) == nullptr) {
        throw Error(ErrorCode::unsupported_judge,
                    "it is an embedding model (architecture " + model_->architecture() +
                        "), not a causal language model: it has no next-token distribution to read a score from");
    }
    thread_pool_ = attach_thread_pool(context_.get(), threads_);
    context_size_ = static_cast<int32_t>(llama_n_ctx_seq(context_.get()));
    model_->adapters().apply(context_.get());
    trace_head(aborted);
    self_check(aborted);
}

void JudgeContext::make_context(llama_context_params params, uint32_t context_size, uint32_t parallel) {
    const uint32_t most = std::min(most_parallel, params.n_ubatch);  // their last tokens are one ubatch
    if (parallel > most) {
        throw Error(ErrorCode::invalid_argument, "at most " + std::to_string(most) +
                                                     " prompts can be decoded in parallel with this batch size, not " +
                                                     std::to_string(parallel));
    }
    uint32_t streams = parallel != 0 ? parallel : automatic_parallel(*model_, context_size, kv_type_);
    for (;; streams /= 2) {
        params.n_ctx = round_up(context_size, context_group) * streams;
        params.n_seq_max = streams;
        params.kv_unified = false;  // attention of one prompt does not run over the others' cells
        params.n_outputs_max = streams;  // the score positions of a decode: no logits buffer for 512 rows
        params.n_outputs_max_per_seq = 1;
        clear_problems();
        context_.reset(llama_init_from_model(model_->get_mutable(), params));
        if (context_ || parallel != 0 || streams == 1) {
            break;
        }
    }
    if (!context_) {
        throw Error(ErrorCode::out_of_memory, "llama.cpp could not make a context of " + std::to_string(streams) +
                                                  " x " + std::to_string(context_size) + " tokens (" +
                                                  recent_problems() + "); try a smaller context size" +
                                                  (streams == 1 ? "" : ", fewer prompts in parallel") +
                                                  (kv_type_ == GGML_TYPE_F16 ? "" : " or a key-value cache of f16"));
    }
    parameters_ = params;
    parameters_.cb_eval = nullptr;
    parameters_.cb_eval_user_data = nullptr;
    parameters_.abort_callback = nullptr;
    parameters_.abort_callback_data = nullptr;
    parallel_ = static_cast<int32_t>(streams);
    others_.resize(streams - 1);
}

void JudgeContext::trace_head(const AbortCheck & aborted) {
    // A token of text, as ordinary as can be had without asking the vocabulary.
    const int32_t token = model_->vocabulary_size() / 2;
    capture_.arm_trace();
    decode(&token, 1, 0, true, aborted);
    // llama.cpp keeps the graph until the next decode, so its tensors can still be looked at.
    const GraphTrace & graph = capture_.trace();
    const int n_layer = model_->layer_count();
    const std::string prefix = graph.find_layer_output_prefix(n_layer);
    if (prefix.empty()) {
        throw Error(ErrorCode::unsupported_judge,
                    "its layers' outputs have no name in llama.cpp's graph, so they cannot be captured");
    }
    head_trace_ = HeadTrace::record(graph, prefix + std::to_string(n_layer - 1), model_->vocabulary_size());
    const RowShape shape = head_trace_.row_shape();
    capture_.set_targets({prefix, shape, graph.find_embedding(shape, 1)});
    require_adapters_applied(graph);
    context_size_ = static_cast<int32_t>(std::min(int64_t{context_size_}, graph.most_positions()));
    capture_.disarm();
    forget();
}

void JudgeContext::require_adapters_applied(const GraphTrace & graph) const {
    const std::map<std::string, int> applied = graph.adapted_weights();
    for (const auto & [name, count] : model_->adapters().changed_weights()) {
        const auto found = applied.find(name);
        if (found == applied.end() || found->second < count) {
            throw Error(ErrorCode::invalid_adapter, "an adapter changes " + name + ", and llama.cpp's graph of a " +
                                                        model_->architecture() + " does not apply that");
        }
    }
}

void JudgeContext::self_check(const AbortCheck & aborted) {
    // Spread over the vocabulary, so that neither prompt nor labels favour a part of it.
    const auto n_vocab = static_cast<uint32_t>(model_->vocabulary_size());
    // In the smallest batch it takes two calls.
    const int32_t wanted = batch_size_ == 2 * shortest_call() ? batch_size_ + 32 : 32;
    const auto length = static_cast<uint32_t>(std::min(wanted, context_size()));
    std::vector<int32_t> tokens;
    for (uint32_t i = 0; i < length; ++i) {
        tokens.push_back(static_cast<int32_t>((i * 7919u + 101u) % n_vocab));
    }
    std::vector<int32_t> labels;
    for (uint32_t i = 0; i < std::min(n_vocab, 10u); ++i) {
        labels.push_back(static_cast<int32_t>(static_cast<uint64_t>(n_vocab - 1) * i / 10));
    }
    try {
        self_check_difference_ = score(tokens, labels, aborted).head_difference;
    } catch (const Error & error) {
        const bool of_the_judge =
            error.code() == ErrorCode::capture_incomplete || error.code() == ErrorCode::head_mismatch;
        if (!of_the_judge) {
            throw;
        }
        throw Error(ErrorCode::unsupported_judge, std::string("it failed the check on load: ") + error.what());
    }
    heads_.clear();
    forget();
}

void JudgeContext::decode(const int32_t * tokens, int32_t count, int32_t position, bool output,
                          const AbortCheck & aborted) {
    decode({Part{tokens, count, position, 0, output}}, aborted);
}

void JudgeContext::decode(const std::vector<Part> & parts, const AbortCheck & aborted) {
    std::vector<llama_token> ids;
    std::vector<llama_pos> positions;
    std::vector<llama_seq_id> sequences;
    std::vector<int8_t> outputs;
    for (const Part & part : parts) {
        ids.insert(ids.end(), part.tokens, part.tokens + part.count);
        for (int32_t i = 0; i < part.count; ++i) {
            positions.push_back(part.position + i);
        }
        sequences.resize(ids.size(), part.sequence);
        outputs.resize(ids.size(), 0);
        outputs.back() = part.output ? 1 : 0;
    }
    std::vector<int32_t> sequence_counts(ids.size(), 1);
    std::vector<llama_seq_id *> sequence_lists;
    for (llama_seq_id & sequence : sequences) {
        sequence_lists.push_back(&sequence);
    }
    llama_batch batch{};
    batch.n_tokens = static_cast<int32_t>(ids.size());
    batch.token = ids.data();
    batch.pos = positions.data();
    batch.n_seq_id = sequence_counts.data();
    batch.seq_id = sequence_lists.data();
    batch.logits = outputs.data();

    clear_problems();
    abort_check_ = &aborted;
    int32_t status = -1;
    std::string thrown;
    const auto started_at = std::chrono::steady_clock::now();
    try {
        status = llama_decode(context_.get(), batch);
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
    capture_.discard();
    forget();
    if (status == 2) {
        throw Error(ErrorCode::aborted, "scoring was aborted");
    }
    throw Error(ErrorCode::decode_failed, "llama.cpp could not decode " + std::to_string(ids.size()) +
                                              " tokens at position " + std::to_string(positions[0]) + " (status " +
                                              std::to_string(status) + ", " +
                                              (thrown.empty() ? recent_problems() : thrown) + ")");
}

void JudgeContext::forget() {
    decoded_.clear();
    for (std::vector<int32_t> & other : others_) {
        other.clear();
    }
    generated_.clear();
    next_token_.reset();
    llama_memory_clear(llama_get_memory(context_.get()), true);
}

void JudgeContext::drop_generated() {
    next_token_.reset();
    if (generated_.empty()) {
        return;
    }
    generated_.clear();
    const auto length = static_cast<int32_t>(decoded_.size());
    if (!llama_memory_seq_rm(llama_get_memory(context_.get()), 0, length, -1)) {
        forget();
    }
}

int32_t JudgeContext::rewind_to_shared_prefix(const std::vector<int32_t> & tokens) {
    if (recurrent_) {
        // A state cannot be rewound, and to go on from one would cut the prompt elsewhere.
        forget();
        return 0;
    }
    drop_generated();
    size_t shared = 0;
    // A prompt of fewer tokens than a call has went through other kernels: none may go on from it.
    const bool is_kept = decoded_.size() >= static_cast<size_t>(shortest_call());
    while (is_kept && shared < decoded_.size() && shared < tokens.size() && decoded_[shared] == tokens[shared]) {
        ++shared;
    }
    // A whole call is decoded, so that the score position's kernels do not depend on the reuse.
    const auto length = static_cast<int32_t>(tokens.size());
    int32_t reused = std::min(static_cast<int32_t>(shared), std::max(length - shortest_call(), 0));
    reused = reused / decode_group * decode_group;
    if (reused == static_cast<int32_t>(decoded_.size())) {
        return reused;
    }
    // Where the memory cannot be rewound the prompt is decoded whole.
    if (reused == 0 || !llama_memory_seq_rm(llama_get_memory(context_.get()), 0, reused, -1)) {
        forget();
        return 0;
    }
    decoded_.resize(static_cast<size_t>(reused));
    return reused;
}

ScoreHead & JudgeContext::head_for(const std::vector<int32_t> & labels, int positions) {
    auto found = heads_.find({labels, positions});
    if (found == heads_.end()) {
        if (heads_.size() >= kept_heads) {
            heads_.clear();
        }
        auto head =
            std::make_unique<ScoreHead>(head_trace_, model_->layer_count(), labels, model_->shards(), positions);
        found = heads_.emplace(std::make_pair(labels, positions), std::move(head)).first;
    }
    return *found->second;
}

void JudgeContext::compare_with_own_logits(ScoreOutput & output, const std::vector<int32_t> & labels, int32_t row,
                                           bool alone) {
    const float * own = llama_get_logits_ith(context_.get(), row);
    if (own == nullptr) {
        throw Error(ErrorCode::decode_failed, "llama.cpp gave no logits for the score position");
    }
    const float * ours = output.logits.normed.data() + output.logits.normed.size() - labels.size();
    bool identical = true;
    float largest_own = 1.0f;
    for (size_t k = 0; k < labels.size(); ++k) {
        const float difference = std::fabs(ours[k] - own[labels[k]]);
        identical = identical && same_bits(ours[k], own[labels[k]]);
        largest_own = std::max(largest_own, std::fabs(own[labels[k]]));
        if (!(difference <= output.head_difference)) {
            output.head_difference = difference;  // a NaN stays
        }
    }
    const bool must_be_identical = exact_ && alone && head_for(labels).exact();
    if (must_be_identical ? !identical : !(output.head_difference <= gpu_tolerance * largest_own)) {
        throw Error(ErrorCode::head_mismatch,
                    "the last layer's score logits differ from llama.cpp's own by up to " +
                        std::to_string(output.head_difference) +
                        (must_be_identical ? ", must be bit-identical" : ", more than a device's rounding explains"));
    }
    const int32_t n_vocab = model_->vocabulary_size();
    const float largest = *std::max_element(own, own + n_vocab);
    double all = 0.0;
    for (int32_t i = 0; i < n_vocab; ++i) {
        all += std::exp(static_cast<double>(own[i]) - largest);
    }
    double held = 0.0;
    for (const int32_t label : labels) {
        held += std::exp(static_cast<double>(own[label]) - largest);
    }
    output.score_mass = held / all;
}

void JudgeContext::require_decodable(const std::vector<int32_t> & tokens) const {
    if (tokens.empty()) {
        throw Error(ErrorCode::invalid_argument, "a prompt and 1 to 4096 score tokens are needed");
    }
    if (tokens.size() > static_cast<size_t>(context_size())) {
        throw Error(ErrorCode::prompt_too_long, "the prompt has " + std::to_string(tokens.size()) +
                                                    " tokens, the context holds " + std::to_string(context_size()));
    }
    const int32_t n_vocab = model_->vocabulary_size();
    const auto outside = [n_vocab](int32_t id) { return id < 0 || id >= n_vocab; };
    if (std::any_of(tokens.begin(), tokens.end(), outside)) {
        throw Error(ErrorCode::invalid_argument, "a token id is outside the vocabulary of " + std::to_string(n_vocab));
    }
}

int32_t JudgeContext::prefill(const std::vector<int32_t> & tokens, const std::function<void(int32_t)> & on_last,
                              const AbortCheck & aborted) {
    const auto length = static_cast<int32_t>(tokens.size());
    int32_t position = rewind_to_shared_prefix(tokens);
    const int32_t reused = position;
    while (position < length) {
        const int32_t count = decode_call_size(length - position, batch_size_, shortest_call());
        const bool last = position + count == length;
        if (last && on_last) {
            on_last(count);
        }
        decode(tokens.data() + position, count, position, last, aborted);
        decoded_.insert(decoded_.end(), tokens.begin() + position, tokens.begin() + position + count);
        position += count;
    }
    return reused;
}

void JudgeContext::require_labels(const std::vector<int32_t> & labels) const {
    if (labels.empty() || labels.size() > most_labels) {
        throw Error(ErrorCode::invalid_argument, "a prompt and 1 to 4096 score tokens are needed");
    }
    const int32_t n_vocab = model_->vocabulary_size();
    if (std::any_of(labels.begin(), labels.end(), [n_vocab](int32_t id) { return id < 0 || id >= n_vocab; })) {
        throw Error(ErrorCode::invalid_argument, "a token id is outside the vocabulary of " + std::to_string(n_vocab));
    }
}

std::vector<float> JudgeContext::hidden_states(size_t i) const {
    std::vector<float> hidden = capture_.hidden(i);
    if (!capture_.has_embedding()) {
        const size_t width = hidden.size() / capture_.captured().size();
        std::fill_n(hidden.begin(), width, std::nanf(""));
    }
    return hidden;
}

ScoreOutput JudgeContext::score(const std::vector<int32_t> & tokens, const std::vector<int32_t> & labels,
                                const AbortCheck & aborted, bool keep_hidden) {
    require_decodable(tokens);
    require_labels(labels);
    ScoreHead & head = head_for(labels);
    // Hidden states that are wanted here take the way through the host.
    const std::vector<ggml_tensor *> device_rows = keep_hidden ? std::vector<ggml_tensor *>() : head.device_rows();
    ScoreOutput output;
    output.prompt_tokens = static_cast<int32_t>(tokens.size());
    output.reused_tokens =
        prefill(tokens, [&](int32_t count) { capture_.arm(count, {count - 1}, device_rows); }, aborted);
    capture_.disarm();
    if (device_rows.empty()) {
        output.logits = head.project(capture_.hidden(0), capture_.captured());
        if (keep_hidden) {
            output.hidden = hidden_states(0);
        }
    } else {
        output.logits = std::move(head.project_device_rows(capture_.captured(), 1).front());
    }
    compare_with_own_logits(output, labels, -1, true);
    return output;
}

}  // namespace lager
