#include "core/head/head_replay.h"

#include <cstring>

namespace lager {

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

ggml_tensor * HeadReplay::logits(ggml_tensor * hidden, int64_t rows, bool with_norm) {
    rows_ = rows;
    made_.assign(trace_.values.size(), nullptr);
    made_[static_cast<size_t>(trace_.input)] = hidden;
    if (!with_norm && trace_.normed >= 0) {
        made_[static_cast<size_t>(trace_.normed)] = make(trace_.norm_input);
    }
    return make(static_cast<int>(trace_.values.size()) - 1);
}

ggml_tensor * HeadReplay::make(int index) {
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
        shape[0] = padded_tokens_;
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

}  // namespace lager
