#include "cpu_kernels.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "cpu_plugin.h"
#include "kernel_check.h"
#include "panel_kernel.h"

// ggml's own are in the plugin, where the linker cannot see them.
namespace ggml::cpu {
tensor_traits::~tensor_traits() = default;
extra_buffer_type::~extra_buffer_type() = default;
}  // namespace ggml::cpu

namespace lager {
namespace kernels {
namespace {

// With fewer columns ggml takes other kernels, or packing the weights does not pay.
constexpr int64_t least_columns = 16;
constexpr int64_t least_queries = 64;  // ggml's tiles
constexpr int64_t most_heads = 64;     // of one head of keys; bounds the memory

std::atomic<uint64_t> operations{0};

// Memory of one thread, kept between operations.
float * thread_scratch(size_t floats) {
    struct Free {
        void operator()(float * memory) const { std::free(memory); }
    };
    thread_local std::unique_ptr<float, Free> memory;
    thread_local size_t size = 0;
    if (floats > size) {
        const size_t bytes = (floats * sizeof(float) + 63) / 64 * 64;
        memory.reset(static_cast<float *>(std::aligned_alloc(64, bytes)));
        size = memory ? floats : 0;
    }
    return memory.get();
}

bool is_flat(const ggml_tensor * tensor) {
    return tensor->ne[2] == 1 && tensor->ne[3] == 1 && tensor->nb[0] == ggml_type_size(tensor->type);
}

class MulMat : public ggml::cpu::tensor_traits {
public:
    MulMat(const CpuPlugin & plugin, const PanelKernel & kernel)
        : plugin_(plugin), kernel_(kernel), convert_(plugin.type_traits(kernel.activations)->from_float) {}

    bool takes(const ggml_tensor * op) const {
        const ggml_tensor * weights = op->src[0];
        const ggml_tensor * input = op->src[1];
        return weights->type == kernel_.weights && input->type == GGML_TYPE_F32 && op->type == GGML_TYPE_F32 &&
               is_flat(weights) && is_flat(input) && is_flat(op) && weights->ne[0] % kernel_.granularity == 0 &&
               weights->ne[1] % panel_rows == 0 && input->ne[1] >= least_columns &&
               ggml_get_op_params_i32(op, 1) == 0 && is_in_memory(weights);
    }

    // False: the memory that ggml reserves for the converted activations is enough.
    bool work_size(int, const ggml_tensor *, size_t &) override { return false; }

    bool compute_forward(ggml_compute_params * params, ggml_tensor * op) override {
        const ggml_tensor * weights = op->src[0];
        const ggml_tensor * input = op->src[1];
        const int64_t length = weights->ne[0];
        const int64_t columns = input->ne[1];
        const size_t row_bytes = ggml_row_size(kernel_.activations, length);
        if (params->use_ref || params->wsize < row_bytes * static_cast<size_t>(columns)) {
            return false;
        }
        char * activations = static_cast<char *>(params->wdata);
        for (int64_t c = params->ith; c < columns; c += params->nth) {
            convert_(reinterpret_cast<const float *>(static_cast<const char *>(input->data) +
                                                     static_cast<size_t>(c) * input->nb[1]),
                     activations + static_cast<size_t>(c) * row_bytes, length);
        }
        if (params->ith == 0) {
            ++operations;
            plugin_.set_chunk(params->threadpool, params->nth);
        }
        plugin_.barrier(params->threadpool);

        char * panel = reinterpret_cast<char *>(thread_scratch(kernel_.panel_size(length) / sizeof(float)));
        const int64_t panels = weights->ne[1] / panel_rows;
        for (int64_t p = params->ith; p < panels; p = plugin_.add_chunk(params->threadpool, 1)) {
            kernel_.pack(static_cast<const char *>(weights->data) +
                             static_cast<size_t>(p * panel_rows) * weights->nb[1],
                         weights->nb[1], length, panel);
            kernel_.multiply(panel, activations, row_bytes, length, columns,
                             static_cast<float *>(op->data) + p * panel_rows, op->nb[1] / sizeof(float));
        }
        return true;
    }

private:
    // Repacked weights look like their type, but are laid out otherwise.
    static bool is_in_memory(const ggml_tensor * tensor) {
        const ggml_tensor * holder = tensor->view_src != nullptr ? tensor->view_src : tensor;
        return holder->buffer == nullptr || ggml_backend_buft_is_host(holder->buffer->buft);
    }

    const CpuPlugin & plugin_;
    const PanelKernel & kernel_;
    ggml_from_float_t convert_;
};

class Attention : public ggml::cpu::tensor_traits {
public:
    explicit Attention(const CpuPlugin & plugin) : plugin_(plugin) {}

    static bool takes(const ggml_tensor * op) {
        const ggml_tensor * queries = op->src[0];
        const ggml_tensor * keys = op->src[1];
        const ggml_tensor * values = op->src[2];
        const ggml_tensor * mask = op->src[3];
        const bool has_sinks = op->src[4] != nullptr;
        if (mask == nullptr || has_sinks || max_bias(op) != 0.0F || softcap(op) != 0.0F) {
            return false;
        }
        return queries->type == GGML_TYPE_F32 && keys->type == GGML_TYPE_F16 && values->type == GGML_TYPE_F16 &&
               mask->type == GGML_TYPE_F16 && op->type == GGML_TYPE_F32 && queries->ne[1] >= least_queries &&
               queries->ne[3] == 1 && keys->ne[3] == 1 && values->ne[3] == 1 && mask->ne[2] == 1 && mask->ne[3] == 1 &&
               keys->ne[0] % 16 == 0 && values->ne[0] % 16 == 0 && keys->ne[2] == values->ne[2] &&
               queries->ne[2] % keys->ne[2] == 0 && queries->ne[2] / keys->ne[2] <= most_heads &&
               queries->nb[0] == 4 && keys->nb[0] == 2 && values->nb[0] == 2 && mask->nb[0] == 2;
    }

    bool work_size(int, const ggml_tensor *, size_t &) override { return false; }

    bool compute_forward(ggml_compute_params * params, ggml_tensor * op) override {
        const ggml_tensor * queries = op->src[0];
        const ggml_tensor * keys = op->src[1];
        const ggml_tensor * values = op->src[2];
        const ggml_tensor * mask = op->src[3];
        if (params->use_ref) {
            return false;
        }
        AttentionTile tile{};
        tile.query_stride = queries->nb[1];
        tile.query_head_stride = queries->nb[2];
        tile.key_stride = keys->nb[1];
        tile.value_stride = values->nb[1];
        tile.mask_stride = mask->nb[1];
        tile.result_stride = op->nb[1] * static_cast<size_t>(op->ne[1]);
        tile.result_head_stride = op->nb[1];
        tile.head_count = queries->ne[2] / keys->ne[2];
        tile.key_count = keys->ne[1];
        tile.key_length = keys->ne[0];
        tile.value_length = values->ne[0];
        tile.scale = parameter(op, 0);
        tile.soft_max = plugin_.soft_max;

        if (params->ith == 0) {
            ++operations;
            plugin_.set_chunk(params->threadpool, params->nth);
        }
        plugin_.barrier(params->threadpool);

        float * scratch = thread_scratch(attention_scratch(tile.head_count, tile.key_length, tile.value_length));
        const int64_t query_tiles = (queries->ne[1] + query_tile - 1) / query_tile;
        const int64_t units = query_tiles * keys->ne[2];
        for (int64_t u = params->ith; u < units; u = plugin_.add_chunk(params->threadpool, 1)) {
            // The last queries see most keys: they come first, so that no thread is left with one at the end.
            const int64_t first = (query_tiles - 1 - u / keys->ne[2]) * query_tile;
            const auto key_head = static_cast<size_t>(u % keys->ne[2]);
            const size_t head = key_head * static_cast<size_t>(tile.head_count);
            tile.query_count = std::min(query_tile, queries->ne[1] - first);
            tile.queries = at(queries, static_cast<size_t>(first) * queries->nb[1] + head * queries->nb[2]);
            tile.keys = at(keys, key_head * keys->nb[2]);
            tile.values = at(values, key_head * values->nb[2]);
            tile.mask = at(mask, static_cast<size_t>(first) * mask->nb[1]);
            tile.results = static_cast<char *>(op->data) + static_cast<size_t>(first) * tile.result_stride +
                           head * tile.result_head_stride;
            attend(tile, scratch);
        }
        return true;
    }

private:
    static float parameter(const ggml_tensor * op, int index) {
        float value = 0;
        std::memcpy(&value, op->op_params + index, sizeof(value));
        return value;
    }
    static float max_bias(const ggml_tensor * op) { return parameter(op, 1); }
    static float softcap(const ggml_tensor * op) { return parameter(op, 2); }
    static const char * at(const ggml_tensor * tensor, size_t offset) {
        return static_cast<const char *>(tensor->data) + offset;
    }

    const CpuPlugin & plugin_;
};

// ggml's CPU plugin asks each of its "extra buffer types" whether it computes an operation, whatever
// buffers the tensors are in. This is one that holds no weights.
class Kernels : public ggml::cpu::extra_buffer_type {
public:
    explicit Kernels(const CpuPlugin & plugin) : plugin_(plugin), attention_(plugin_) {}

    bool supports_op(ggml_backend_dev_t, const ggml_tensor *) override { return false; }

    ggml::cpu::tensor_traits * get_tensor_traits(const ggml_tensor * op) override {
        if (!in_use.load(std::memory_order_relaxed)) {
            return nullptr;
        }
        if (op->op == GGML_OP_MUL_MAT) {
            for (const auto & mul_mat : mul_mats_) {
                if (mul_mat->takes(op)) {
                    return mul_mat.get();
                }
            }
        } else if (op->op == GGML_OP_FLASH_ATTN_EXT && has_attention_ && Attention::takes(op)) {
            return &attention_;
        }
        return nullptr;
    }

    // Keeps those kernels that give ggml's bits.
    void check() {
        const Switch use = [this](bool wanted) { in_use = wanted; };
        for (const PanelKernel * kernel : {&bf16_kernel, &f16_kernel, &q4_1_kernel, &q6_k_kernel, &q8_0_kernel}) {
            mul_mats_.push_back(std::make_unique<MulMat>(plugin_, *kernel));
            if (agrees_on_product(plugin_.device, kernel->weights, {768, 48, 37}, 1, use)) {
                names.emplace_back(kernel->name);
            } else {
                mul_mats_.pop_back();
            }
        }
        has_attention_ = true;
        has_attention_ = agrees_on_attention(plugin_.device, {32, 48, 6, 2, 70, 200, 65}, 1, use);
        if (has_attention_) {
            names.emplace_back("attention");
        }
    }

    std::atomic<bool> in_use{false};
    std::vector<std::string> names;

private:
    CpuPlugin plugin_;
    std::vector<std::unique_ptr<MulMat>> mul_mats_;
    Attention attention_;
    bool has_attention_ = false;
};

const char * buffer_type_name(ggml_backend_buffer_type_t) { return "lager kernels"; }

bool processor_can_run_them() {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bf16");
}

// Lives as long as the plugin, which never goes.
Kernels * installed = nullptr;

}  // namespace
}  // namespace kernels

void install_cpu_kernels() {
    using kernels::installed;
    const char * wanted = std::getenv("LAGER_KERNELS");
    kernels::CpuPlugin plugin{};
    if (installed != nullptr || (wanted != nullptr && std::strcmp(wanted, "off") == 0) ||
        !kernels::processor_can_run_them() || !kernels::find_cpu_plugin(plugin)) {
        return;
    }
    installed = new kernels::Kernels(plugin);
    static ggml_backend_buffer_type buffer_type{};
    buffer_type.iface.get_name = kernels::buffer_type_name;
    buffer_type.device = plugin.device;
    buffer_type.context = installed;
    plugin.extra_buffer_types().push_back(&buffer_type);
    installed->check();
    installed->in_use = true;
}

std::vector<std::string> cpu_kernels() {
    return kernels::installed == nullptr ? std::vector<std::string>{} : kernels::installed->names;
}

uint64_t cpu_kernel_operations() { return kernels::operations; }

void use_cpu_kernels(bool use) {
    if (kernels::installed != nullptr) {
        kernels::installed->in_use = use;
    }
}

}  // namespace lager
