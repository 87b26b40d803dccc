#include "core/decode/kv_streams.h"

#include <algorithm>

#include "core/error.h"

namespace lager {

void KvStreams::add(int32_t stream, const int32_t * tokens, int32_t count) {
    Tokens & held = held_[static_cast<size_t>(stream)];
    held.insert(held.end(), tokens, tokens + count);
}

bool KvStreams::cut(int32_t stream, int32_t length) {
    return llama_memory_seq_rm(memory_, stream, length == 0 ? -1 : length, -1);
}

int32_t KvStreams::rewind(const Tokens & prompt, const ContextSettings & settings) {
    drop_generated();
    Tokens & held = held_.front();
    const auto length = static_cast<int32_t>(prompt.size());
    const int32_t shortest_call = settings.shortest_call();
    const int32_t group = settings.whole_calls ? settings.batch_size : decode_group;
    int32_t shared = 0;
    // A prompt of fewer tokens than a call has went through other kernels: none may go on from it.
    if (held.size() >= static_cast<size_t>(shortest_call)) {
        const auto end = std::mismatch(held.begin(), held.end(), prompt.begin(), prompt.end()).first;
        shared = static_cast<int32_t>(end - held.begin());
    }
    if (settings.whole_calls && !held.empty()) {
        // The last call's graph was cut into pieces where layers are captured: a device may fuse other operations
        // in it than in the calls before.
        shared = std::min(shared, (static_cast<int32_t>(held.size()) - 1) / group * group);
    }
    // A whole call is decoded, so that the score position's kernels do not depend on the reuse.
    const int32_t kept = std::min(shared, std::max(length - shortest_call, 0)) / group * group;
    if (kept == static_cast<int32_t>(held.size())) {
        return kept;
    }
    // Where the memory cannot be rewound the prompt is decoded whole.
    if (kept == 0 || !cut(0, kept)) {
        forget();
        return 0;
    }
    held.resize(static_cast<size_t>(kept));
    return kept;
}

void KvStreams::start(const PackPlan::Start & start) {
    Tokens & held = held_[static_cast<size_t>(start.stream)];
    if (start.source >= 0 && start.source != start.stream) {
        // Between streams llama.cpp copies all or aborts; what is too much is cut off below.
        llama_memory_seq_cp(memory_, start.source, start.stream, -1, -1);
        held = held_[static_cast<size_t>(start.source)];
    }
    if (static_cast<int32_t>(held.size()) == start.keep) {
        return;
    }
    if (!cut(start.stream, start.keep)) {
        forget();
        throw Error(ErrorCode::internal, "llama.cpp could not cut a stream of its cache to a prefix");
    }
    held.resize(static_cast<size_t>(start.keep));
}

void KvStreams::drop_generated() {
    next_token_.reset();
    if (generated_.empty()) {
        return;
    }
    generated_.clear();
    if (!cut(0, static_cast<int32_t>(held_.front().size()))) {
        forget();
    }
}

void KvStreams::forget() {
    for (Tokens & held : held_) {
        held.clear();
    }
    generated_.clear();
    next_token_.reset();
    llama_memory_clear(memory_, true);
}

}  // namespace lager
