#include "core/decode/decode_pack.h"

#include <algorithm>

namespace lager {
namespace {

// Gathers parts for one decode call.
class Call {
public:
    Call(Decoder & decoder, const AbortCheck & aborted) : decoder_(decoder), aborted_(aborted) {}

    // Makes the call before, where the part does not fit into it any more.
    void add(const DecodePart & part) {
        if (tokens_ + part.count > decoder_.settings().batch_size) {
            make();
        }
        parts_.push_back(part);
        tokens_ += part.count;
    }

    void make() {
        if (!parts_.empty()) {
            decoder_.decode(parts_, aborted_);
        }
        parts_.clear();
        tokens_ = 0;
    }

private:
    Decoder & decoder_;
    const AbortCheck & aborted_;
    std::vector<DecodePart> parts_;
    int32_t tokens_ = 0;
};

void decode_wave(Decoder & decoder, std::vector<PackPlan::Part> parts, const std::vector<const Tokens *> & prompt_of,
                 const AbortCheck & aborted) {
    const int32_t batch_size = decoder.settings().batch_size;
    std::sort(parts.begin(), parts.end(), [](const auto & a, const auto & b) { return a.stream < b.stream; });
    // Long parts fill calls of their own; llama.cpp would cut them to the length of the shortest one
    // that is decoded with them.
    std::vector<DecodePart> rests;
    for (const PackPlan::Part & part : parts) {
        const int32_t * tokens = prompt_of[static_cast<size_t>(part.stream)]->data();
        int32_t begin = part.begin;
        while (part.end - begin > batch_size / 2) {
            const int32_t count = std::min(part.end - begin, batch_size);
            decoder.decode({DecodePart{tokens + begin, count, begin, part.stream, false}}, aborted);
            begin += count;
        }
        if (part.end > begin) {
            rests.push_back({tokens + begin, part.end - begin, begin, part.stream, false});
        }
    }
    Call call(decoder, aborted);
    for (const DecodePart & rest : rests) {
        call.add(rest);
    }
    call.make();
}

}  // namespace

void decode_pack(Decoder & decoder, const PackPlan & plan, const std::vector<const Tokens *> & prompt_of,
                 const AbortCheck & aborted) {
    for (const PackPlan::Wave & wave : plan.waves) {
        for (const PackPlan::Start & start : wave.starts) {
            decoder.streams().start(start);
        }
        decode_wave(decoder, wave.parts, prompt_of, aborted);
    }
}

}  // namespace lager
