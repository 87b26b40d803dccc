#include "core/head/head_trace.h"

#include <cstring>
#include <map>

#include "core/error.h"

namespace lager {
namespace {

// A head of a known model has about ten nodes; a walk that goes on has missed the last layer.
constexpr int most_nodes = 64;

[[noreturn]] void unsupported(const std::string & why) {
    throw Error(ErrorCode::unsupported_judge, "its head cannot be replayed: " + why);
}

std::string describe(const ggml_tensor & tensor) {
    return std::string(ggml_op_name(tensor.op)) + " \"" + tensor.name + "\" of shape " + describe_shape(&tensor);
}

// Ops that only look at memory in another way. An op that works in place also has a `view_src`, but
// is computed as well into memory of its own, which a replay wants: its input is used again.
bool is_view(ggml_op op) {
    return op == GGML_OP_VIEW || op == GGML_OP_RESHAPE || op == GGML_OP_PERMUTE || op == GGML_OP_TRANSPOSE;
}

bool is_weight(const ggml_tensor * tensor) {
    if (tensor->op != GGML_OP_NONE || tensor->buffer == nullptr) {
        return false;
    }
    // llama.cpp does not mark the buffers of adapters as weights.
    return ggml_backend_buffer_get_usage(tensor->buffer) == GGML_BACKEND_BUFFER_USAGE_WEIGHTS ||
           is_adapter_matrix(ggml_get_name(tensor));
}

class Recorder {
public:
    Recorder(const GraphTrace & graph, const std::string & last_layer_output)
        : graph_(graph), last_layer_output_(last_layer_output) {}

    HeadTrace trace;

    int visit(const ggml_tensor * tensor) {
        tensor = graph_.original(tensor);
        const auto known = index_.find(tensor);
        if (known != index_.end()) {
            return known->second;
        }
        if (++visited_ > most_nodes) {
            unsupported("its graph does not lead from the logits straight back to " + last_layer_output_);
        }
        HeadTrace::Value value{};
        value.src.fill(HeadTrace::Value::no_source);
        if (last_layer_output_ == ggml_get_name(tensor)) {
            value.kind = HeadTrace::Kind::input;
        } else if (is_weight(tensor)) {
            value.kind = HeadTrace::Kind::weight;
            value.weight = tensor;
        } else if (tensor->op == GGML_OP_GET_ROWS && tensor->src[1] != nullptr && !is_weight(tensor->src[0])) {
            // Cuts the rows to the batch's outputs; with one token there is nothing to cut.
            return index_[tensor] = visit(tensor->src[0]);
        } else if (tensor->op == GGML_OP_NONE) {
            unsupported("it reads " + describe(*tensor) + ", which is neither a weight nor a layer's output");
        } else {
            value.kind = HeadTrace::Kind::op;
            for (int i = 0; i < GGML_MAX_SRC; ++i) {
                if (tensor->src[i] != nullptr) {
                    value.src[static_cast<size_t>(i)] =
                        tensor->src[i] == tensor ? HeadTrace::Value::itself : visit(tensor->src[i]);
                }
            }
            if (tensor->view_src != nullptr && is_view(tensor->op)) {
                value.view_src = visit(tensor->view_src);
            }
        }
        value.proto = *tensor;
        trace.values.push_back(value);
        const int index = static_cast<int>(trace.values.size()) - 1;
        if (value.kind == HeadTrace::Kind::input) {
            trace.input = index;
        }
        return index_[tensor] = index;
    }

private:
    const GraphTrace & graph_;
    const std::string & last_layer_output_;
    int visited_ = 0;
    std::map<const ggml_tensor *, int> index_;
};

// Marks from the logits backwards which values span the vocabulary, up to the LM head.
class VocabularyMarker {
public:
    VocabularyMarker(HeadTrace & trace, int64_t n_vocab) : trace_(trace), n_vocab_(n_vocab) {}

    void mark(int index) {
        HeadTrace::Value & value = at(index);
        if (value.cut != HeadTrace::Cut::none) {
            return;
        }
        if (value.proto.ne[0] != n_vocab_) {
            unsupported(describe(value.proto) + " does not span the vocabulary of " + std::to_string(n_vocab_));
        }
        value.cut = HeadTrace::Cut::dim0;
        if (value.kind == HeadTrace::Kind::weight) {
            return;
        }
        if (value.kind == HeadTrace::Kind::input || value.view_src >= 0) {
            unsupported(describe(value.proto) + " cannot be cut to the score tokens");
        }
        switch (value.proto.op) {
            case GGML_OP_MUL_MAT: cut_matrix(value); break;
            case GGML_OP_ADD:
            case GGML_OP_SUB:
            case GGML_OP_MUL:
            case GGML_OP_DIV:
                for (int i = 0; i < 2; ++i) {
                    // A source of another width is broadcast over the vocabulary: a scalar scale.
                    const int src = value.src[static_cast<size_t>(i)];
                    if (at(src).proto.ne[0] == n_vocab_) {
                        mark(src);
                    }
                }
                break;
            case GGML_OP_SCALE:
            case GGML_OP_UNARY:
            case GGML_OP_CLAMP:
            case GGML_OP_SQR:
            case GGML_OP_SQRT:
            case GGML_OP_CONT:
            case GGML_OP_DUP: mark(value.src[0]); break;
            default: unsupported(describe(value.proto) + " cannot be cut to the score tokens");
        }
    }

    // Index of what the LM head is multiplied with.
    int lm_head_input() const { return lm_head_input_; }

private:
    HeadTrace::Value & at(int index) { return trace_.values[static_cast<size_t>(index)]; }

    void cut_matrix(const HeadTrace::Value & product) {
        const int matrix_index = product.src[0];
        HeadTrace::Value & matrix = at(matrix_index);
        if (matrix.kind != HeadTrace::Kind::weight || matrix.proto.ne[1] != n_vocab_ || matrix.proto.ne[2] != 1 ||
            matrix.proto.ne[3] != 1) {
            unsupported(describe(product.proto) + " does not multiply with an LM head of [n, vocabulary]");
        }
        matrix.cut = HeadTrace::Cut::dim1;
        // A LoRA adapter adds a second product to the LM head's.
        if (!is_adapter_matrix(ggml_get_name(matrix.weight)) &&
            (trace_.lm_head < 0 || matrix.proto.ne[0] > at(trace_.lm_head).proto.ne[0])) {
            trace_.lm_head = matrix_index;
            lm_head_input_ = product.src[1];
        }
    }

    HeadTrace & trace_;
    int lm_head_input_ = -1;
    const int64_t n_vocab_;
};

// Finds the output norm: back from the LM head's input, past scales that some models put between.
void find_norm(HeadTrace & trace, int lm_head_input) {
    const auto at = [&trace](int index) -> const HeadTrace::Value & {
        return trace.values[static_cast<size_t>(index)];
    };
    int normed = lm_head_input;
    for (int index = lm_head_input; at(index).kind == HeadTrace::Kind::op;) {
        const HeadTrace::Value & value = at(index);
        const bool affine = (value.proto.op == GGML_OP_MUL || value.proto.op == GGML_OP_ADD) &&
                            at(value.src[1]).kind == HeadTrace::Kind::weight;
        if (value.proto.op == GGML_OP_RMS_NORM || value.proto.op == GGML_OP_NORM) {
            trace.normed = normed;
            trace.norm_input = value.src[0];
            return;
        }
        if (!affine && value.proto.op != GGML_OP_SCALE) {
            return;
        }
        index = value.src[0];
        if (!affine) {
            normed = index;
        }
    }
}

}  // namespace

RowShape HeadTrace::row_shape() const {
    const ggml_tensor & row = values[static_cast<size_t>(input)].proto;
    return RowShape{row.ne[0], row.ne[1]};
}

HeadTrace HeadTrace::record(const GraphTrace & graph, const std::string & last_layer_output, int64_t n_vocab) {
    const ggml_tensor * logits = graph.find_logits(n_vocab);
    if (logits == nullptr) {
        unsupported("its graph has no logits");
    }
    Recorder recorder(graph, last_layer_output);
    recorder.visit(logits);
    HeadTrace trace = std::move(recorder.trace);
    if (trace.input < 0) {
        unsupported("its logits do not depend on " + last_layer_output);
    }
    if (rows_of(&trace.values[static_cast<size_t>(trace.input)].proto, trace.row_shape()) != 1) {
        unsupported("the last layer's output is " + describe(trace.values[static_cast<size_t>(trace.input)].proto) +
                    ", expected f32 for one token");
    }
    VocabularyMarker marker(trace, n_vocab);
    marker.mark(static_cast<int>(trace.values.size()) - 1);
    if (trace.lm_head < 0) {
        unsupported("no LM head was found between the last layer and the logits");
    }
    find_norm(trace, marker.lm_head_input());
    return trace;
}

}  // namespace lager
