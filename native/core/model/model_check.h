#pragma once

#include <vector>

#include "core/model/gguf_file.h"

namespace lager {

// Checks what llama.cpp asserts of a model's file, or computes with unchecked: tensors' types and places,
// finite norms, hyperparameters, the vocabulary. A file that passes can still be refused by llama.cpp,
// with a reason; one that does not would end the process.
// Throws `invalid_gguf` with the key or tensor, and `unsupported_judge` for files that are no model.
void check_model(const std::vector<GgufShard> & shards);

}  // namespace lager
