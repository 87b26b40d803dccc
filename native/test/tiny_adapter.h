#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "ggml.h"

namespace lager::test {

/// A weight of the judge that an adapter changes, from `inputs` to `outputs` values.
struct AdaptedWeight {
    std::string name;
    int64_t inputs;
    int64_t outputs;
    int64_t experts = 1;
};

/// A random LoRA adapter for one of the tiny models.
struct TinyAdapter {
    std::string name;         ///< the file is `<name>.gguf`
    std::string description;  ///< in one line, with the model that it is for
    std::vector<AdaptedWeight> weights;
    ggml_type type = GGML_TYPE_F32;
    int64_t rank = 4;
    float alpha = 8.0F;
    std::string architecture = "llama";
};

/// The adapters among the generated files. `vocabulary` is the number of tokens of the SPM one.
std::vector<TinyAdapter> tiny_adapters(int64_t vocabulary);

/// Writes an adapter. The same one and the same seed give the same file.
void write_tiny_adapter(const TinyAdapter & adapter, const std::filesystem::path & file, uint64_t seed = 1);

}  // namespace lager::test
