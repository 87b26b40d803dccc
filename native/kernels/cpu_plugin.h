#pragma once

#include <vector>

#include "ggml-backend-impl.h"
#include "ggml-cpu.h"
#include "kernels/attention_kernel.h"
#include "traits.h"

namespace lager::kernels {

// Of one type of weights that ggml repacks: the conversion of four rows of activations to one block of all four, and
// the product of repacked weights with one row.
struct RepackedFunctions {
    void (*convert_four)(const float *, void *, int64_t);
    void (*multiply_one)(int length, float * results, size_t result_stride, const void * weights,
                         const void * activations, int rows, int columns);
};

// What is needed of ggml's CPU plugin beside its public interface. The plugin is of the very release
// whose headers these are (CMake sees to it), and exports these functions.
struct CpuPlugin {
    void (*barrier)(ggml_threadpool *);
    void (*set_chunk)(ggml_threadpool *, int);
    int (*add_chunk)(ggml_threadpool *, int);
    const ggml_type_traits_cpu * (*type_traits)(ggml_type);
    SoftMaxRow soft_max;
    RepackedFunctions q4_0;
    RepackedFunctions q4_k;
    std::vector<ggml_backend_buffer_type_t> & (*extra_buffer_types)();
    ggml_backend_dev_t device;
    ggml_backend_buffer_type_t repacked_buffers;  // null when there are none
};

// Finds it among what is loaded. False when there is no CPU plugin or it lacks a function.
bool find_cpu_plugin(CpuPlugin & plugin);

}  // namespace lager::kernels
