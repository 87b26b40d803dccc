#pragma once

#include <string>

namespace lager {

// Takes llama.cpp's and ggml's log away from stderr. Warnings and errors are kept for messages
// (`recent_problems`); with `verbose` everything is also written to stderr as it comes.
void install_log(bool verbose);

// Forgets what was kept, so that the next message speaks only of what happens from here on.
void clear_problems();

// The last warnings and errors, newest last, one line each, without line ends; empty when none.
std::string recent_problems();

}  // namespace lager
