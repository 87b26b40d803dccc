#pragma once

#include <cstddef>
#include <functional>

namespace lager {

// Runs `job` to its end on a thread of its own with a stack of at least that many bytes, of which only what
// is used takes memory, and throws on what it throws. Returns false, with nothing run, where the system
// gives no such thread.
bool run_on_deep_stack(size_t stack_bytes, const std::function<void()> & job);

}  // namespace lager
