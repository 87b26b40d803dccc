#pragma once

#include <string>

namespace lager {

// Loads a variant of ggml's CPU plugin from a folder, as "haswell" of libggml-cpu-haswell.so, in place of the one that
// suits the processor best.
// Throws `invalid_argument` for a name that the folder has not, `backend_unavailable` for a variant that this
// processor cannot run.
void load_cpu_variant(const std::string & directory, const std::string & name);

}  // namespace lager
