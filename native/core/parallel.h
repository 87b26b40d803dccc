#pragma once

#include <cstdint>

#include "ggml.h"
#include "judge_model.h"

namespace lager {

// Prompts that can be decoded at once, whatever the memory.
constexpr uint32_t most_parallel = 64;

// How many prompts to decode at once on the devices that hold the judge: up to 16, as many as take half
// of their free memory with a key-value cache of `context_size` tokens each. 1 on the CPU, where
// it gains nothing and the bits would depend on it.
uint32_t automatic_parallel(const JudgeModel & model, uint32_t context_size, ggml_type kv_type);

}  // namespace lager
