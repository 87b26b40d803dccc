#include "kernels/operations.h"
#include "kernels/thread_scratch.h"

namespace lager::kernels {
namespace {

// With fewer columns ggml takes other kernels, or packing the weights does not pay.
constexpr int64_t least_columns = 16;
constexpr int64_t tokens_together = 4;

bool is_flat(const ggml_tensor * tensor) {
    return tensor->ne[2] == 1 && tensor->ne[3] == 1 && tensor->nb[0] == ggml_type_size(tensor->type);
}

bool fits(const PanelKernel & kernel, const ggml_tensor * op) {
    const ggml_tensor * weights = op->src[0];
    const ggml_tensor * input = op->src[1];
    return op->op == GGML_OP_MUL_MAT && weights->type == kernel.weights && input->type == GGML_TYPE_F32 &&
           op->type == GGML_TYPE_F32 && is_flat(weights) && is_flat(input) && is_flat(op) &&
           weights->ne[0] % kernel.granularity == 0 && weights->ne[1] % panel_rows == 0 &&
           input->ne[1] >= least_columns && ggml_get_op_params_i32(op, 1) == 0;
}

ggml_backend_buffer_type_t buffer_type_of(const ggml_tensor * tensor) {
    const ggml_tensor * holder = tensor->view_src != nullptr ? tensor->view_src : tensor;
    return holder->buffer == nullptr ? nullptr : ggml_backend_buffer_get_type(holder->buffer);
}

const float * row_of(const ggml_tensor * input, int64_t row) {
    return reinterpret_cast<const float *>(static_cast<const char *>(input->data) +
                                           static_cast<size_t>(row) * input->nb[1]);
}

struct Panels {
    const CpuPlugin & plugin;
    const PanelKernel & kernel;
    const ggml_tensor * weights;

    // Calls multiply(panel, its first row) for each panel that falls to this thread.
    template <typename Multiply>
    void share_out(const ggml_compute_params * params, const Multiply & multiply) const {
        const int64_t length = weights->ne[0];
        char * panel = thread_scratch(kernel.panel_size(length));
        const int64_t count = weights->ne[1] / panel_rows;
        for (int64_t p = params->ith; p < count; p = plugin.add_chunk(params->threadpool, 1)) {
            const char * rows =
                static_cast<const char *>(weights->data) + static_cast<size_t>(p * panel_rows) * weights->nb[1];
            kernel.pack(rows, weights->nb[1], length, panel);
            multiply(panel, p * panel_rows);
        }
    }
};

}  // namespace

MulMat::MulMat(const CpuPlugin & plugin, const PanelKernel & kernel)
    : plugin_(plugin), kernel_(kernel), convert_(plugin.type_traits(kernel.activations)->from_float) {}

bool MulMat::takes(const ggml_tensor * op) const {
    if (!fits(kernel_, op)) {
        return false;
    }
    // Repacked weights look like their type, but are laid out otherwise.
    ggml_backend_buffer_type_t holder = buffer_type_of(op->src[0]);
    return holder == nullptr || ggml_backend_buft_is_host(holder);
}

// Room for all columns.
bool MulMat::work_size(int, const ggml_tensor * op, size_t & bytes) {
    bytes = kernel_.column_size(op->src[0]->ne[0]) * static_cast<size_t>(op->src[1]->ne[1]);
    return true;
}

bool MulMat::compute_forward(ggml_compute_params * params, ggml_tensor * op) {
    const ggml_tensor * weights = op->src[0];
    const ggml_tensor * input = op->src[1];
    const int64_t length = weights->ne[0];
    const int64_t count = input->ne[1];
    const size_t column_bytes = kernel_.column_size(length);
    if (params->use_ref || params->wsize < column_bytes * static_cast<size_t>(count)) {
        return false;
    }
    char * columns = static_cast<char *>(params->wdata);
    char * row = thread_scratch(ggml_row_size(kernel_.activations, length));
    for (int64_t c = params->ith; c < count; c += params->nth) {
        convert_(row_of(input, c), row, length);
        kernel_.prepare(row, length, columns + static_cast<size_t>(c) * column_bytes);
    }
    start_sharing(plugin_, params);
    Panels{plugin_, kernel_, weights}.share_out(params, [&](const char * panel, int64_t first_row) {
        kernel_.multiply(panel, columns, length, count, static_cast<float *>(op->data) + first_row,
                         op->nb[1] / sizeof(float));
    });
    return true;
}

RepackedMulMat::RepackedMulMat(const CpuPlugin & plugin, const RepackedFunctions & functions,
                               const PanelKernel & kernel)
    : plugin_(plugin),
      functions_(functions),
      kernel_(kernel),
      convert_one_(plugin.type_traits(kernel.activations)->from_float) {}

bool RepackedMulMat::takes(const ggml_tensor * op) const {
    return fits(kernel_, op) && ggml_is_contiguous(op->src[1]) &&
           buffer_type_of(op->src[0]) == plugin_.repacked_buffers;
}

// Room for the columns in fours, and behind them for the rows that are left over.
bool RepackedMulMat::work_size(int, const ggml_tensor * op, size_t & bytes) {
    const int64_t length = op->src[0]->ne[0];
    const int64_t count = op->src[1]->ne[1];
    const int64_t left_over = count % tokens_together;
    bytes = kernel_.column_size(length) * static_cast<size_t>(count - left_over) +
            ggml_row_size(kernel_.activations, length) * static_cast<size_t>(left_over);
    return true;
}

bool RepackedMulMat::compute_forward(ggml_compute_params * params, ggml_tensor * op) {
    const ggml_tensor * weights = op->src[0];
    const ggml_tensor * input = op->src[1];
    const int64_t length = weights->ne[0];
    const int64_t count = input->ne[1];
    const int64_t together = count - count % tokens_together;
    const size_t column_bytes = kernel_.column_size(length);
    const size_t row_bytes = ggml_row_size(kernel_.activations, length);
    size_t needed = 0;
    work_size(params->nth, op, needed);
    if (params->use_ref || params->wsize < needed) {
        return false;
    }
    char * columns = static_cast<char *>(params->wdata);
    char * left_over = columns + static_cast<size_t>(together) * column_bytes;
    char * rows = thread_scratch(tokens_together * row_bytes);
    for (int64_t c = params->ith * tokens_together; c < together; c += params->nth * tokens_together) {
        functions_.convert_four(row_of(input, c), rows, length);
        kernel_.prepare(rows, length, columns + static_cast<size_t>(c) * column_bytes);
    }
    for (int64_t c = together + params->ith; c < count; c += params->nth) {
        convert_one_(row_of(input, c), left_over + static_cast<size_t>(c - together) * row_bytes, length);
    }
    start_sharing(plugin_, params);
    const size_t stride = op->nb[1] / sizeof(float);
    Panels{plugin_, kernel_, weights}.share_out(params, [&](const char * panel, int64_t row) {
        float * results = static_cast<float *>(op->data) + row;
        kernel_.multiply(panel, columns, length, together, results, stride);
        const char * from = static_cast<const char *>(weights->data) + static_cast<size_t>(row) * weights->nb[1];
        for (int64_t c = together; c < count; ++c) {
            functions_.multiply_one(static_cast<int>(length), results + static_cast<size_t>(c) * stride,
                                    static_cast<size_t>(weights->ne[1]), from,
                                    left_over + static_cast<size_t>(c - together) * row_bytes, 1,
                                    static_cast<int>(panel_rows));
        }
    });
    return true;
}

}  // namespace lager::kernels
