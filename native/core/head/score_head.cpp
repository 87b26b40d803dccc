#include "core/head/score_head.h"

#include <cstring>
#include <limits>

#include "core/error.h"

namespace lager {

LayerLogits ScoreHead::project(const std::vector<float> & hidden, const std::vector<bool> & captured) {
    const auto rows = static_cast<size_t>(graph_.layer_rows);
    const size_t width = graph_.width;
    if (hidden.size() != rows * width || captured.size() != rows) {
        throw Error(ErrorCode::internal, "the score head was given hidden states of another shape");
    }
    for (size_t row = 0; row < rows; ++row) {
        ggml_backend_tensor_set(graph_.layers[row], hidden.data() + row * width, 0, width * sizeof(float));
    }
    return std::move(compute(captured, 1).front());
}

std::vector<LayerLogits> ScoreHead::project_device_rows(const std::vector<bool> & captured, int positions) {
    if (graph_.device_rows.empty() || captured.size() != static_cast<size_t>(graph_.layer_rows) ||
        positions > graph_.positions) {
        throw Error(ErrorCode::internal, "the score head has no device rows of that shape");
    }
    return compute(captured, positions);
}

std::vector<LayerLogits> ScoreHead::compute(const std::vector<bool> & captured, int positions) {
    if (ggml_backend_graph_compute(graph_.backend.get(), graph_.graph) != GGML_STATUS_SUCCESS) {
        throw Error(ErrorCode::decode_failed, "the score head's graph could not be computed");
    }
    const auto padded = static_cast<size_t>(graph_.padded_tokens);
    const auto all_rows = static_cast<size_t>(graph_.rows());
    std::vector<float> result(2 * all_rows * padded);
    ggml_backend_tensor_get(graph_.result, result.data(), 0, result.size() * sizeof(float));

    const size_t tokens = graph_.score_tokens;
    std::vector<LayerLogits> all(static_cast<size_t>(positions));
    for (size_t position = 0; position < all.size(); ++position) {
        LayerLogits & logits = all[position];
        logits.normed.assign(captured.size() * tokens, std::numeric_limits<float>::quiet_NaN());
        logits.raw = logits.normed;
        for (size_t layer = 0; layer < captured.size(); ++layer) {
            if (!captured[layer]) {
                continue;
            }
            const size_t row = layer * static_cast<size_t>(graph_.positions) + position;
            std::memcpy(&logits.normed[layer * tokens], &result[row * padded], tokens * sizeof(float));
            std::memcpy(&logits.raw[layer * tokens], &result[(all_rows + row) * padded], tokens * sizeof(float));
        }
    }
    return all;
}

}  // namespace lager
