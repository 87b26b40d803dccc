#include "kernels/thread_scratch.h"

#include <cstdlib>
#include <memory>

namespace lager::kernels {

char * thread_scratch(size_t bytes) {
    struct Free {
        void operator()(char * memory) const { std::free(memory); }
    };
    thread_local std::unique_ptr<char, Free> memory;
    thread_local size_t size = 0;
    if (bytes > size) {
        const size_t whole = (bytes + 63) / 64 * 64;
        memory.reset(static_cast<char *>(std::aligned_alloc(64, whole)));
        size = memory ? whole : 0;
    }
    return memory.get();
}

}  // namespace lager::kernels
