#pragma once

#include <cstddef>

namespace lager::kernels {

// Memory of the calling thread, at least that large and aligned to 64 bytes; kept between operations.
char * thread_scratch(size_t bytes);

}  // namespace lager::kernels
