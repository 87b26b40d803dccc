#pragma once

#include <cstdint>
#include <functional>

#include "kernels/trial.h"

namespace lager::kernels {

// Turns the kernels on or off.
using Switch = std::function<void(bool)>;

struct AttentionShape {
    int64_t key_length;
    int64_t value_length;
    int64_t heads;
    int64_t key_heads;
    int64_t queries;
    int64_t keys;     // the last `queries` of them are the queries' own
    int64_t missing;  // keys at the start that no query sees
};

// Whether a product of random weights of `type`, in buffers of that type (null: the device's own), and random
// activations, and attention over random numbers, come out of the device with the same bits when the kernels are on and
// when they are off. Leaves them off. A device that cannot compute it agrees on nothing.
bool agrees_on_product(ggml_backend_dev_t device, ggml_type type, ggml_backend_buffer_type_t buffers,
                       const ProductShape & shape, int threads, const Switch & use_kernels);
bool agrees_on_attention(ggml_backend_dev_t device, const AttentionShape & shape, int threads,
                         const Switch & use_kernels);

}  // namespace lager::kernels
