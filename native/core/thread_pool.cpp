#include "thread_pool.h"

#include "ggml-backend.h"
#include "ggml-cpu.h"

namespace lager {
namespace {

// How long a thread looks for the next graph before it sleeps, in ggml's measure of 0 to 100: not at all. It
// was no faster with 10 or 50, and a judge that waits for work should cost nothing.
constexpr uint32_t polling = 0;

template <typename Function>
Function * find(const char * name) {
    ggml_backend_dev_t cpu = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
    return cpu == nullptr ? nullptr
                          : reinterpret_cast<Function *>(
                                ggml_backend_reg_get_proc_address(ggml_backend_dev_backend_reg(cpu), name));
}

}  // namespace

void FreeThreadPool::operator()(ggml_threadpool * pool) const {
    if (auto * free_pool = find<decltype(ggml_threadpool_free)>("ggml_threadpool_free")) {
        free_pool(pool);
    }
}

ThreadPool attach_thread_pool(llama_context * context, int32_t threads) {
    auto * make_pool = find<decltype(ggml_threadpool_new)>("ggml_threadpool_new");
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
