#include "kernels/cpu_kernels.h"

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <mutex>

#include "kernels/kernel_check.h"
#include "kernels/operations.h"

// ggml's own are in the plugin, where the linker cannot see them.
namespace ggml::cpu {
tensor_traits::~tensor_traits() = default;
extra_buffer_type::~extra_buffer_type() = default;
}  // namespace ggml::cpu

namespace lager {
namespace kernels {
namespace {

std::atomic<uint64_t> operations_computed{0};

// ggml's CPU plugin asks each of its "extra buffer types" whether it computes an operation, whatever
// buffers the tensors are in. This is one that holds no weights.
class Kernels : public ggml::cpu::extra_buffer_type {
public:
    explicit Kernels(const CpuPlugin & plugin) : plugin_(plugin) {}

    bool supports_op(ggml_backend_dev_t, const ggml_tensor *) override { return false; }

    ggml::cpu::tensor_traits * get_tensor_traits(const ggml_tensor * op) override {
        if (in_use.load(std::memory_order_relaxed) && (op->op == GGML_OP_MUL_MAT || op->op == GGML_OP_FLASH_ATTN_EXT)) {
            for (const auto & operation : operations_) {
                if (operation->takes(op)) {
                    return operation.get();
                }
            }
        }
        return nullptr;
    }

    // Puts those kernels in place that give ggml's bits.
    void check() {
        const Switch use = [this](bool wanted) { in_use = wanted; };
        const ProductShape product = {768, 48, 37};
        for (const PanelKernel * kernel : {&bf16_kernel, &f16_kernel, &q4_1_kernel, &q6_k_kernel, &q8_0_kernel}) {
            keep_if(std::make_unique<MulMat>(plugin_, *kernel), kernel->name,
                    [&] { return agrees_on_product(plugin_.device, kernel->weights, nullptr, product, 1, use); });
        }
        if (plugin_.repacked_buffers != nullptr) {
            keep_if(std::make_unique<RepackedMulMat>(plugin_, q4_k_kernel), q4_k_kernel.name, [&] {
                return agrees_on_product(plugin_.device, q4_k_kernel.weights, plugin_.repacked_buffers, product, 1,
                                         use);
            });
        }
        keep_if(std::make_unique<Attention>(plugin_), "attention",
                [&] { return agrees_on_attention(plugin_.device, {32, 48, 6, 2, 70, 200, 65}, 1, use); });
    }

    std::atomic<bool> in_use{false};
    std::vector<std::string> names;

private:
    void keep_if(std::unique_ptr<Operation> operation, const char * name, const std::function<bool()> & agrees) {
        operations_.push_back(std::move(operation));
        if (agrees()) {
            names.emplace_back(name);
        } else {
            operations_.pop_back();
        }
    }

    CpuPlugin plugin_;
    std::vector<std::unique_ptr<Operation>> operations_;
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

void start_sharing(const CpuPlugin & plugin, const ggml_compute_params * params) {
    if (params->ith == 0) {
        ++operations_computed;
        plugin.set_chunk(params->threadpool, params->nth);
    }
    plugin.barrier(params->threadpool);
}

}  // namespace kernels

void install_cpu_kernels() {
    using kernels::installed;
    static std::mutex mutex;  // Node's workers may all come at once
    const std::lock_guard<std::mutex> lock(mutex);
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
    // Before ggml's own, which would take what it has repacked.
    std::vector<ggml_backend_buffer_type_t> & types = plugin.extra_buffer_types();
    types.insert(types.begin(), &buffer_type);
    installed->check();
    installed->in_use = true;
}

std::vector<std::string> cpu_kernels() {
    return kernels::installed == nullptr ? std::vector<std::string>{} : kernels::installed->names;
}

uint64_t cpu_kernel_operations() { return kernels::operations_computed; }

void use_cpu_kernels(bool use) {
    if (kernels::installed != nullptr) {
        kernels::installed->in_use = use;
    }
}

}  // namespace lager
