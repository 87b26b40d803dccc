#pragma once

#include "kernels/cpu_plugin.h"
#include "kernels/panel_kernel.h"

namespace lager::kernels {

// Waits until all threads are here, and counts the operation; from then on they share its work out with the
// plugin's `add_chunk`, each beginning with the chunk of its own number.
void start_sharing(const CpuPlugin & plugin, const ggml_compute_params * params);

// An operation of ggml's graphs that a kernel computes.
class Operation : public ggml::cpu::tensor_traits {
public:
    virtual bool takes(const ggml_tensor * op) const = 0;

    // False: the memory that ggml reserves for its own kernel is enough.
    bool work_size(int, const ggml_tensor *, size_t &) override { return false; }
};

// A matrix product with weights as they are in the file.
class MulMat : public Operation {
public:
    MulMat(const CpuPlugin & plugin, const PanelKernel & kernel);
    bool takes(const ggml_tensor * op) const override;
    bool work_size(int threads, const ggml_tensor * op, size_t & bytes) override;
    bool compute_forward(ggml_compute_params * params, ggml_tensor * op) override;

private:
    const CpuPlugin & plugin_;
    const PanelKernel & kernel_;
    ggml_from_float_t convert_;
};

// A matrix product with weights that ggml has repacked. Tokens are taken four at a time; those that
// are left over go through ggml's own kernel for one token, which sums up otherwise.
class RepackedMulMat : public Operation {
public:
    RepackedMulMat(const CpuPlugin & plugin, const RepackedFunctions & functions, const PanelKernel & kernel);
    bool takes(const ggml_tensor * op) const override;
    bool work_size(int threads, const ggml_tensor * op, size_t & bytes) override;
    bool compute_forward(ggml_compute_params * params, ggml_tensor * op) override;

private:
    const CpuPlugin & plugin_;
    const RepackedFunctions & functions_;
    const PanelKernel & kernel_;
    ggml_from_float_t convert_one_;
};

// Attention of prompts, which ggml takes in tiles.
class Attention : public Operation {
public:
    Attention(const CpuPlugin & plugin, Attend attend) : plugin_(plugin), attend_(attend) {}
    bool takes(const ggml_tensor * op) const override;
    bool compute_forward(ggml_compute_params * params, ggml_tensor * op) override;

private:
    const CpuPlugin & plugin_;
    Attend attend_;
};

}  // namespace lager::kernels
