// Several prompts at once: the part of JudgeContext that decodes in parallel streams.
#include <algorithm>

#include "error.h"
#include "judge_context.h"

namespace lager {

void JudgeContext::start_stream(const PackPlan::Start & start) {
    llama_memory_t memory = llama_get_memory(context_.get());
    const auto held = [this](int32_t stream) -> std::vector<int32_t> & {
        return stream == 0 ? decoded_ : others_[static_cast<size_t>(stream) - 1];
    };
    std::vector<int32_t> & tokens = held(start.stream);
    if (start.source >= 0 && start.source != start.stream) {
        // Between streams llama.cpp copies all or aborts; what is too much is cut off below.
        llama_memory_seq_cp(memory, start.source, start.stream, -1, -1);
        tokens = held(start.source);
    }
    if (static_cast<int32_t>(tokens.size()) == start.keep) {
        return;
    }
    if (!llama_memory_seq_rm(memory, start.stream, start.keep == 0 ? -1 : start.keep, -1)) {
        forget();
        throw Error(ErrorCode::internal, "llama.cpp could not cut a stream of its cache to a prefix");
    }
    tokens.resize(static_cast<size_t>(start.keep));
}

void JudgeContext::decode_wave(const PackPlan::Wave & wave, const std::vector<const std::vector<int32_t> *> & prompt_of,
                               const AbortCheck & aborted) {
    for (const PackPlan::Start & start : wave.starts) {
        start_stream(start);
    }
    // Long parts fill calls of their own; llama.cpp would cut them to the length of the shortest one
    // that is decoded with them.
    std::vector<Part> call;
    int32_t tokens_in_call = 0;
    const auto decode_call = [&] {
        if (call.empty()) {
            return;
        }
        decode(call, aborted);
        for (const Part & part : call) {
            std::vector<int32_t> & held =
                part.sequence == 0 ? decoded_ : others_[static_cast<size_t>(part.sequence) - 1];
            held.insert(held.end(), part.tokens, part.tokens + part.count);
        }
        call.clear();
        tokens_in_call = 0;
    };
    std::vector<PackPlan::Part> parts = wave.parts;
    std::sort(parts.begin(), parts.end(), [](const auto & a, const auto & b) { return a.stream < b.stream; });
    std::vector<Part> rests;
    for (const PackPlan::Part & part : parts) {
        const int32_t * tokens = prompt_of[static_cast<size_t>(part.stream)]->data();
        int32_t begin = part.begin;
        while (part.end - begin > batch_size_ / 2) {
            const int32_t count = std::min(part.end - begin, batch_size_);
            call.push_back({tokens + begin, count, begin, part.stream, false});
            decode_call();
            begin += count;
        }
        if (part.end > begin) {
            rests.push_back({tokens + begin, part.end - begin, begin, part.stream, false});
        }
    }
    for (const Part & rest : rests) {
        if (tokens_in_call + rest.count > batch_size_) {
            decode_call();
        }
        call.push_back(rest);
        tokens_in_call += rest.count;
    }
    decode_call();
}

std::vector<ScoreOutput> JudgeContext::score_batch(const std::vector<std::vector<int32_t>> & prompts,
                                                   const std::vector<int32_t> & labels, const AbortCheck & aborted,
                                                   bool keep_hidden) {
    if (prompts.empty() || prompts.size() > static_cast<size_t>(parallel_)) {
        throw Error(ErrorCode::invalid_argument, "1 to " + std::to_string(parallel_) +
                                                     " prompts can be scored at once, not " +
                                                     std::to_string(prompts.size()));
    }
    for (const std::vector<int32_t> & prompt : prompts) {
        require_decodable(prompt);
    }
    require_labels(labels);
    if (prompts.size() == 1) {
        return {score(prompts.front(), labels, aborted, keep_hidden)};
    }

    drop_generated();
    std::vector<std::vector<int32_t>> held = others_;
    held.insert(held.begin(), decoded_);
    const PackPlan plan = plan_pack(prompts, held, !recurrent_);
    const size_t count = prompts.size();
    std::vector<size_t> prompt_at(count);  // by stream
    std::vector<const std::vector<int32_t> *> prompt_of(count);
    for (size_t i = 0; i < count; ++i) {
        prompt_at[static_cast<size_t>(plan.stream_of[i])] = i;
        prompt_of[static_cast<size_t>(plan.stream_of[i])] = &prompts[i];
    }
    for (const PackPlan::Wave & wave : plan.waves) {
        decode_wave(wave, prompt_of, aborted);
    }

    ScoreHead & head = head_for(labels, model_->offloaded() ? parallel_ : 1);
    const std::vector<ggml_tensor *> device_rows = keep_hidden ? std::vector<ggml_tensor *>() : head.device_rows();
    // The last tokens, one of each of the first streams in their order: llama.cpp makes one ubatch of them.
    std::vector<Part> last;
    std::vector<int32_t> rows;
    for (size_t stream = 0; stream < count; ++stream) {
        const std::vector<int32_t> & prompt = *prompt_of[stream];
        const auto position = static_cast<int32_t>(prompt.size()) - 1;
        last.push_back({&prompt.back(), 1, position, static_cast<llama_seq_id>(stream), true});
        rows.push_back(static_cast<int32_t>(stream));
    }
    capture_.arm(static_cast<int64_t>(count), rows, device_rows);
    decode(last, aborted);
    for (size_t stream = 0; stream < count; ++stream) {
        (stream == 0 ? decoded_ : others_[stream - 1]).push_back(prompt_of[stream]->back());
    }
    capture_.disarm();

    std::vector<LayerLogits> logits;
    if (device_rows.empty()) {
        ScoreHead & single = head_for(labels);
        for (size_t stream = 0; stream < count; ++stream) {
            logits.push_back(single.project(capture_.hidden(stream), capture_.captured()));
        }
    } else {
        logits = head.project_device_rows(capture_.captured(), static_cast<int>(count));
    }
    std::vector<ScoreOutput> outputs(count);
    for (size_t stream = 0; stream < count; ++stream) {
        const size_t i = prompt_at[stream];
        outputs[i].prompt_tokens = static_cast<int32_t>(prompts[i].size());
        outputs[i].reused_tokens = plan.reused[i];
        outputs[i].logits = std::move(logits[stream]);
        if (keep_hidden) {
            outputs[i].hidden = hidden_states(stream);
        }
        compare_with_own_logits(outputs[i], labels, static_cast<int32_t>(stream), false);
    }
    return outputs;
}

}  // namespace lager
