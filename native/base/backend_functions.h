#pragma once

#include <cstring>
#include <string>
#include <vector>

#include "ggml-backend.h"

// What ggml's backends offer by name, beside the interface that all of them have: they are plugins, so
// the linker does not see it. On this and on ggml stand both core and kernels.

namespace lager {

// Null before a CPU plugin is loaded.
inline ggml_backend_dev_t cpu_device() { return ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU); }

// The function of that name of the backend that drives a device; null where it has none, or without a device.
template <typename Function>
Function backend_function(ggml_backend_dev_t device, const char * name) {
    return device == nullptr ? nullptr
                             : reinterpret_cast<Function>(
                                   ggml_backend_reg_get_proc_address(ggml_backend_dev_backend_reg(device), name));
}

// Threads that a backend computes with, where it has such.
inline void set_threads(ggml_backend_t backend, int threads) {
    const auto set =
        backend_function<ggml_backend_set_n_threads_t>(ggml_backend_get_device(backend), "ggml_backend_set_n_threads");
    if (set != nullptr) {
        set(backend, threads);
    }
}

// The kinds of buffers in which a device keeps weights in a kernel's own order: not to be read back.
inline std::vector<ggml_backend_buffer_type_t> extra_buffer_types(ggml_backend_dev_t device) {
    std::vector<ggml_backend_buffer_type_t> types;
    const auto list = backend_function<ggml_backend_dev_get_extra_bufts_t>(device, "ggml_backend_dev_get_extra_bufts");
    for (ggml_backend_buffer_type_t * type = list == nullptr ? nullptr : list(device);
         type != nullptr && *type != nullptr; ++type) {
        types.push_back(*type);
    }
    return types;
}

// Those in which ggml's CPU plugin repacks weights; null where it repacks none.
inline ggml_backend_buffer_type_t repacked_buffer_type() {
    for (ggml_backend_buffer_type_t type : extra_buffer_types(cpu_device())) {
        if (std::strcmp(ggml_backend_buft_name(type), "CPU_REPACK") == 0) {
            return type;
        }
    }
    return nullptr;
}

// What the CPU plugin was compiled for, by ggml's names; ggml loads it only where the processor has all of it.
inline std::vector<std::string> cpu_features() {
    std::vector<std::string> names;
    ggml_backend_dev_t cpu = cpu_device();
    const auto list = backend_function<ggml_backend_get_features_t>(cpu, "ggml_backend_get_features");
    for (const ggml_backend_feature * feature = list == nullptr ? nullptr : list(ggml_backend_dev_backend_reg(cpu));
         feature != nullptr && feature->name != nullptr; ++feature) {
        names.emplace_back(feature->name);
    }
    return names;
}

}  // namespace lager
