#pragma once

#include <cstdint>
#include <memory>

#include "llama.h"

namespace lager {

struct FreeThreadPool {
    void operator()(ggml_threadpool * pool) const;
};
using ThreadPool = std::unique_ptr<ggml_threadpool, FreeThreadPool>;

// Gives a context threads that stay. Without them ggml starts new ones for every graph (for each layer of
// a captured call), and the system has to find a core for each of them; that costs a tenth of the time
// beside other threads, such as those of Node. The pool must outlive the context.
//
// Null where one thread does it all, or ggml's CPU plugin makes no pools: ggml then does as without.
ThreadPool attach_thread_pool(llama_context * context, int32_t threads);

}  // namespace lager
