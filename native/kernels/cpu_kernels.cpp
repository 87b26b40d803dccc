#include "kernels/cpu_kernels.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

#include "base/backend_functions.h"
#include "base/names.h"
#include "kernels/kernel_check.h"
#include "kernels/kernel_set.h"
#include "kernels/operations.h"
#include "kernels/set_choice.h"

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
    Kernels(const CpuPlugin & plugin, const KernelSet & set) : plugin_(plugin), set_(set) {}

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

    // Puts those kernels in place that give ggml's bits; tells which in `report`.
    void check(const std::vector<std::string> & features, CpuKernels & report) {
        const Switch use = [this](bool wanted) { in_use = wanted; };
        const ProductShape product = {768, 48, 37};
        for (size_t p = 0; p < set_.panel_count; ++p) {
            const PanelKernel & kernel = *set_.panels[p];
            keep_if(std::make_unique<MulMat>(plugin_, kernel), kernel.name, report, [&] {
                const bool runs = kernel.feature == nullptr || contains(features, kernel.feature);
                return runs && agrees_on_product(plugin_.device, kernel.weights, nullptr, product, 1, use);
            });
        }
        for (const auto & [functions, kernel] :
             {std::pair(&plugin_.q4_0, set_.q4_0), std::pair(&plugin_.q4_k, set_.q4_k)}) {
            const ggml_type weights = kernel->weights;
            keep_if(std::make_unique<RepackedMulMat>(plugin_, *functions, *kernel), kernel->name, report, [&] {
                return plugin_.repacked_buffers != nullptr &&
                       agrees_on_product(plugin_.device, weights, plugin_.repacked_buffers, product, 1, use);
            });
        }
        keep_if(std::make_unique<Attention>(plugin_, set_.attend), "attention", report,
                [&] { return agrees_on_attention(plugin_.device, {32, 48, 6, 2, 70, 200, 65}, 1, use); });
    }

    std::atomic<bool> in_use{false};

private:
    // Of several kernels of one name, the first that agrees.
    void keep_if(std::unique_ptr<Operation> operation, const char * name, CpuKernels & report,
                 const std::function<bool()> & agrees) {
        if (contains(report.in_place, name)) {
            return;
        }
        operations_.push_back(std::move(operation));
        auto & out = report.left_out;
        out.erase(std::remove(out.begin(), out.end(), name), out.end());
        if (agrees()) {
            report.in_place.emplace_back(name);
        } else {
            operations_.pop_back();
            out.emplace_back(name);
        }
    }

    CpuPlugin plugin_;
    const KernelSet & set_;
    std::vector<std::unique_ptr<Operation>> operations_;
};

const char * buffer_type_name(ggml_backend_buffer_type_t) { return "lager kernels"; }

// Those that were built, the best first.
struct BuiltSet {
    SetChoice choice;
    const KernelSet & set;
};

const std::vector<BuiltSet> & built_sets() {
    static const std::vector<BuiltSet> sets = {
        {{"avx512", {"AVX512", "AVX512_VNNI"}}, avx512::kernel_set},
        {{"avx2", {"AVX2", "FMA", "F16C", "AVX_VNNI"}}, avx2_vnni::kernel_set},
        {{"avx2", {"AVX2", "FMA", "F16C"}}, avx2::kernel_set},
    };
    return sets;
}

const BuiltSet * wanted_set(const std::vector<std::string> & features) {
    std::vector<SetChoice> choices;
    for (const BuiltSet & built : built_sets()) {
        choices.push_back(built.choice);
    }
    const int index = choose_set(std::getenv("LAGER_KERNELS"), choices, features);
    return index < 0 ? nullptr : &built_sets()[static_cast<size_t>(index)];
}

// Lives as long as the plugin, which never goes.
Kernels * installed = nullptr;
CpuKernels state;

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
    if (installed != nullptr) {
        return;
    }
    const std::vector<std::string> features = cpu_features();
    const kernels::BuiltSet * built = kernels::wanted_set(features);
    if (built == nullptr) {
        return;
    }
    kernels::state = {};
    kernels::state.set = built->choice.name;
    kernels::CpuPlugin plugin{};
    if (!kernels::find_cpu_plugin(plugin)) {
        kernels::state.left_out = {"all"};
        return;
    }
    installed = new kernels::Kernels(plugin, built->set);
    static ggml_backend_buffer_type buffer_type{};
    buffer_type.iface.get_name = kernels::buffer_type_name;
    buffer_type.device = plugin.device;
    buffer_type.context = installed;
    // Before ggml's own, which would take what it has repacked.
    std::vector<ggml_backend_buffer_type_t> & types = plugin.extra_buffer_types();
    types.insert(types.begin(), &buffer_type);
    installed->check(features, kernels::state);
    installed->in_use = true;
}

CpuKernels cpu_kernels() { return kernels::state; }

uint64_t cpu_kernel_operations() { return kernels::operations_computed; }

void use_cpu_kernels(bool use) {
    if (kernels::installed != nullptr) {
        kernels::installed->in_use = use;
    }
}

}  // namespace lager
