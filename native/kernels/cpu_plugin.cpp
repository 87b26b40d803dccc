#include "kernels/cpu_plugin.h"

#include <dlfcn.h>

#include "base/backend_functions.h"

namespace lager::kernels {
namespace {

template <typename Function>
bool find(void * library, const char * name, Function & function) {
    function = reinterpret_cast<Function>(dlsym(library, name));
    return function != nullptr;
}

// The library that holds a function, without loading anything.
void * library_of(void * function) {
    Dl_info info{};
    if (function == nullptr || dladdr(function, &info) == 0) {
        return nullptr;
    }
    return dlopen(info.dli_fname, RTLD_NOLOAD | RTLD_LAZY);
}

}  // namespace

bool find_cpu_plugin(CpuPlugin & plugin) {
    plugin.device = cpu_device();
    void * library = library_of(backend_function<void *>(plugin.device, "ggml_backend_dev_get_extra_bufts"));
    if (library == nullptr) {
        return false;
    }
    // The plugin copies its list for llama.cpp when it is first asked: now, before anything is added
    // that is no place for weights.
    plugin.repacked_buffers = repacked_buffer_type();
    return find(library, "ggml_barrier", plugin.barrier) &&
           find(library, "ggml_threadpool_chunk_set", plugin.set_chunk) &&
           find(library, "ggml_threadpool_chunk_add", plugin.add_chunk) &&
           find(library, "ggml_get_type_traits_cpu", plugin.type_traits) &&
           find(library, "ggml_vec_soft_max_f32", plugin.soft_max) &&
           find(library, "ggml_quantize_mat_q8_0_4x8", plugin.q4_0.convert_four) &&
           find(library, "ggml_gemv_q4_0_8x8_q8_0", plugin.q4_0.multiply_one) &&
           find(library, "ggml_quantize_mat_q8_K_4x8", plugin.q4_k.convert_four) &&
           find(library, "ggml_gemv_q4_K_8x8_q8_K", plugin.q4_k.multiply_one) &&
           find(library, "_Z39ggml_backend_cpu_get_extra_buffer_typesv", plugin.extra_buffer_types);
}

}  // namespace lager::kernels
