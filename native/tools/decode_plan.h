#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lager::bench {

// One prompt of a plan: the first `reused` of its tokens are still there from the prompt before.
struct PlannedPrompt {
    int32_t reused;
    std::vector<int32_t> tokens;
};

// What a run of the judge decoded, in its order.
struct DecodePlan {
    std::vector<int32_t> score_tokens;
    std::vector<PlannedPrompt> prompts;
};

// Reads a plan: a line of score tokens, then a line for each prompt with `reused` before its tokens.
// Throws std::runtime_error, with file and line, for anything else.
DecodePlan read_plan(const std::string & path);

}  // namespace lager::bench
