#pragma once

#include <vector>

#include "ggml-backend-impl.h"
#include "ggml-cpu.h"
#include "kernels/attention_kernel.h"
#include "traits.h"

namespace lager::kernels {

// What is needed of ggml's CPU plugin beside its public interface. The plugin is of the very release
// whose headers these are (CMake sees to it), and exports these functions.
struct CpuPlugin {
    void (*barrier)(ggml_threadpool *);
    void (*set_chunk)(ggml_threadpool *, int);
    int (*add_chunk)(ggml_threadpool *, int);
    const ggml_type_traits_cpu * (*type_traits)(ggml_type);
    SoftMaxRow soft_max;
    // Q8_K of four rows of activations, one block of all four; and the product of repacked Q4_K weights
    // with one row.
    void (*convert_four)(const float *, void *, int64_t);
    void (*multiply_one)(int length, float * results, size_t result_stride, const void * weights,
                         const void * activations, int rows, int columns);
    std::vector<ggml_backend_buffer_type_t> & (*extra_buffer_types)();
    ggml_backend_dev_t device;
    ggml_backend_buffer_type_t repacked_buffers;  // null when there are none
};

// Finds it among what is loaded. False when there is no CPU plugin or it lacks a function.
bool find_cpu_plugin(CpuPlugin & plugin);

}  // namespace lager::kernels
