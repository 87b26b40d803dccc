#include "core/decode/thread_pool.h"

#include "base/backend_functions.h"
#include "ggml-cpu.h"

namespace lager {
namespace {

// How long a thread looks for the next graph before it sleeps, in ggml's measure of 0 to 100: not at all. It
// was no faster with 10 or 50, and a judge that waits for work should cost nothing.
constexpr uint32_t polling = 0;

}  // namespace

void FreeThreadPool::operator()(ggml_threadpool * pool) const {
    const auto free_pool = backend_function<decltype(&ggml_threadpool_free)>(cpu_device(), "ggml_threadpool_free");
    if (free_pool != nullptr) {
        free_pool(pool);
    }
}

ThreadPool attach_thread_pool(llama_context * context, int32_t threads) {
    const auto make_pool = backend_function<decltype(&ggml_threadpool_new)>(cpu_device(), "ggml_threadpool_new");
    if (threads < 2 || make_pool == nullptr) {
        return nullptr;
    }
    ggml_threadpool_params params = ggml_threadpool_params_default(threads);
    params.poll = polling;
    ThreadPool pool(make_pool(&params));
    if (pool) {
        llama_attach_threadpool(context, pool.get(), pool.get());
    }
    return pool;
}

}  // namespace lager
