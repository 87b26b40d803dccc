#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/head/graph_trace.h"
#include "ggml.h"

namespace lager {

// Copies hidden states out of llama.cpp's graphs while they are computed: of the token embedding
// (row 0) and of every layer 1…L, at chosen tokens of one ubatch. It is the user data of the
// scheduler's callback, which asks for every tensor whether it is wanted and synchronises after each
// that is; so it is armed only for the ubatch that holds score positions.
class LayerCapture {
public:
    // What to look for, as the trace of the model's graph tells.
    struct Targets {
        std::string layer_output_prefix;
        RowShape row_shape;
        GraphTrace::Embedding embedding;  // may be missing: then row 0 is not captured
    };

    // Ends capturing when it goes, also where a decode failed: its tensors are not there any more.
    class Scope {
    public:
        explicit Scope(LayerCapture & capture) : capture_(capture) {}
        ~Scope() { capture_.discard(); }
        Scope(const Scope &) = delete;
        Scope & operator=(const Scope &) = delete;

    private:
        LayerCapture & capture_;
    };

    explicit LayerCapture(int n_layer) : n_layer_(n_layer) {}
    void set_targets(const Targets & targets) { targets_ = targets; }

    // Records the nodes of the next graph instead. The trace's tensors are valid until the decode
    // after that, or until the capture is armed or discarded.
    void arm_trace();
    const GraphTrace & trace() const { return trace_; }
    // Captures at the tokens `positions` (ascending) of a ubatch of `n_tokens`; those tokens are the
    // batch's only outputs. The rows can go to tensors on a device and never come to the host:
    // `device_rows` are [layers + 1] of [n_embd, at least as many positions], empty for the host.
    void arm(int64_t n_tokens, const std::vector<int32_t> & positions,
             const std::vector<ggml_tensor *> & device_rows = {});
    // Ends capturing. Throws what went wrong in the callback, or `capture_incomplete` when a layer's
    // row was not seen exactly once.
    void disarm();
    // Ends capturing and forgets all of it, for a decode that failed or was aborted.
    void discard();

    bool has_embedding() const { return !targets_.embedding.name.empty(); }

    // Hidden states of the i-th position, [layers + 1, width of the residual stream]; zeros where they
    // went to device rows.
    std::vector<float> hidden(size_t i) const;
    // Which rows of `hidden` are there: all, but for row 0 where the embedding was not found.
    std::vector<bool> captured() const;

    // The scheduler's callback; `user_data` is the LayerCapture.
    static bool callback(ggml_tensor * tensor, bool ask, void * user_data) noexcept;

private:
    enum class Mode { idle, trace, capture };

    bool wants(ggml_tensor * tensor);
    void take(ggml_tensor * tensor);
    // Copies the residual streams of `count` tokens, of which the first is the tensor's `source`-th and
    // becomes the `target`-th of `device_rows`, on the device.
    void copy_to_device(ggml_tensor * tensor, size_t source, ggml_tensor * device_rows, size_t target, size_t count);
    size_t token_stride(const ggml_tensor * tensor) const;  // bytes
    // Row of `hidden_` that a tensor holds: 0 the embedding, l+1 for layer l's output; −1 for others.
    int row_of(const ggml_tensor * tensor);
    void fail(const ggml_tensor * tensor, const std::string & why);

    const int n_layer_;
    Targets targets_;
    int embedding_seen_ = 0;  // nodes of the embedding's name so far in this graph
    int asked_row_ = -1;

    Mode mode_ = Mode::idle;
    GraphTrace trace_;
    int64_t n_tokens_ = 0;
    std::vector<int32_t> positions_;
    std::vector<ggml_tensor *> device_rows_;  // [layers + 1] of [n_embd, positions], or empty
    std::vector<float> hidden_;  // [positions, layers + 1, width]
    std::vector<int> seen_;      // [layers + 1]
    std::string failure_;        // first thing that went wrong, thrown by disarm()
};

}  // namespace lager
