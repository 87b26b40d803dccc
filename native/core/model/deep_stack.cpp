#include "core/model/deep_stack.h"

#include <exception>

#ifdef _WIN32
#define WIN32_LEAN_AND_MEAN
#define NOMINMAX
#include <process.h>
#include <windows.h>
#else
#include <pthread.h>
#endif

namespace lager {
namespace {

struct Work {
    const std::function<void()> & job;
    std::exception_ptr thrown = nullptr;

    void run() noexcept {
        try {
            job();
        } catch (...) {
            thrown = std::current_exception();
        }
    }
};

#ifdef _WIN32
unsigned __stdcall start(void * work) {
    static_cast<Work *>(work)->run();
    return 0;
}

bool run_on_thread(size_t stack_bytes, Work & work) {
    if (stack_bytes > UINT_MAX) {
        return false;
    }
    const uintptr_t thread = _beginthreadex(nullptr, static_cast<unsigned>(stack_bytes), start, &work,
                                            STACK_SIZE_PARAM_IS_A_RESERVATION, nullptr);
    if (thread == 0) {
        return false;
    }
    WaitForSingleObject(reinterpret_cast<HANDLE>(thread), INFINITE);
    CloseHandle(reinterpret_cast<HANDLE>(thread));
    return true;
}
#else
void * start(void * work) {
    static_cast<Work *>(work)->run();
    return nullptr;
}

bool run_on_thread(size_t stack_bytes, Work & work) {
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0) {
        return false;
    }
    // pthreads put a guard page below the stack themselves.
    pthread_t thread{};
    const bool started = pthread_attr_setstacksize(&attributes, stack_bytes) == 0 &&
                         pthread_create(&thread, &attributes, start, &work) == 0;
    pthread_attr_destroy(&attributes);
    if (started) {
        pthread_join(thread, nullptr);
    }
    return started;
}
#endif

}  // namespace

bool run_on_deep_stack(size_t stack_bytes, const std::function<void()> & job) {
    constexpr size_t page = 64 * 1024;  // no system's pages are larger
    Work work{job};
    if (!run_on_thread((stack_bytes + page - 1) / page * page, work)) {
        return false;
    }
    if (work.thrown) {
        std::rethrow_exception(work.thrown);
    }
    return true;
}

}  // namespace lager
