#pragma once

#include <string>

namespace lager {

// What becomes of the log beside what is kept for messages.
enum class LogTo {
    nowhere,
    // Standard error, where a terminal may be: what a file wrote into it is seen, and does nothing.
    terminal,
    // Standard error as it comes: somebody reads it who sees to that.
    reader,
};

// Takes llama.cpp's and ggml's log away from stderr. Warnings and errors are kept for messages
// (`recent_problems`).
void install_log(LogTo where);

// A text as printable ASCII and line ends: every other byte as its escape, `\x1b`.
std::string visible_bytes(const std::string & text);

// Forgets what was kept, so that the next message speaks only of what happens from here on.
void clear_problems();

// The last warnings and errors, newest last, one line each, without line ends; empty when none.
std::string recent_problems();

}  // namespace lager
