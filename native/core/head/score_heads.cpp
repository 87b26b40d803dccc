#include "core/head/score_heads.h"

namespace lager {
namespace {

// Score tokens come in ones and twos; the bound keeps a caller that makes up new ones from growing memory.
constexpr size_t kept_heads = 8;

}  // namespace

ScoreHead & ScoreHeads::get(const std::vector<int32_t> & score_tokens, int positions) {
    auto found = heads_.find({score_tokens, positions});
    if (found == heads_.end()) {
        if (heads_.size() >= kept_heads) {
            heads_.clear();
        }
        auto head = std::make_unique<ScoreHead>(trace_, n_layer_, score_tokens, shards_, positions);
        found = heads_.emplace(std::make_pair(score_tokens, positions), std::move(head)).first;
    }
    return *found->second;
}

}  // namespace lager
