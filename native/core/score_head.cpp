#include "score_head.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "error.h"
#include "ggml-alloc.h"
#include "gguf_file.h"

namespace lager {
namespace {

// Repacked kernels take rows of the LM head in groups of 4, 8 or 16, those for AMX in groups of 32; padding rows
// are zeros.
constexpr int64_t row_group = 32;

struct ContextFree {
    void operator()(ggml_context * context) const { ggml_free(context); }
};
struct BufferFree {
    void operator()(ggml_backend_buffer * buffer) const { ggml_backend_buffer_free(buffer); }
};
struct BackendFree {
    void operator()(ggml_backend * backend) const { ggml_backend_free(backend); }
};
struct AllocatorFree {
    void operator()(ggml_gallocr * allocator) const { ggml_gallocr_free(allocator); }
};
using ContextPtr = std::unique_ptr<ggml_context, ContextFree>;
using BufferPtr = std::unique_ptr<ggml_backend_buffer, BufferFree>;

ContextPtr new_context(size_t tensors, size_t graph_nodes = 0) {
    ggml_init_params params{};
    params.mem_size =
        tensors * ggml_tensor_overhead() + (graph_nodes == 0 ? 0 : ggml_graph_overhead_custom(graph_nodes, false));
    params.no_alloc = true;
    ContextPtr context(ggml_init(params));
    if (!context) {
        throw Error(ErrorCode::out_of_memory, "no memory for the score head's graph");
    }
    return context;
}

BufferPtr allocate(ggml_context * context, ggml_backend_buffer_type_t type) {
    BufferPtr buffer(ggml_backend_alloc_ctx_tensors_from_buft(context, type));
    if (!buffer) {
        throw Error(ErrorCode::out_of_memory, "no memory for the score head's weights");
    }
    ggml_backend_buffer_set_usage(buffer.get(), GGML_BACKEND_BUFFER_USAGE_WEIGHTS);
    return buffer;
}

// The CPU's extra buffer types hold weights in a kernel's own order: not to be read back.
bool is_extra_buffer_type(ggml_backend_buffer_type_t type) {
    ggml_backend_dev_t cpu = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
    if (cpu == nullptr) {
        return false;
    }
    auto get_extra = reinterpret_cast<ggml_backend_dev_get_extra_bufts_t>(
        ggml_backend_reg_get_proc_address(ggml_backend_dev_backend_reg(cpu), "ggml_backend_dev_get_extra_bufts"));
    if (get_extra == nullptr) {
        return false;
    }
    for (ggml_backend_buffer_type_t * extra = get_extra(cpu); extra != nullptr && *extra != nullptr; ++extra) {
        if (*extra == type) {
            return true;
        }
    }
    return false;
}

// Stored bytes of the labels' rows of a weight that spans the vocabulary along `cut`.
std::vector<uint8_t> label_rows(const ggml_tensor * weight, HeadTrace::Cut cut, const std::vector<int32_t> & labels,
                                const std::vector<std::string> & shards) {
    if (cut == HeadTrace::Cut::dim1) {
        if (is_extra_buffer_type(ggml_backend_buffer_get_type(weight->buffer))) {
            const std::vector<int64_t> rows(labels.begin(), labels.end());
            return read_gguf_rows(shards, ggml_get_name(weight), weight->type, weight->ne[0], rows);
        }
        const size_t row_bytes = ggml_row_size(weight->type, weight->ne[0]);
        std::vector<uint8_t> bytes(labels.size() * row_bytes);
        for (size_t i = 0; i < labels.size(); ++i) {
            ggml_backend_tensor_get(weight, bytes.data() + i * row_bytes,
                                    static_cast<size_t>(labels[i]) * weight->nb[1], row_bytes);
        }
        return bytes;
    }
    // Along dim 0 single elements are picked: biases and scales, never quantised.
    if (ggml_blck_size(weight->type) != 1 || ggml_nelements(weight) != weight->ne[0]) {
        throw Error(ErrorCode::unsupported_judge, std::string("its head cannot be replayed: weight ") +
                                                      ggml_get_name(weight) + " of shape " + describe_shape(weight) +
                                                      " cannot be cut to the score tokens");
    }
    const size_t element = ggml_type_size(weight->type);
    std::vector<uint8_t> bytes(labels.size() * element);
    for (size_t i = 0; i < labels.size(); ++i) {
        ggml_backend_tensor_get(weight, bytes.data() + i * element, static_cast<size_t>(labels[i]) * element, element);
    }
    return bytes;
}

}  // namespace

struct ScoreHead::Parts {
    std::unique_ptr<ggml_backend, BackendFree> backend;
    ContextPtr matrix_context;  // weights cut along dim 1, in the LM head's own kind of buffer
    BufferPtr matrix_buffer;
    ContextPtr small_context;  // all other weights, inputs and the result
    BufferPtr small_buffer;
    ContextPtr graph_context;
    std::unique_ptr<ggml_gallocr, AllocatorFree> allocator;
    ggml_cgraph * graph = nullptr;
    // Rows of residual streams: layer by layer, and of each layer its positions.
    ggml_tensor * hidden = nullptr;
    std::vector<ggml_tensor *> layers;       // views of `hidden`, a layer's rows each; for device_rows()
    std::vector<ggml_tensor *> inputs;       // views of `hidden`, the rows that one chain of ops takes
    std::vector<ggml_tensor *> device_rows;  // `layers`, or empty
    ggml_tensor * result = nullptr;          // [padded labels, 2 rows]: normed rows, then raw rows
    bool exact = false;
};

namespace {

// Whether the head's ops, recorded for one row, mean the same for several: each is computed row by row,
// and nothing looks at memory in another shape.
bool takes_several_rows(const HeadTrace & trace) {
    if (trace.row_shape().streams != 1) {
        return false;
    }
    const auto is_weight = [&trace](int index) {
        return index >= 0 && trace.values[static_cast<size_t>(index)].kind == HeadTrace::Kind::weight;
    };
    for (const HeadTrace::Value & value : trace.values) {
        if (value.kind != HeadTrace::Kind::op) {
            continue;
        }
        if (value.proto.ne[1] != 1 || value.proto.ne[2] != 1 || value.proto.ne[3] != 1 || value.view_src >= 0) {
            return false;
        }
        switch (value.proto.op) {
            case GGML_OP_MUL_MAT:
                if (!is_weight(value.src[0]) || is_weight(value.src[1])) {
                    return false;
                }
                break;
            case GGML_OP_ADD:
            case GGML_OP_SUB:
            case GGML_OP_MUL:
            case GGML_OP_DIV:
            case GGML_OP_RMS_NORM:
            case GGML_OP_NORM:
            case GGML_OP_SCALE:
            case GGML_OP_UNARY:
            case GGML_OP_CLAMP:
            case GGML_OP_SQR:
            case GGML_OP_SQRT:
                if (is_weight(value.src[0])) {
                    return false;
                }
                break;
            default: return false;
        }
    }
    return true;
}

// Clones a chain of the traced ops for a few rows of hidden states.
class Cloner {
public:
    Cloner(ggml_context * context, const HeadTrace & trace, const std::vector<ggml_tensor *> & weights,
           int64_t padded_labels)
        : context_(context), trace_(trace), weights_(weights), padded_labels_(padded_labels) {}

    // The logits of the `rows` tokens' hidden states, with the output norm or past it.
    ggml_tensor * logits(ggml_tensor * hidden, int64_t rows, bool with_norm) {
        rows_ = rows;
        made_.assign(trace_.values.size(), nullptr);
        made_[static_cast<size_t>(trace_.input)] = hidden;
        if (!with_norm && trace_.normed >= 0) {
            made_[static_cast<size_t>(trace_.normed)] = make(trace_.norm_input);
        }
        return make(static_cast<int>(trace_.values.size()) - 1);
    }

private:
    ggml_tensor * make(int index) {
        ggml_tensor *& made = made_[static_cast<size_t>(index)];
        if (made != nullptr) {
            return made;
        }
        const HeadTrace::Value & value = trace_.values[static_cast<size_t>(index)];
        if (value.kind == HeadTrace::Kind::weight) {
            return made = weights_[static_cast<size_t>(index)];
        }
        int64_t shape[GGML_MAX_DIMS];
        std::memcpy(shape, value.proto.ne, sizeof(shape));
        if (value.cut == HeadTrace::Cut::dim0) {
            shape[0] = padded_labels_;
        }
        if (rows_ > 1) {
            // Not as columns of one product, which other kernels would take, but as products of their own.
            shape[2] = rows_;
        }
        ggml_tensor * tensor = ggml_new_tensor(context_, value.proto.type, GGML_MAX_DIMS, shape);
        tensor->op = value.proto.op;
        std::memcpy(tensor->op_params, value.proto.op_params, sizeof(tensor->op_params));
        for (size_t i = 0; i < GGML_MAX_SRC; ++i) {
            if (value.src[i] == HeadTrace::Value::itself) {
                tensor->src[i] = tensor;
            } else if (value.src[i] != HeadTrace::Value::no_source) {
                tensor->src[i] = make(value.src[i]);
            }
        }
        if (value.view_src >= 0) {
            tensor->view_src = make(value.view_src);
            tensor->view_offs = value.proto.view_offs;
            std::memcpy(tensor->nb, value.proto.nb, sizeof(tensor->nb));
        }
        return made = tensor;
    }

    ggml_context * context_;
    const HeadTrace & trace_;
    const std::vector<ggml_tensor *> & weights_;
    const int64_t padded_labels_;
    int64_t rows_ = 1;
    std::vector<ggml_tensor *> made_;
};

// A view of `count` rows, each of one token's residual stream.
ggml_tensor * view_rows(ggml_context * context, ggml_tensor * hidden, const RowShape & shape, int first, int count) {
    const auto offset = static_cast<size_t>(first * shape.streams) * hidden->nb[1];
    return ggml_view_2d(context, hidden, shape.n_embd, shape.streams * count, hidden->nb[1], offset);
}

}  // namespace

ScoreHead::ScoreHead(const HeadTrace & trace, int n_layer, const std::vector<int32_t> & labels,
                     const std::vector<std::string> & shards, int positions)
    : parts_(new Parts()),
      labels_(labels),
      width_(trace.row_shape().width()),
      layer_rows_(n_layer + 1),
      label_rows_((static_cast<int64_t>(labels.size()) + row_group - 1) / row_group * row_group) {
    const ggml_tensor * lm_head = trace.values[static_cast<size_t>(trace.lm_head)].weight;
    ggml_backend_buffer_type_t matrix_type = ggml_backend_buffer_get_type(lm_head->buffer);
    ggml_backend_dev_t device = ggml_backend_buft_get_device(matrix_type);
    if (device == nullptr || ggml_backend_buft_is_host(matrix_type)) {
        device = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
    }
    Parts & parts = *parts_;
    parts.exact = ggml_backend_dev_type(device) == GGML_BACKEND_DEVICE_TYPE_CPU;
    parts.backend.reset(ggml_backend_dev_init(device, nullptr));
    if (!parts.backend) {
        throw Error(ErrorCode::backend_unavailable,
                    std::string("the score head cannot use device ") + ggml_backend_dev_name(device));
    }
    if (parts.exact) {
        // A few rows of dot products: handing them to several threads costs more than it saves.
        auto set_threads = reinterpret_cast<ggml_backend_set_n_threads_t>(
            ggml_backend_reg_get_proc_address(ggml_backend_dev_backend_reg(device), "ggml_backend_set_n_threads"));
        if (set_threads != nullptr) {
            set_threads(parts.backend.get(), 1);
        }
    }

    // Weights, inputs and the result.
    const RowShape row_shape = trace.row_shape();
    const bool together = !parts.exact && takes_several_rows(trace);
    positions_ = together ? positions : 1;
    const int rows = layer_rows_ * positions_;
    const size_t chains = together ? 1 : static_cast<size_t>(rows);
    const size_t values = trace.values.size();
    parts.matrix_context = new_context(values);
    parts.small_context = new_context(values + static_cast<size_t>(layer_rows_) + chains + 2);
    std::vector<ggml_tensor *> weights(values, nullptr);
    for (size_t i = 0; i < values; ++i) {
        const HeadTrace::Value & value = trace.values[i];
        if (value.kind != HeadTrace::Kind::weight) {
            continue;
        }
        int64_t shape[GGML_MAX_DIMS];
        std::memcpy(shape, value.weight->ne, sizeof(shape));
        if (value.cut != HeadTrace::Cut::none) {
            shape[value.cut == HeadTrace::Cut::dim0 ? 0 : 1] = label_rows_;
        }
        // An adapter's matrix stays in an ordinary buffer where the LM head has the kernels' own order.
        const bool beside_lm_head =
            value.cut == HeadTrace::Cut::dim1 && ggml_backend_buffer_get_type(value.weight->buffer) == matrix_type;
        ggml_context * context = beside_lm_head ? parts.matrix_context.get() : parts.small_context.get();
        weights[i] = ggml_new_tensor(context, value.weight->type, GGML_MAX_DIMS, shape);
        ggml_set_name(weights[i], ggml_get_name(value.weight));
    }
    ggml_context * small = parts.small_context.get();
    parts.hidden = ggml_new_tensor_2d(small, GGML_TYPE_F32, row_shape.n_embd, row_shape.streams * rows);
    for (int layer = 0; layer < layer_rows_; ++layer) {
        parts.layers.push_back(view_rows(small, parts.hidden, row_shape, layer * positions_, positions_));
    }
    if (together) {
        const size_t pitch = parts.hidden->nb[1];
        parts.inputs.push_back(ggml_view_3d(small, parts.hidden, row_shape.n_embd, 1, rows, pitch, pitch, 0));
    } else {
        for (int row = 0; row < rows; ++row) {
            parts.inputs.push_back(view_rows(small, parts.hidden, row_shape, row, 1));
        }
    }
    if (!parts.exact && positions_ == positions) {
        parts.device_rows = parts.layers;
    }
    parts.result = ggml_new_tensor_2d(small, GGML_TYPE_F32, label_rows_, 2 * rows);
    parts.matrix_buffer = allocate(parts.matrix_context.get(), matrix_type);
    parts.small_buffer = allocate(parts.small_context.get(), ggml_backend_get_default_buffer_type(parts.backend.get()));
    for (size_t i = 0; i < values; ++i) {
        const HeadTrace::Value & value = trace.values[i];
        if (value.kind != HeadTrace::Kind::weight) {
            continue;
        }
        std::vector<uint8_t> bytes;
        if (value.cut == HeadTrace::Cut::none) {
            bytes.resize(ggml_nbytes(value.weight));
            ggml_backend_tensor_get(value.weight, bytes.data(), 0, bytes.size());
        } else {
            bytes = label_rows(value.weight, value.cut, labels, shards);
            bytes.resize(ggml_nbytes(weights[i]), 0);
        }
        ggml_backend_tensor_set(weights[i], bytes.data(), 0, bytes.size());
    }

    // One chain of ops for each projection, and for each row where they do not go together.
    const size_t nodes = 2 * chains * (values + 2) + 16;
    parts.graph_context = new_context(nodes + 4 * chains, nodes);
    parts.graph = ggml_new_graph_custom(parts.graph_context.get(), nodes, false);
    Cloner cloner(parts.graph_context.get(), trace, weights, label_rows_);
    const size_t pitch = parts.result->nb[1];
    size_t offset = 0;
    for (const bool with_norm : {true, false}) {
        for (ggml_tensor * input : parts.inputs) {
            const int count = together ? rows : 1;
            ggml_tensor * logits = cloner.logits(input, count, with_norm);
            ggml_tensor * target =
                ggml_view_4d(parts.graph_context.get(), parts.result, logits->ne[0], logits->ne[1], logits->ne[2],
                             logits->ne[3], pitch, pitch, pitch * static_cast<size_t>(count), offset);
            ggml_build_forward_expand(parts.graph, ggml_cpy(parts.graph_context.get(), logits, target));
            offset += pitch * static_cast<size_t>(count);
        }
    }
    // ggml aborts the process on an op that its backend cannot compute, so ask before.
    for (int i = 0; i < ggml_graph_n_nodes(parts.graph); ++i) {
        const ggml_tensor * node = ggml_graph_node(parts.graph, i);
        if (!ggml_backend_supports_op(parts.backend.get(), node)) {
            throw Error(ErrorCode::unsupported_judge, std::string("its head cannot be replayed: device ") +
                                                          ggml_backend_dev_name(device) + " cannot compute " +
                                                          ggml_op_name(node->op) + " of shape " + describe_shape(node));
        }
    }
    parts.allocator.reset(ggml_gallocr_new(ggml_backend_get_default_buffer_type(parts.backend.get())));
    if (!parts.allocator || !ggml_gallocr_alloc_graph(parts.allocator.get(), parts.graph)) {
        throw Error(ErrorCode::out_of_memory, "no memory for the score head's graph");
    }
}

ScoreHead::~ScoreHead() = default;

bool ScoreHead::exact() const { return parts_->exact; }

LayerLogits ScoreHead::project(const std::vector<float> & hidden, const std::vector<bool> & captured) {
    const auto rows = static_cast<size_t>(layer_rows_);
    const auto width = static_cast<size_t>(width_);
    if (hidden.size() != rows * width || captured.size() != rows) {
        throw Error(ErrorCode::internal, "the score head was given hidden states of another shape");
    }
    for (size_t row = 0; row < rows; ++row) {
        ggml_backend_tensor_set(parts_->layers[row], hidden.data() + row * width, 0, width * sizeof(float));
    }
    return std::move(compute(captured, 1).front());
}

const std::vector<ggml_tensor *> & ScoreHead::device_rows() const { return parts_->device_rows; }

std::vector<LayerLogits> ScoreHead::project_device_rows(const std::vector<bool> & captured, int positions) {
    if (parts_->device_rows.empty() || captured.size() != static_cast<size_t>(layer_rows_) || positions > positions_) {
        throw Error(ErrorCode::internal, "the score head has no device rows of that shape");
    }
    return compute(captured, positions);
}

std::vector<LayerLogits> ScoreHead::compute(const std::vector<bool> & captured, int positions) {
    if (ggml_backend_graph_compute(parts_->backend.get(), parts_->graph) != GGML_STATUS_SUCCESS) {
        throw Error(ErrorCode::decode_failed, "the score head's graph could not be computed");
    }
    const auto padded = static_cast<size_t>(label_rows_);
    const auto all_rows = static_cast<size_t>(layer_rows_ * positions_);
    std::vector<float> result(2 * all_rows * padded);
    ggml_backend_tensor_get(parts_->result, result.data(), 0, result.size() * sizeof(float));

    const size_t labels = labels_.size();
    std::vector<LayerLogits> all(static_cast<size_t>(positions));
    for (size_t position = 0; position < all.size(); ++position) {
        LayerLogits & logits = all[position];
        logits.normed.assign(captured.size() * labels, std::numeric_limits<float>::quiet_NaN());
        logits.raw = logits.normed;
        for (size_t layer = 0; layer < captured.size(); ++layer) {
            if (!captured[layer]) {
                continue;
            }
            const size_t row = layer * static_cast<size_t>(positions_) + position;
            std::memcpy(&logits.normed[layer * labels], &result[row * padded], labels * sizeof(float));
            std::memcpy(&logits.raw[layer * labels], &result[(all_rows + row) * padded], labels * sizeof(float));
        }
    }
    return all;
}

}  // namespace lager
