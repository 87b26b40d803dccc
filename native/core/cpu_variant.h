#pragma once

#include <string>
#include <vector>

namespace lager {

// Names of the variants of ggml's CPU plugin in a folder, as in libggml-cpu-haswell.so, sorted.
std::vector<std::string> cpu_variants(const std::string & directory);

// Loads that variant of the CPU plugin from a folder, in place of the one that suits the processor best.
// Throws `invalid_argument` for a name that the folder has not, `backend_unavailable` for a variant that this
// processor cannot run.
void load_cpu_variant(const std::string & directory, const std::string & name);

}  // namespace lager
