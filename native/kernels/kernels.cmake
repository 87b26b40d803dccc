# The CPU kernels of native/kernels, a part of lager_core. They need ggml's CPU plugin as node-llama-cpp
# ships it, and a compiler that knows the processor's instructions.

include(CheckCXXCompilerFlag)
# GCC 12 takes its own header's undefined registers for mistakes of the caller.
set(LAGER_AVX512 -Wno-maybe-uninitialized -Wno-uninitialized -mavx512f -mavx512bw -mavx512dq -mavx512vl -mavx512vnni -mavx512bf16 -mfma -mf16c)
if(LAGER_PREBUILT AND LAGER_ARCH STREQUAL "x64" AND CMAKE_SYSTEM_NAME STREQUAL "Linux")
  check_cxx_compiler_flag("-mavx512bf16" LAGER_HAS_AVX512)
endif()

target_sources(lager_core PRIVATE native/kernels/kernel_check.cpp)
if(LAGER_HAS_AVX512)
  target_sources(lager_core PRIVATE
    native/kernels/attention.cpp
    native/kernels/attention_kernel.cpp
    native/kernels/float_kernels.cpp
    native/kernels/cpu_kernels.cpp
    native/kernels/cpu_plugin.cpp
    native/kernels/mul_mat.cpp
    native/kernels/q4_1_kernel.cpp
    native/kernels/q4_k_kernel.cpp
    native/kernels/q6_k_kernel.cpp
    native/kernels/q8_0_kernel.cpp
    native/kernels/thread_scratch.cpp)
  # Without contraction: where ggml rounds twice, so must they.
  set_source_files_properties(
    native/kernels/attention_kernel.cpp
    native/kernels/float_kernels.cpp
    native/kernels/q4_1_kernel.cpp
    native/kernels/q4_k_kernel.cpp
    native/kernels/q6_k_kernel.cpp
    native/kernels/q8_0_kernel.cpp
    PROPERTIES COMPILE_OPTIONS "${LAGER_AVX512};-O3;-ffp-contract=off")
  # ggml's classes that these derive from stay their own.
  set_source_files_properties(
    native/kernels/attention.cpp
    native/kernels/cpu_kernels.cpp
    native/kernels/mul_mat.cpp
    PROPERTIES COMPILE_OPTIONS "-fvisibility=hidden")
  target_include_directories(lager_core SYSTEM PRIVATE
    "${LAGER_LLAMA_SOURCE}/ggml/src" "${LAGER_LLAMA_SOURCE}/ggml/src/ggml-cpu")
  target_link_libraries(lager_core PRIVATE ${CMAKE_DL_LIBS})
else()
  target_sources(lager_core PRIVATE native/kernels/no_cpu_kernels.cpp)
endif()
