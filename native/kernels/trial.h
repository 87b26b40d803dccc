#pragma once

#include <cstdint>
#include <vector>

#include "base/ggml_handles.h"

namespace lager::kernels {

struct ProductShape {
    int64_t length;   // numbers of a row
    int64_t rows;     // of weights
    int64_t columns;  // rows of activations
};

// A graph of one operation, and all that computes it.
class Trial {
public:
    Trial(ggml_backend_dev_t device, int threads);

    // Whether the device computes at all.
    bool is_ready() const { return backend_ && context_ && weight_context_; }
    ggml_context * context() const { return context_.get(); }
    ggml_context * weight_context() const { return weight_context_.get(); }

    // Gives tensors their memory: those of the context, and those of the other in buffers of that type (null: the
    // device's own). False where there is none.
    bool allocate();
    bool allocate_weights(ggml_backend_buffer_type_t buffers);

    // Makes the graph of this result.
    void set_result(ggml_tensor * result);
    // False where the device cannot compute it.
    bool compute();
    ggml_tensor * result() const { return result_; }

private:
    GgmlBackend backend_;
    GgmlContext context_;
    GgmlContext weight_context_;
    GgmlBuffer buffer_;
    GgmlBuffer weight_buffer_;
    ggml_tensor * result_ = nullptr;
    ggml_cgraph * graph_ = nullptr;
};

// Numbers of many sizes, the same ones for the same seed.
std::vector<float> random_numbers(int64_t count, uint32_t seed);

// Writes numbers into a tensor as its type has them.
void fill(ggml_tensor * tensor, const std::vector<float> & numbers);

// Makes a product of random weights, in buffers of that type, and random activations. False where there is no memory
// for it, or the device does not compute.
bool make_product(Trial & trial, ggml_type type, ggml_backend_buffer_type_t buffers, const ProductShape & shape);

}  // namespace lager::kernels
