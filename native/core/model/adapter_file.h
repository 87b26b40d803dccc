#pragma once

#include <string>
#include <vector>

namespace lager {

// Checks that a LoRA adapter fits a judge before llama.cpp loads it: what does not fit there is an
// assertion that ends the process, or a weight that is left out without a word.
//
// `shards` are the judge's files, `architecture` its own. Returns the names of the judge's weights
// that the adapter changes. Throws `invalid_gguf` for a file that is broken, `invalid_adapter` for
// one that is no LoRA adapter or does not fit.
std::vector<std::string> check_adapter(const std::string & path, const std::vector<std::string> & shards,
                                       const std::string & architecture);

}  // namespace lager
