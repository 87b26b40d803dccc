#pragma once

#include <cstdint>

namespace lager {

// Number of physical cores that this process may use; at least 1. Hyper-threads share the vector
// units that ggml keeps busy, so a second thread on a core slows both.
int32_t physical_cores();

}  // namespace lager
