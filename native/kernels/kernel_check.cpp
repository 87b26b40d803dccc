#include "kernels/kernel_check.h"

#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include "base/backend_functions.h"
#include "base/ggml_handles.h"

namespace lager::kernels {
namespace {

std::vector<float> random_numbers(int64_t count, uint32_t seed) {
    std::mt19937 generator(seed);
    std::vector<float> numbers(static_cast<size_t>(count));
    for (float & number : numbers) {
        // Of many sizes, so that sums in another order round otherwise.
        const float unit = static_cast<float>(generator() >> 8) / 8388608.0F - 1.0F;
        number = unit * std::ldexp(1.0F, static_cast<int>(generator() % 4));
    }
    return numbers;
}

void fill(ggml_tensor * tensor, const std::vector<float> & numbers) {
    if (tensor->type == GGML_TYPE_F32) {
        ggml_backend_tensor_set(tensor, numbers.data(), 0, ggml_nbytes(tensor));
        return;
    }
    std::vector<char> bytes(ggml_nbytes(tensor));
    ggml_quantize_chunk(tensor->type, numbers.data(), bytes.data(), 0, ggml_nrows(tensor), tensor->ne[0], nullptr);
    ggml_backend_tensor_set(tensor, bytes.data(), 0, bytes.size());
}

// Computes a graph of one operation with and without the kernels.
class Trial {
public:
    Trial(ggml_backend_dev_t device, int threads)
        : backend_(ggml_backend_dev_init(device, nullptr)),
          context_(ggml_init({ggml_tensor_overhead() * 8 + ggml_graph_overhead(), nullptr, true})),
          weight_context_(ggml_init({ggml_tensor_overhead(), nullptr, true})) {
        if (backend_) {
            set_threads(backend_.get(), threads);
        }
    }

    bool is_ready() const { return backend_ && context_ && weight_context_; }
    ggml_context * context() const { return context_.get(); }
    ggml_context * weight_context() const { return weight_context_.get(); }

    bool allocate() {
        buffer_.reset(ggml_backend_alloc_ctx_tensors(context_.get(), backend_.get()));
        return buffer_ != nullptr;
    }

    bool allocate_weights(ggml_backend_buffer_type_t buffers) {
        weight_buffer_.reset(buffers == nullptr
                                 ? ggml_backend_alloc_ctx_tensors(weight_context_.get(), backend_.get())
                                 : ggml_backend_alloc_ctx_tensors_from_buft(weight_context_.get(), buffers));
        return weight_buffer_ != nullptr;
    }

    bool agrees(ggml_tensor * result, const Switch & use_kernels) {
        ggml_cgraph * graph = ggml_new_graph_custom(context_.get(), 8, false);
        ggml_build_forward_expand(graph, result);
        use_kernels(false);
        const std::vector<char> expected = compute(graph, result);
        use_kernels(true);
        const std::vector<char> actual = compute(graph, result);
        use_kernels(false);
        return !expected.empty() && expected == actual;
    }

private:
    std::vector<char> compute(ggml_cgraph * graph, ggml_tensor * result) {
        std::vector<char> bytes(ggml_nbytes(result), 0);
        ggml_backend_tensor_set(result, bytes.data(), 0, bytes.size());
        if (ggml_backend_graph_compute(backend_.get(), graph) != GGML_STATUS_SUCCESS) {
            return {};
        }
        ggml_backend_tensor_get(result, bytes.data(), 0, bytes.size());
        return bytes;
    }

    GgmlBackend backend_;
    GgmlContext context_;
    GgmlContext weight_context_;
    GgmlBuffer buffer_;
    GgmlBuffer weight_buffer_;
};

// Query q sees the keys up to its own, but for the missing ones.
std::vector<float> causal_mask(const AttentionShape & shape) {
    std::vector<float> mask(static_cast<size_t>(shape.keys * shape.queries), -INFINITY);
    for (int64_t q = 0; q < shape.queries; ++q) {
        for (int64_t k = shape.missing; k <= shape.keys - shape.queries + q; ++k) {
            mask[static_cast<size_t>(q * shape.keys + k)] = 0.0F;
        }
    }
    return mask;
}

}  // namespace

bool agrees_on_product(ggml_backend_dev_t device, ggml_type type, ggml_backend_buffer_type_t buffers,
                       const ProductShape & shape, int threads, const Switch & use_kernels) {
    Trial trial(device, threads);
    if (!trial.is_ready()) {
        return false;
    }
    ggml_tensor * weights = ggml_new_tensor_2d(trial.weight_context(), type, shape.length, shape.rows);
    ggml_tensor * input = ggml_new_tensor_2d(trial.context(), GGML_TYPE_F32, shape.length, shape.columns);
    ggml_tensor * product = ggml_mul_mat(trial.context(), weights, input);
    if (!trial.allocate() || !trial.allocate_weights(buffers)) {
        return false;
    }
    fill(weights, random_numbers(shape.length * shape.rows, 1));
    fill(input, random_numbers(shape.length * shape.columns, 2));
    return trial.agrees(product, use_kernels);
}

bool agrees_on_attention(ggml_backend_dev_t device, const AttentionShape & shape, int threads,
                         const Switch & use_kernels) {
    Trial trial(device, threads);
    if (!trial.is_ready()) {
        return false;
    }
    ggml_context * context = trial.context();
    ggml_tensor * queries = ggml_new_tensor_3d(context, GGML_TYPE_F32, shape.key_length, shape.queries, shape.heads);
    ggml_tensor * keys = ggml_new_tensor_3d(context, GGML_TYPE_F16, shape.key_length, shape.keys, shape.key_heads);
    ggml_tensor * values = ggml_new_tensor_3d(context, GGML_TYPE_F16, shape.value_length, shape.keys, shape.key_heads);
    ggml_tensor * mask = ggml_new_tensor_2d(context, GGML_TYPE_F16, shape.keys, shape.queries);
    const float scale = 1.0F / std::sqrt(static_cast<float>(shape.key_length));
    ggml_tensor * result = ggml_flash_attn_ext(context, queries, keys, values, mask, scale, 0.0F, 0.0F);
    ggml_prec_set_acc(result, GGML_PREC_F32);
    if (!trial.allocate()) {
        return false;
    }
    fill(queries, random_numbers(ggml_nelements(queries), 3));
    fill(keys, random_numbers(ggml_nelements(keys), 4));
    fill(values, random_numbers(ggml_nelements(values), 5));
    fill(mask, causal_mask(shape));
    return trial.agrees(result, use_kernels);
}

}  // namespace lager::kernels
