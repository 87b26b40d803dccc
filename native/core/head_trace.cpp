#include "head_trace.h"

#include <cstring>
#include <map>

#include "error.h"

namespace lager {
namespace {

// A head of a known model has about ten nodes; a walk that goes on has missed the last layer.
constexpr size_t most_nodes = 64;

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
    return tensor->op == GGML_OP_NONE && tensor->buffer != nullptr &&
           ggml_backend_buffer_get_usage(tensor->buffer) == GGML_BACKEND_BUFFER_USAGE_WEIGHTS;
}

class Recorder {
public:
    Recorder(const GraphTrace & graph, int n_layer) : graph_(graph), last_layer_(n_layer - 1) {}

    HeadTrace trace;

    int visit(const ggml_tensor * tensor) {
        tensor = graph_.original(tensor);
        const auto known = index_.find(tensor);
        if (known != index_.end()) {
            return known->second;
        }
        if (trace.values.size() >= most_nodes) {
            unsupported("its graph does not lead from the logits back to " +
                        std::string(tensor_name::layer_output_prefix) + std::to_string(last_layer_));
        }
        HeadTrace::Value value{};
        value.src.fill(-1);
        if (layer_of(ggml_get_name(tensor)) == last_layer_) {
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
                    value.src[static_cast<size_t>(i)] = visit(tensor->src[i]);
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
    const int last_layer_;
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
        // A LoRA adapter adds a second, small product; the LM head is the widest.
        if (trace_.lm_head < 0 || matrix.proto.ne[0] > at(trace_.lm_head).proto.ne[0]) {
            trace_.lm_head = matrix_index;
        }
    }

    HeadTrace & trace_;
    const int64_t n_vocab_;
};

// Index of the normed hidden state: what `raw` logits leave out lies between the input and it.
int find_normed(const HeadTrace & trace) {
    for (size_t i = 0; i < trace.values.size(); ++i) {
        if (std::strcmp(trace.values[i].proto.name, tensor_name::normed) == 0 &&
            trace.values[i].cut == HeadTrace::Cut::none) {
            return static_cast<int>(i);
        }
    }
    // Unnamed: the norm of the input, its weight and its bias.
    int normed = trace.input;
    for (size_t i = 0; i < trace.values.size(); ++i) {
        const HeadTrace::Value & value = trace.values[i];
        if (value.kind != HeadTrace::Kind::op || value.src[0] != normed || value.cut != HeadTrace::Cut::none) {
            continue;
        }
        const bool norm = value.proto.op == GGML_OP_RMS_NORM || value.proto.op == GGML_OP_NORM;
        const bool affine = (value.proto.op == GGML_OP_MUL || value.proto.op == GGML_OP_ADD) && normed != trace.input &&
                            trace.values[static_cast<size_t>(value.src[1])].kind == HeadTrace::Kind::weight;
        if (norm ? normed == trace.input : affine) {
            normed = static_cast<int>(i);
        }
    }
    return normed;
}

}  // namespace

HeadTrace HeadTrace::record(const GraphTrace & graph, const ggml_tensor * logits, int n_layer, int64_t n_embd,
                            int64_t n_vocab) {
    Recorder recorder(graph, n_layer);
    recorder.visit(logits);
    HeadTrace trace = std::move(recorder.trace);
    if (trace.input < 0) {
        unsupported("its logits do not depend on " + std::string(tensor_name::layer_output_prefix) +
                    std::to_string(n_layer - 1));
    }
    const ggml_tensor & input = trace.values[static_cast<size_t>(trace.input)].proto;
    if (input.type != GGML_TYPE_F32 || input.ne[0] != n_embd || ggml_nelements(&input) != n_embd) {
        unsupported("the last layer's output is " + describe(input) + ", expected one f32 row of " +
                    std::to_string(n_embd));
    }
    VocabularyMarker(trace, n_vocab).mark(static_cast<int>(trace.values.size()) - 1);
    if (trace.lm_head < 0) {
        unsupported("no LM head was found between the last layer and the logits");
    }
    trace.normed = find_normed(trace);
    const ggml_tensor & normed = trace.values[static_cast<size_t>(trace.normed)].proto;
    if (ggml_nelements(&normed) != n_embd || normed.ne[0] != n_embd) {
        unsupported("the normed hidden state is " + describe(normed));
    }
    return trace;
}

}  // namespace lager
