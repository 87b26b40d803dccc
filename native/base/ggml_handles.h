#pragma once

#include <memory>

#include "ggml-alloc.h"
#include "ggml-backend.h"
#include "ggml.h"

namespace lager {

// ggml's objects, freed by their own functions.
struct GgmlFree {
    void operator()(ggml_context * context) const { ggml_free(context); }
    void operator()(ggml_backend * backend) const { ggml_backend_free(backend); }
    void operator()(ggml_backend_buffer * buffer) const { ggml_backend_buffer_free(buffer); }
    void operator()(ggml_gallocr * allocator) const { ggml_gallocr_free(allocator); }
};
using GgmlContext = std::unique_ptr<ggml_context, GgmlFree>;
using GgmlBackend = std::unique_ptr<ggml_backend, GgmlFree>;
using GgmlBuffer = std::unique_ptr<ggml_backend_buffer, GgmlFree>;
using GgmlAllocator = std::unique_ptr<ggml_gallocr, GgmlFree>;

}  // namespace lager
