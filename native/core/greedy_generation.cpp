// Greedy generation of a judge's answer: the part of JudgeContext that decodes token by token.
#include <algorithm>
#include <cmath>

#include "error.h"
#include "judge_context.h"

namespace lager {
namespace {

constexpr int32_t most_generated = 1 << 20;

}  // namespace

GenerateOutput JudgeContext::generate(const std::vector<int32_t> & prompt, const std::vector<int32_t> & generated,
                                      int32_t count, const AbortCheck & aborted) {
    if (prompt.empty() || count < 0 || count > most_generated) {
        throw Error(ErrorCode::invalid_argument, "a prompt, and a number of tokens from 0 to 1048576, are needed");
    }
    std::vector<int32_t> whole = prompt;
    whole.insert(whole.end(), generated.begin(), generated.end());
    require_decodable(whole);

    const bool goes_on = next_token_.has_value() && decoded_ == prompt && generated_.size() <= generated.size() &&
                         std::equal(generated_.begin(), generated_.end(), generated.begin());
    GenerateOutput output;
    output.reused_tokens = static_cast<int32_t>(prompt.size());
    if (!goes_on) {
        output.reused_tokens = prefill(prompt, nullptr, aborted);
        next_token_ = greedy_token();
    }
    while (static_cast<int32_t>(output.tokens.size()) < count && !output.ended) {
        // What was generated last is decoded only now that its successor is wanted.
        while (decoded_.size() + generated_.size() < whole.size()) {
            const auto position = static_cast<int32_t>(decoded_.size() + generated_.size());
            decode(&whole[static_cast<size_t>(position)], 1, position, true, aborted);
            generated_.push_back(whole[static_cast<size_t>(position)]);
            next_token_ = greedy_token();
        }
        output.ended = llama_vocab_is_eog(model_->vocab(), *next_token_);
        if (whole.size() == static_cast<size_t>(context_size())) {
            break;  // there is no place for another token
        }
        if (!output.ended) {
            output.tokens.push_back(*next_token_);
            whole.push_back(*next_token_);
        }
    }
    return output;
}

int32_t JudgeContext::greedy_token() const {
    const float * logits = llama_get_logits_ith(context_.get(), -1);
    if (logits == nullptr) {
        throw Error(ErrorCode::decode_failed, "llama.cpp gave no logits to generate from");
    }
    // Of equal logits the lowest id, so that the choice never hangs on an order of comparison.
    const float * largest = std::max_element(logits, logits + model_->vocabulary_size());
    if (!std::isfinite(*largest)) {
        throw Error(ErrorCode::decode_failed, "the largest logit is not finite, so nothing can be generated");
    }
    return static_cast<int32_t>(largest - logits);
}

}  // namespace lager
