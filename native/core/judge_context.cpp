#include "core/judge_context.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/decode/decode_pack.h"
#include "core/error.h"

namespace lager {
namespace {

// llama.cpp leaves out what an adapter changes in places where its graph knows of none.
void require_adapters_applied(const GraphTrace & graph, const JudgeModel & model) {
    const std::map<std::string, int> applied = graph.adapted_weights();
    for (const auto & [name, count] : model.adapters().changed_weights()) {
        const auto found = applied.find(name);
        if (found == applied.end() || found->second < count) {
            throw Error(ErrorCode::invalid_adapter, "an adapter changes " + name + ", and llama.cpp's graph of a " +
                                                        model.architecture() + " does not apply that");
        }
    }
}

// The last layer's logits equal llama.cpp's own also where both are no numbers. One value in a layer's output
// that is none makes none of all its logits. Without the norm, products in half precision may overflow in a
// sound judge.
void require_finite(const LayerLogits & logits, size_t score_tokens, size_t first_layer) {
    for (size_t i = first_layer * score_tokens; i < logits.normed.size(); ++i) {
        if (!std::isfinite(logits.normed[i])) {
            throw Error(ErrorCode::unsupported_judge, "it failed the check on load: the output of layer " +
                                                          std::to_string(i / score_tokens) +
                                                          " is not finite, so its weights are broken");
        }
    }
}

}  // namespace

JudgeContext::JudgeContext(std::shared_ptr<const JudgeModel> model, const ContextOptions & options,
                           const AbortCheck & aborted)
    : model_(std::move(model)),
      capture_(model_->layer_count()),
      decoder_(model_, ContextSettings::resolve(options, *model_), LayerCapture::callback, &capture_) {
    trace_head(aborted);
    self_check(aborted);
}

void JudgeContext::trace_head(const AbortCheck & aborted) {
    const LayerCapture::Scope scope(capture_);
    // A token of text, as ordinary as can be had without asking the vocabulary.
    const int32_t token = model_->vocabulary().size() / 2;
    capture_.arm_trace();
    decoder_.decode({DecodePart{&token, 1, 0, 0, true}}, aborted);
    // llama.cpp keeps the graph until the next decode, so its tensors can still be looked at.
    const GraphTrace & graph = capture_.trace();
    const int n_layer = model_->layer_count();
    const std::string prefix = graph.find_layer_output_prefix(n_layer);
    if (prefix.empty()) {
        throw Error(ErrorCode::unsupported_judge,
                    "its layers' outputs have no name in llama.cpp's graph, so they cannot be captured");
    }
    HeadTrace trace = HeadTrace::record(graph, prefix + std::to_string(n_layer - 1), model_->vocabulary().size());
    const RowShape shape = trace.row_shape();
    heads_ = std::make_unique<ScoreHeads>(std::move(trace), n_layer, model_->shards());
    capture_.set_targets({prefix, shape, graph.find_embedding(shape, 1)});
    require_adapters_applied(graph, *model_);
    decoder_.limit_context_size(graph.most_positions());
    capture_.disarm();
    forget();
}

void JudgeContext::self_check(const AbortCheck & aborted) {
    // Spread over the vocabulary, so that neither prompt nor score tokens favour a part of it.
    const auto n_vocab = static_cast<uint32_t>(model_->vocabulary().size());
    // In the smallest batch it takes two calls.
    const int32_t batch_size = settings().batch_size;
    const int32_t wanted = batch_size == 2 * settings().shortest_call() ? batch_size + 32 : 32;
    const auto length = static_cast<uint32_t>(std::min(wanted, settings().context_size));
    Tokens prompt;
    for (uint32_t i = 0; i < length; ++i) {
        prompt.push_back(static_cast<int32_t>((i * 7919u + 101u) % n_vocab));
    }
    Tokens score_tokens;
    for (uint32_t i = 0; i < std::min(n_vocab, 10u); ++i) {
        score_tokens.push_back(static_cast<int32_t>(static_cast<uint64_t>(n_vocab - 1) * i / 10));
    }
    try {
        const CaptureResult probe = capture(prompt, score_tokens, aborted);
        require_finite(probe.logits, score_tokens.size(), capture_.has_embedding() ? 0 : 1);
        self_check_difference_ = probe.head_difference;
    } catch (const Error & error) {
        const bool of_the_judge =
            error.code() == ErrorCode::capture_incomplete || error.code() == ErrorCode::head_mismatch;
        if (!of_the_judge) {
            throw;
        }
        throw Error(ErrorCode::unsupported_judge, std::string("it failed the check on load: ") + error.what());
    }
    heads_->clear();
    forget();
}

void JudgeContext::require_score_tokens(const Tokens & score_tokens) const {
    if (score_tokens.empty() || score_tokens.size() > most_score_tokens) {
        throw Error(ErrorCode::invalid_argument,
                    "1 to " + std::to_string(most_score_tokens) + " score tokens are needed");
    }
    decoder_.require_in_vocabulary(score_tokens);
}

CaptureResult JudgeContext::capture(const Tokens & prompt, const Tokens & score_tokens, const AbortCheck & aborted,
                                    bool keep_hidden) {
    decoder_.require_decodable(prompt);
    require_score_tokens(score_tokens);
    ScoreHead & head = heads_->get(score_tokens);
    // Hidden states that are wanted here take the way through the host.
    const bool on_device = !keep_hidden && !head.device_rows().empty();
    const LayerCapture::Scope scope(capture_);
    const auto arm = [&](int32_t count) {
        capture_.arm(count, {count - 1}, on_device ? head.device_rows() : std::vector<ggml_tensor *>());
    };
    const int32_t reused = decoder_.prefill(prompt, arm, aborted);
    capture_.disarm();
    const Agreement agreement = !settings().offloaded && head.exact() ? Agreement::bits : Agreement::rounding;
    CaptureResult result = finish(std::move(project(head, score_tokens, 1, on_device).front()), score_tokens, 0, -1,
                                  agreement, keep_hidden);
    result.prompt_tokens = static_cast<int32_t>(prompt.size());
    result.reused_tokens = reused;
    return result;
}

std::vector<CaptureResult> JudgeContext::capture_batch(const std::vector<Tokens> & prompts, const Tokens & score_tokens,
                                                       const AbortCheck & aborted, bool keep_hidden) {
    if (prompts.empty() || prompts.size() > static_cast<size_t>(settings().parallel)) {
        throw Error(ErrorCode::invalid_argument, "1 to " + std::to_string(settings().parallel) +
                                                     " prompts can be captured at once, not " +
                                                     std::to_string(prompts.size()));
    }
    for (const Tokens & prompt : prompts) {
        decoder_.require_decodable(prompt);
    }
    require_score_tokens(score_tokens);
    if (prompts.size() == 1) {
        return {capture(prompts.front(), score_tokens, aborted, keep_hidden)};
    }

    decoder_.streams().drop_generated();
    const PackPlan plan = plan_pack(prompts, decoder_.streams().held(), !settings().recurrent);
    const size_t count = prompts.size();
    std::vector<size_t> prompt_at(count);  // by stream
    std::vector<const Tokens *> prompt_of(count);
    for (size_t i = 0; i < count; ++i) {
        prompt_at[static_cast<size_t>(plan.stream_of[i])] = i;
        prompt_of[static_cast<size_t>(plan.stream_of[i])] = &prompts[i];
    }
    decode_pack(decoder_, plan, prompt_of, aborted);

    // The last tokens, one of each of the first streams in their order: llama.cpp makes one ubatch of them.
    std::vector<DecodePart> last;
    std::vector<int32_t> rows;
    for (size_t stream = 0; stream < count; ++stream) {
        const Tokens & prompt = *prompt_of[stream];
        const auto position = static_cast<int32_t>(prompt.size()) - 1;
        last.push_back({&prompt.back(), 1, position, static_cast<int32_t>(stream), true});
        rows.push_back(static_cast<int32_t>(stream));
    }
    ScoreHead & head = heads_->get(score_tokens, settings().offloaded ? settings().parallel : 1);
    const bool on_device = !keep_hidden && !head.device_rows().empty();
    const LayerCapture::Scope scope(capture_);
    capture_.arm(static_cast<int64_t>(count), rows, on_device ? head.device_rows() : std::vector<ggml_tensor *>());
    decoder_.decode(last, aborted);
    capture_.disarm();

    std::vector<LayerLogits> logits = project(head, score_tokens, count, on_device);
    std::vector<CaptureResult> results(count);
    for (size_t stream = 0; stream < count; ++stream) {
        const size_t i = prompt_at[stream];
        // Several outputs may come from other kernels than one alone.
        results[i] = finish(std::move(logits[stream]), score_tokens, stream, static_cast<int32_t>(stream),
                            Agreement::rounding, keep_hidden);
        results[i].prompt_tokens = static_cast<int32_t>(prompts[i].size());
        results[i].reused_tokens = plan.reused[i];
    }
    return results;
}

std::vector<LayerLogits> JudgeContext::project(ScoreHead & head, const Tokens & score_tokens, size_t count,
                                               bool on_device) {
    if (on_device) {
        return head.project_device_rows(capture_.captured(), static_cast<int>(count));
    }
    ScoreHead & single = heads_->get(score_tokens);
    std::vector<LayerLogits> logits;
    for (size_t place = 0; place < count; ++place) {
        logits.push_back(single.project(capture_.hidden(place), capture_.captured()));
    }
    return logits;
}

CaptureResult JudgeContext::finish(LayerLogits logits, const Tokens & score_tokens, size_t place, int32_t output,
                                   Agreement agreement, bool keep_hidden) const {
    CaptureResult result;
    const float * own = decoder_.logits(output);
    result.head_difference = require_agreement(logits, score_tokens, own, agreement);
    result.score_mass = score_mass(own, model_->vocabulary().size(), score_tokens);
    result.logits = std::move(logits);
    if (keep_hidden) {
        result.hidden = capture_.hidden(place);
        if (!capture_.has_embedding()) {
            const size_t width = result.hidden.size() / capture_.captured().size();
            std::fill_n(result.hidden.begin(), width, std::nanf(""));
        }
    }
    return result;
}

Generation JudgeContext::generate(const Tokens & prompt, const Tokens & generated, int32_t count,
                                  const AbortCheck & aborted) {
    if (prompt.empty() || count < 0 || count > most_generated) {
        throw Error(ErrorCode::invalid_argument,
                    "a prompt, and a number of tokens from 0 to " + std::to_string(most_generated) + ", are needed");
    }
    Tokens whole = prompt;
    whole.insert(whole.end(), generated.begin(), generated.end());
    decoder_.require_decodable(whole);

    KvStreams & streams = decoder_.streams();
    const Tokens & behind = streams.generated();
    const bool goes_on = streams.next_token().has_value() && streams.first() == prompt &&
                         behind.size() <= generated.size() &&
                         std::equal(behind.begin(), behind.end(), generated.begin());
    Generation generation;
    generation.reused_tokens = static_cast<int32_t>(prompt.size());
    if (!goes_on) {
        generation.reused_tokens = decoder_.prefill(prompt, nullptr, aborted);
        streams.set_next_token(greedy_token());
    }
    while (static_cast<int32_t>(generation.tokens.size()) < count && !generation.ended) {
        // What was generated last is decoded only now that its successor is wanted.
        while (prompt.size() + behind.size() < whole.size()) {
            decoder_.decode_generated(whole[prompt.size() + behind.size()], aborted);
            streams.set_next_token(greedy_token());
        }
        const int32_t next = *streams.next_token();
        generation.ended = model_->vocabulary().ends_generation(next);
        if (whole.size() == static_cast<size_t>(settings().context_size)) {
            break;  // there is no place for another token
        }
        if (!generation.ended) {
            generation.tokens.push_back(next);
            whole.push_back(next);
        }
    }
    return generation;
}

int32_t JudgeContext::greedy_token() const {
    const float * logits = decoder_.logits(-1);
    // Of equal logits the lowest id, so that the choice never hangs on an order of comparison.
    const float * largest = std::max_element(logits, logits + model_->vocabulary().size());
    if (!std::isfinite(*largest)) {
        throw Error(ErrorCode::decode_failed, "the largest logit is not finite, so nothing can be generated");
    }
    return static_cast<int32_t>(largest - logits);
}

}  // namespace lager
