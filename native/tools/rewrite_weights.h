#pragma once

#include <string>

namespace lager {

// Names of the types that weights can be rewritten as, separated by blanks, for messages.
std::string weight_type_names();

// Rewrites a GGUF with another type of weights. `pure` gives every matrix that type, LM head
// included; otherwise llama.cpp chooses a finer one for some. Cannot be stopped half-way.
// Throws `invalid_argument`, `invalid_gguf`, `unsupported_judge`.
void rewrite_weights(const std::string & input, const std::string & output, const std::string & type,
                     bool pure = false);

}  // namespace lager
