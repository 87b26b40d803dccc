#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/head/score_head.h"

namespace lager {

// The score heads of one judge that were used last: those of a task come again with every prompt.
class ScoreHeads {
public:
    ScoreHeads(HeadTrace trace, int n_layer, std::vector<std::string> shards)
        : trace_(std::move(trace)), n_layer_(n_layer), shards_(std::move(shards)) {}

    // Valid until the next call. Throws as `ScoreHead`'s constructor.
    ScoreHead & get(const std::vector<int32_t> & score_tokens, int positions = 1);
    void clear() { heads_.clear(); }

private:
    const HeadTrace trace_;
    const int n_layer_;
    const std::vector<std::string> shards_;
    std::map<std::pair<std::vector<int32_t>, int>, std::unique_ptr<ScoreHead>> heads_;  // by tokens and positions
};

}  // namespace lager
