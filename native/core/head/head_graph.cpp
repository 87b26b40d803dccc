#include "core/head/head_graph.h"

#include <algorithm>
#include <cstring>

#include "base/backend_functions.h"
#include "core/error.h"
#include "core/head/head_replay.h"
#include "core/model/gguf_file.h"

namespace lager {
namespace {

// Repacked kernels take rows of the LM head in groups of 4, 8 or 16, those for AMX in groups of 32; padding rows
// are zeros.
constexpr int64_t row_group = 32;

GgmlContext new_context(size_t tensors, size_t graph_nodes = 0) {
    ggml_init_params params{};
    params.mem_size =
        tensors * ggml_tensor_overhead() + (graph_nodes == 0 ? 0 : ggml_graph_overhead_custom(graph_nodes, false));
    params.no_alloc = true;
    GgmlContext context(ggml_init(params));
    if (!context) {
        throw Error(ErrorCode::out_of_memory, "no memory for the score head's graph");
    }
    return context;
}

GgmlBuffer allocate(ggml_context * context, ggml_backend_buffer_type_t type) {
    GgmlBuffer buffer(ggml_backend_alloc_ctx_tensors_from_buft(context, type));
    if (!buffer) {
        throw Error(ErrorCode::out_of_memory, "no memory for the score head's weights");
    }
    ggml_backend_buffer_set_usage(buffer.get(), GGML_BACKEND_BUFFER_USAGE_WEIGHTS);
    return buffer;
}

// Whether the CPU holds weights there in a kernel's own order: not to be read back.
bool is_extra_buffer_type(ggml_backend_buffer_type_t type) {
    const std::vector<ggml_backend_buffer_type_t> extra = extra_buffer_types(cpu_device());
    return std::find(extra.begin(), extra.end(), type) != extra.end();
}

// Stored bytes of the score tokens' rows of a weight that spans the vocabulary along dim 1.
std::vector<uint8_t> token_rows(const ggml_tensor * weight, const std::vector<int32_t> & tokens,
                                const std::vector<std::string> & shards) {
    if (is_extra_buffer_type(ggml_backend_buffer_get_type(weight->buffer))) {
        const std::vector<int64_t> rows(tokens.begin(), tokens.end());
        return read_gguf_rows(shards, ggml_get_name(weight), weight->type, weight->ne[0], rows);
    }
    const size_t row_bytes = ggml_row_size(weight->type, weight->ne[0]);
    std::vector<uint8_t> bytes(tokens.size() * row_bytes);
    for (size_t i = 0; i < tokens.size(); ++i) {
        ggml_backend_tensor_get(weight, bytes.data() + i * row_bytes, static_cast<size_t>(tokens[i]) * weight->nb[1],
                                row_bytes);
    }
    return bytes;
}

// The same along dim 0, where single elements are picked: biases and scales, never quantised.
std::vector<uint8_t> token_elements(const ggml_tensor * weight, const std::vector<int32_t> & tokens) {
    if (ggml_blck_size(weight->type) != 1 || ggml_nelements(weight) != weight->ne[0]) {
        throw Error(ErrorCode::unsupported_judge, std::string("its head cannot be replayed: weight ") +
                                                      ggml_get_name(weight) + " of shape " + describe_shape(weight) +
                                                      " cannot be cut to the score tokens");
    }
    const size_t element = ggml_type_size(weight->type);
    std::vector<uint8_t> bytes(tokens.size() * element);
    for (size_t i = 0; i < tokens.size(); ++i) {
        ggml_backend_tensor_get(weight, bytes.data() + i * element, static_cast<size_t>(tokens[i]) * element, element);
    }
    return bytes;
}

// A view of `count` rows, each of one token's residual stream.
ggml_tensor * view_rows(ggml_context * context, ggml_tensor * hidden, const RowShape & shape, int first, int count) {
    const auto offset = static_cast<size_t>(first * shape.streams) * hidden->nb[1];
    return ggml_view_2d(context, hidden, shape.n_embd, shape.streams * count, hidden->nb[1], offset);
}

// Makes a HeadGraph, step by step.
class Builder {
public:
    Builder(const HeadTrace & trace, int n_layer, const std::vector<int32_t> & score_tokens, int positions)
        : trace_(trace), score_tokens_(score_tokens), positions_(positions) {
        head_.score_tokens = score_tokens.size();
        head_.padded_tokens = (static_cast<int64_t>(score_tokens.size()) + row_group - 1) / row_group * row_group;
        head_.layer_rows = n_layer + 1;
        head_.width = static_cast<size_t>(trace.row_shape().width());
    }

    HeadGraph build(const std::vector<std::string> & shards) {
        const ggml_tensor * lm_head = trace_.values[static_cast<size_t>(trace_.lm_head)].weight;
        matrix_type_ = ggml_backend_buffer_get_type(lm_head->buffer);
        open_backend();
        together_ = !head_.exact && takes_several_rows(trace_);
        head_.positions = together_ ? positions_ : 1;
        chains_ = together_ ? 1 : static_cast<size_t>(head_.rows());
        head_.matrix_context = new_context(trace_.values.size());
        head_.small_context = new_context(trace_.values.size() + static_cast<size_t>(head_.layer_rows) + chains_ + 2);
        lay_out_weights();
        lay_out_rows();
        head_.matrix_buffer = allocate(head_.matrix_context.get(), matrix_type_);
        head_.small_buffer =
            allocate(head_.small_context.get(), ggml_backend_get_default_buffer_type(head_.backend.get()));
        copy_weights(shards);
        make_graph();
        require_computable();
        return std::move(head_);
    }

private:
    // The backend of the device that holds the LM head.
    void open_backend() {
        ggml_backend_dev_t device = ggml_backend_buft_get_device(matrix_type_);
        if (device == nullptr || ggml_backend_buft_is_host(matrix_type_)) {
            device = cpu_device();
        }
        head_.exact = ggml_backend_dev_type(device) == GGML_BACKEND_DEVICE_TYPE_CPU;
        head_.backend.reset(ggml_backend_dev_init(device, nullptr));
        if (!head_.backend) {
            throw Error(ErrorCode::backend_unavailable,
                        std::string("the score head cannot use device ") + ggml_backend_dev_name(device));
        }
        if (head_.exact) {
            // A few rows of dot products: handing them to several threads costs more than it saves.
            set_threads(head_.backend.get(), 1);
        }
    }

    void lay_out_weights() {
        weights_.assign(trace_.values.size(), nullptr);
        for (size_t i = 0; i < weights_.size(); ++i) {
            const HeadTrace::Value & value = trace_.values[i];
            if (value.kind != HeadTrace::Kind::weight) {
                continue;
            }
            int64_t shape[GGML_MAX_DIMS];
            std::memcpy(shape, value.weight->ne, sizeof(shape));
            if (value.cut != HeadTrace::Cut::none) {
                shape[value.cut == HeadTrace::Cut::dim0 ? 0 : 1] = head_.padded_tokens;
            }
            // An adapter's matrix stays in an ordinary buffer where the LM head has the kernels' own order.
            const bool beside_lm_head =
                value.cut == HeadTrace::Cut::dim1 && ggml_backend_buffer_get_type(value.weight->buffer) == matrix_type_;
            ggml_context * context = beside_lm_head ? head_.matrix_context.get() : head_.small_context.get();
            weights_[i] = ggml_new_tensor(context, value.weight->type, GGML_MAX_DIMS, shape);
            ggml_set_name(weights_[i], ggml_get_name(value.weight));
        }
    }

    // Inputs and the result.
    void lay_out_rows() {
        ggml_context * small = head_.small_context.get();
        const RowShape shape = trace_.row_shape();
        const int rows = head_.rows();
        head_.hidden = ggml_new_tensor_2d(small, GGML_TYPE_F32, shape.n_embd, shape.streams * rows);
        for (int layer = 0; layer < head_.layer_rows; ++layer) {
            head_.layers.push_back(view_rows(small, head_.hidden, shape, layer * head_.positions, head_.positions));
        }
        if (together_) {
            const size_t pitch = head_.hidden->nb[1];
            head_.inputs.push_back(ggml_view_3d(small, head_.hidden, shape.n_embd, 1, rows, pitch, pitch, 0));
        } else {
            for (int row = 0; row < rows; ++row) {
                head_.inputs.push_back(view_rows(small, head_.hidden, shape, row, 1));
            }
        }
        if (!head_.exact && head_.positions == positions_) {
            head_.device_rows = head_.layers;
        }
        head_.result = ggml_new_tensor_2d(small, GGML_TYPE_F32, head_.padded_tokens, 2 * rows);
    }

    void copy_weights(const std::vector<std::string> & shards) {
        for (size_t i = 0; i < weights_.size(); ++i) {
            const HeadTrace::Value & value = trace_.values[i];
            if (value.kind != HeadTrace::Kind::weight) {
                continue;
            }
            std::vector<uint8_t> bytes;
            switch (value.cut) {
                case HeadTrace::Cut::none:
                    bytes.resize(ggml_nbytes(value.weight));
                    ggml_backend_tensor_get(value.weight, bytes.data(), 0, bytes.size());
                    break;
                case HeadTrace::Cut::dim0: bytes = token_elements(value.weight, score_tokens_); break;
                case HeadTrace::Cut::dim1: bytes = token_rows(value.weight, score_tokens_, shards); break;
            }
            bytes.resize(ggml_nbytes(weights_[i]), 0);
            ggml_backend_tensor_set(weights_[i], bytes.data(), 0, bytes.size());
        }
    }

    // One chain of ops for each projection, and for each row where they do not go together.
    void make_graph() {
        const size_t nodes = 2 * chains_ * (trace_.values.size() + 2) + 16;
        head_.graph_context = new_context(nodes + 4 * chains_, nodes);
        ggml_context * context = head_.graph_context.get();
        head_.graph = ggml_new_graph_custom(context, nodes, false);
        HeadReplay replay(context, trace_, weights_, head_.padded_tokens);
        const int count = together_ ? head_.rows() : 1;
        const size_t pitch = head_.result->nb[1];
        size_t offset = 0;
        for (const bool with_norm : {true, false}) {
            for (ggml_tensor * input : head_.inputs) {
                ggml_tensor * logits = replay.logits(input, count, with_norm);
                ggml_tensor * target =
                    ggml_view_4d(context, head_.result, logits->ne[0], logits->ne[1], logits->ne[2], logits->ne[3],
                                 pitch, pitch, pitch * static_cast<size_t>(count), offset);
                ggml_build_forward_expand(head_.graph, ggml_cpy(context, logits, target));
                offset += pitch * static_cast<size_t>(count);
            }
        }
    }

    // ggml aborts the process on an op that its backend cannot compute, so ask before.
    void require_computable() {
        for (int i = 0; i < ggml_graph_n_nodes(head_.graph); ++i) {
            const ggml_tensor * node = ggml_graph_node(head_.graph, i);
            if (!ggml_backend_supports_op(head_.backend.get(), node)) {
                throw Error(ErrorCode::unsupported_judge, std::string("its head cannot be replayed: device ") +
                                                              ggml_backend_name(head_.backend.get()) +
                                                              " cannot compute " + ggml_op_name(node->op) +
                                                              " of shape " + describe_shape(node));
            }
        }
        head_.allocator.reset(ggml_gallocr_new(ggml_backend_get_default_buffer_type(head_.backend.get())));
        if (!head_.allocator || !ggml_gallocr_alloc_graph(head_.allocator.get(), head_.graph)) {
            throw Error(ErrorCode::out_of_memory, "no memory for the score head's graph");
        }
    }

    const HeadTrace & trace_;
    const std::vector<int32_t> & score_tokens_;
    const int positions_;  // as many as are wanted
    HeadGraph head_;
    ggml_backend_buffer_type_t matrix_type_ = nullptr;
    bool together_ = false;  // all rows go through one chain of ops
    size_t chains_ = 0;
    std::vector<ggml_tensor *> weights_;  // by the trace's values
};

}  // namespace

HeadGraph build_head_graph(const HeadTrace & trace, int n_layer, const std::vector<int32_t> & score_tokens,
                           const std::vector<std::string> & shards, int positions) {
    return Builder(trace, n_layer, score_tokens, positions).build(shards);
}

}  // namespace lager
