#include "core/head/layer_capture.h"

#include <cstring>
#include <exception>

#include "core/error.h"
#include "ggml-backend.h"

namespace lager {

void LayerCapture::arm_trace() {
    discard();
    mode_ = Mode::trace;
}

void LayerCapture::arm(int64_t n_tokens, const std::vector<int32_t> & positions,
                       const std::vector<ggml_tensor *> & device_rows) {
    discard();
    if (!device_rows.empty() &&
        (device_rows.size() != static_cast<size_t>(n_layer_) + 1 ||
         device_rows[0]->ne[1] < static_cast<int64_t>(positions.size()) * targets_.row_shape.streams)) {
        throw Error(ErrorCode::internal, "device rows are too few for the layers or the positions");
    }
    device_rows_ = device_rows;
    n_tokens_ = n_tokens;
    positions_ = positions;
    const auto rows = static_cast<size_t>(n_layer_) + 1;
    hidden_.assign(positions.size() * rows * static_cast<size_t>(targets_.row_shape.width()), 0.0f);
    seen_.assign(rows, 0);
    mode_ = Mode::capture;
}

void LayerCapture::discard() {
    mode_ = Mode::idle;
    trace_.clear();
    failure_.clear();
    embedding_seen_ = 0;
    asked_row_ = -1;
}

void LayerCapture::disarm() {
    const bool captured_layers = mode_ == Mode::capture;
    const std::string failure = failure_;
    discard();
    if (!failure.empty()) {
        throw Error(ErrorCode::capture_incomplete, failure);
    }
    if (!captured_layers) {
        return;
    }
    for (size_t row = has_embedding() ? 0 : 1; row < seen_.size(); ++row) {
        if (seen_[row] != 1) {
            const std::string name =
                row == 0 ? targets_.embedding.name : targets_.layer_output_prefix + std::to_string(row - 1);
            throw Error(ErrorCode::capture_incomplete, "layer " + std::to_string(row) + " was seen " +
                                                           std::to_string(seen_[row]) +
                                                           " times instead of once (tensor " + name + ")");
        }
    }
}

std::vector<float> LayerCapture::hidden(size_t i) const {
    const size_t size = seen_.size() * static_cast<size_t>(targets_.row_shape.width());
    const auto begin = hidden_.begin() + static_cast<std::ptrdiff_t>(i * size);
    return std::vector<float>(begin, begin + static_cast<std::ptrdiff_t>(size));
}

std::vector<bool> LayerCapture::captured() const {
    std::vector<bool> rows(seen_.size(), true);
    rows[0] = has_embedding();
    return rows;
}

bool LayerCapture::callback(ggml_tensor * tensor, bool ask, void * user_data) noexcept {
    auto * self = static_cast<LayerCapture *>(user_data);
    if (self->mode_ == Mode::idle) {
        return !ask;
    }
    try {
        if (ask) {
            return self->wants(tensor);
        }
        self->take(tensor);
    } catch (const std::exception & error) {
        self->fail(tensor, error.what());
    } catch (...) {
        self->fail(tensor, "unknown exception");
    }
    // Returning false would end the graph half-way, and llama.cpp would not notice.
    return !ask;
}

bool LayerCapture::wants(ggml_tensor * tensor) {
    if (mode_ == Mode::trace) {
        trace_.add(tensor);
        return false;
    }
    if (std::strcmp(ggml_get_name(tensor), tensor_name::logits) == 0 &&
        tensor->ne[1] != static_cast<int64_t>(positions_.size())) {
        fail(tensor, "the graph does not cut its rows to the outputs, so llama.cpp reads another token's logits");
    }
    asked_row_ = row_of(tensor);
    return asked_row_ >= 0;
}

int LayerCapture::row_of(const ggml_tensor * tensor) {
    const char * name = ggml_get_name(tensor);
    const int layer = layer_of(name, targets_.layer_output_prefix);
    if (layer >= 0) {
        return layer < n_layer_ ? layer + 1 : -1;
    }
    if (has_embedding() && targets_.embedding.name == name) {
        return embedding_seen_++ == targets_.embedding.occurrence ? 0 : -1;
    }
    return -1;
}

void LayerCapture::take(ggml_tensor * tensor) {
    // The data phase follows the ask phase of the same tensor at once.
    const int row = asked_row_;
    if (mode_ != Mode::capture || row < 0) {
        return;
    }
    const RowShape & shape = targets_.row_shape;
    const auto outputs = static_cast<int64_t>(positions_.size());
    const int64_t rows = rows_of(tensor, shape);
    // On the last layer the rows are already cut down to the batch's outputs.
    const bool all_tokens = rows == n_tokens_;
    if (!all_tokens && rows != outputs) {
        fail(tensor, "expected f32 [" + std::to_string(shape.n_embd) +
                         (shape.streams == 1 ? "" : ", " + std::to_string(shape.streams)) + ", " +
                         std::to_string(n_tokens_) + " or " + std::to_string(outputs) + "]");
        return;
    }
    if (!device_rows_.empty()) {
        ggml_tensor * target = device_rows_[static_cast<size_t>(row)];
        const size_t count = positions_.size();
        const auto last = static_cast<size_t>(all_tokens ? positions_.back() - positions_.front() : 0);
        const bool adjacent = !all_tokens || last + 1 == count;
        if (adjacent && token_stride(tensor) == static_cast<size_t>(shape.width()) * sizeof(float)) {
            copy_to_device(tensor, all_tokens ? static_cast<size_t>(positions_[0]) : 0, target, 0, count);
        } else {
            for (size_t i = 0; i < count; ++i) {
                copy_to_device(tensor, all_tokens ? static_cast<size_t>(positions_[i]) : i, target, i, 1);
            }
        }
        ++seen_[static_cast<size_t>(row)];
        return;
    }
    const auto width = static_cast<size_t>(shape.width());
    for (size_t i = 0; i < positions_.size(); ++i) {
        const size_t source = all_tokens ? static_cast<size_t>(positions_[i]) : i;
        float * target = hidden_.data() + (i * seen_.size() + static_cast<size_t>(row)) * width;
        ggml_backend_tensor_get(tensor, target, source * token_stride(tensor), width * sizeof(float));
    }
    ++seen_[static_cast<size_t>(row)];
}

size_t LayerCapture::token_stride(const ggml_tensor * tensor) const {
    return tensor->nb[targets_.row_shape.streams == 1 ? 1 : 2];
}

void LayerCapture::copy_to_device(ggml_tensor * tensor, size_t source, ggml_tensor * device_rows, size_t target,
                                  size_t count) {
    // Views of those rows in one shape, which ggml wants to be equal.
    const size_t offset = source * token_stride(tensor);
    ggml_tensor from = *device_rows;
    from.ne[1] = static_cast<int64_t>(count) * targets_.row_shape.streams;
    from.nb[2] = from.nb[3] = from.nb[1] * static_cast<size_t>(from.ne[1]);
    ggml_tensor to = from;
    from.buffer = tensor->buffer;
    from.view_src = tensor->view_src != nullptr ? tensor->view_src : tensor;
    from.view_offs = (tensor->view_src != nullptr ? tensor->view_offs : 0) + offset;
    from.data = static_cast<char *>(tensor->data) + offset;
    from.extra = tensor->extra;
    const size_t begin = target * static_cast<size_t>(targets_.row_shape.streams) * to.nb[1];
    to.view_offs += begin;
    to.data = static_cast<char *>(to.data) + begin;
    ggml_backend_tensor_copy(&from, &to);
}

void LayerCapture::fail(const ggml_tensor * tensor, const std::string & why) {
    if (failure_.empty()) {
        failure_ = std::string("tensor ") + ggml_get_name(tensor) + " of shape " + describe_shape(tensor) + ": " + why;
    }
}

}  // namespace lager
