#include "kernels/kernel_check.h"

#include <cmath>
#include <vector>

namespace lager::kernels {
namespace {

// The result's bytes; none where the device cannot compute it.
std::vector<char> compute(Trial & trial) {
    ggml_tensor * result = trial.result();
    std::vector<char> bytes(ggml_nbytes(result), 0);
    ggml_backend_tensor_set(result, bytes.data(), 0, bytes.size());
    if (!trial.compute()) {
        return {};
    }
    ggml_backend_tensor_get(result, bytes.data(), 0, bytes.size());
    return bytes;
}

bool agrees(Trial & trial, const Switch & use_kernels) {
    use_kernels(false);
    const std::vector<char> expected = compute(trial);
    use_kernels(true);
    const std::vector<char> actual = compute(trial);
    use_kernels(false);
    return !expected.empty() && expected == actual;
}

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
    return make_product(trial, type, buffers, shape) && agrees(trial, use_kernels);
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
    trial.set_result(result);
    return agrees(trial, use_kernels);
}

}  // namespace lager::kernels
