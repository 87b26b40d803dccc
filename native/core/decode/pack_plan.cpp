#include "core/decode/pack_plan.h"

#include <algorithm>
#include <cstddef>

namespace lager {
namespace {

// A copy moves a whole stream; for fewer tokens than this it does not pay.
constexpr int32_t least_gain = 16;

int32_t shared_prefix(const Tokens & a, const Tokens & b) {
    const size_t most = std::min(a.size(), b.size());
    size_t shared = 0;
    while (shared < most && a[shared] == b[shared]) {
        ++shared;
    }
    return static_cast<int32_t>(shared);
}

// Where a prompt's first tokens come from.
struct Origin {
    int32_t held = -1;    // a stream that holds them already
    int32_t parent = -1;  // an earlier prompt of the same pack, which is to decode them
    int32_t keep = 0;
};

class Planner {
public:
    Planner(const std::vector<Tokens> & prompts, const std::vector<Tokens> & held, bool can_copy)
        : prompts_(prompts), held_(held), origins_(prompts.size()) {
        plan_.stream_of.assign(prompts.size(), -1);
        if (can_copy) {
            find_origins();
        }
        for (const Origin & origin : origins_) {
            plan_.reused.push_back(origin.keep);
        }
        assign_streams();
        make_waves();
    }

    PackPlan take() { return std::move(plan_); }

private:
    int32_t last(size_t prompt) const { return static_cast<int32_t>(prompts_[prompt].size()) - 1; }

    void find_origins() {
        for (size_t i = 0; i < prompts_.size(); ++i) {
            Origin origin;
            for (size_t stream = 0; stream < held_.size(); ++stream) {
                const int32_t shared = std::min(shared_prefix(prompts_[i], held_[stream]), last(i));
                if (shared >= least_gain && shared > origin.keep) {
                    origin = Origin{static_cast<int32_t>(stream), -1, shared};
                }
            }
            for (size_t j = 0; j < i; ++j) {
                // The other prompt's last token is decoded at the very end only.
                const int32_t shared = std::min({shared_prefix(prompts_[i], prompts_[j]), last(i), last(j)});
                // To wait for what is held already would be in vain.
                const int32_t least = origin.parent < 0 ? origin.keep + least_gain : origin.keep + 1;
                if (shared >= least) {
                    origin = Origin{-1, static_cast<int32_t>(j), shared};
                }
            }
            origins_[i] = origin;
        }
    }

    // A stream that is copied from keeps the prompt that takes most of it, if it is among the streams
    // of this pack at all; so no stream is overwritten that is still to be copied from.
    void assign_streams() {
        const size_t streams = prompts_.size();
        std::vector<int32_t> prompt_of(streams, -1);
        for (size_t i = 0; i < prompts_.size(); ++i) {
            const int32_t stream = origins_[i].held;
            if (stream < 0 || static_cast<size_t>(stream) >= streams) {
                continue;
            }
            int32_t & keeper = prompt_of[static_cast<size_t>(stream)];
            if (keeper < 0 || origins_[i].keep > origins_[static_cast<size_t>(keeper)].keep) {
                keeper = static_cast<int32_t>(i);
            }
        }
        for (size_t stream = 0; stream < streams; ++stream) {
            if (prompt_of[stream] >= 0) {
                plan_.stream_of[static_cast<size_t>(prompt_of[stream])] = static_cast<int32_t>(stream);
            }
        }
        size_t next = 0;
        for (int32_t & stream : plan_.stream_of) {
            if (stream >= 0) {
                continue;
            }
            while (prompt_of[next] >= 0) {
                ++next;
            }
            stream = static_cast<int32_t>(next++);
        }
    }

    void make_waves() {
        std::vector<int32_t> position(prompts_.size(), -1);  // −1: not started
        start_from_held(position);
        while (true) {
            PackPlan::Wave wave;
            std::swap(wave, first_);
            for (size_t i = 0; i < prompts_.size(); ++i) {
                const Origin & origin = origins_[i];
                if (position[i] < 0 && position[static_cast<size_t>(origin.parent)] >= origin.keep) {
                    start(wave, i, plan_.stream_of[static_cast<size_t>(origin.parent)], origin.keep);
                    position[i] = origin.keep;
                }
            }
            for (size_t i = 0; i < prompts_.size(); ++i) {
                if (position[i] < 0) {
                    continue;
                }
                const int32_t end = checkpoint(i, position);
                if (end > position[i]) {
                    wave.parts.push_back({plan_.stream_of[i], position[i], end});
                    position[i] = end;
                }
            }
            if (wave.starts.empty() && wave.parts.empty()) {
                return;
            }
            plan_.waves.push_back(std::move(wave));
        }
    }

    // Copies first: a stream that keeps its own beginning is cut to it after the others have theirs.
    void start_from_held(std::vector<int32_t> & position) {
        for (const bool own : {false, true}) {
            for (size_t i = 0; i < prompts_.size(); ++i) {
                const Origin & origin = origins_[i];
                if (origin.parent >= 0) {
                    continue;
                }
                const bool keeps_own = origin.held < 0 || origin.held == plan_.stream_of[i];
                if (keeps_own == own) {
                    start(first_, i, origin.held, origin.keep);
                    position[i] = origin.keep;
                }
            }
        }
    }

    void start(PackPlan::Wave & wave, size_t prompt, int32_t source, int32_t keep) {
        wave.starts.push_back({plan_.stream_of[prompt], source < 0 ? PackPlan::Start::nothing : source, keep});
    }

    // How far a prompt is decoded before the next one goes on from it.
    int32_t checkpoint(size_t prompt, const std::vector<int32_t> & position) const {
        int32_t end = last(prompt);
        for (size_t i = 0; i < prompts_.size(); ++i) {
            if (position[i] < 0 && origins_[i].parent == static_cast<int32_t>(prompt)) {
                end = std::min(end, origins_[i].keep);
            }
        }
        return end;
    }

    const std::vector<Tokens> & prompts_;
    const std::vector<Tokens> & held_;
    std::vector<Origin> origins_;
    PackPlan::Wave first_;
    PackPlan plan_;
};

}  // namespace

PackPlan plan_pack(const std::vector<Tokens> & prompts, const std::vector<Tokens> & held, bool can_copy) {
    return Planner(prompts, held, can_copy).take();
}

}  // namespace lager
