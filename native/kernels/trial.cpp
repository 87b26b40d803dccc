#include "kernels/trial.h"

#include <cmath>
#include <random>

#include "base/backend_functions.h"

namespace lager::kernels {

Trial::Trial(ggml_backend_dev_t device, int threads)
    : backend_(ggml_backend_dev_init(device, nullptr)),
      context_(ggml_init({ggml_tensor_overhead() * 8 + ggml_graph_overhead(), nullptr, true})),
      weight_context_(ggml_init({ggml_tensor_overhead(), nullptr, true})) {
    if (backend_) {
        set_threads(backend_.get(), threads);
    }
}

bool Trial::allocate() {
    buffer_.reset(ggml_backend_alloc_ctx_tensors(context_.get(), backend_.get()));
    return buffer_ != nullptr;
}

bool Trial::allocate_weights(ggml_backend_buffer_type_t buffers) {
    weight_buffer_.reset(buffers == nullptr ? ggml_backend_alloc_ctx_tensors(weight_context_.get(), backend_.get())
                                            : ggml_backend_alloc_ctx_tensors_from_buft(weight_context_.get(), buffers));
    return weight_buffer_ != nullptr;
}

void Trial::set_result(ggml_tensor * result) {
    result_ = result;
    graph_ = ggml_new_graph_custom(context_.get(), 8, false);
    ggml_build_forward_expand(graph_, result);
}

bool Trial::compute() { return ggml_backend_graph_compute(backend_.get(), graph_) == GGML_STATUS_SUCCESS; }

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

bool make_product(Trial & trial, ggml_type type, ggml_backend_buffer_type_t buffers, const ProductShape & shape) {
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
    trial.set_result(product);
    return true;
}

}  // namespace lager::kernels
