#pragma once

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

}  // namespace lager
