#include "core/log.h"

#include <atomic>
#include <cstdio>
#include <deque>
#include <mutex>

#include "llama.h"

namespace lager {
namespace {

constexpr size_t kept_lines = 6;

std::mutex log_mutex;
std::deque<std::string> problems;
std::atomic<LogTo> log_to{LogTo::nowhere};

// llama.cpp logs from its worker threads too, hence the lock.
void on_log(ggml_log_level level, const char * text, void *) noexcept {
    try {
        const LogTo where = log_to;
        if (where == LogTo::reader) {
            std::fputs(text, stderr);
        } else if (where == LogTo::terminal) {
            std::fputs(visible_bytes(text).c_str(), stderr);
        }
        static thread_local ggml_log_level last_level = GGML_LOG_LEVEL_NONE;
        const bool continued = level == GGML_LOG_LEVEL_CONT;
        if (!continued) {
            last_level = level;
        }
        if (last_level != GGML_LOG_LEVEL_WARN && last_level != GGML_LOG_LEVEL_ERROR) {
            return;
        }
        std::string line(text);
        while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) {
            line.pop_back();
        }
        if (line.empty()) {
            return;
        }
        std::lock_guard<std::mutex> lock(log_mutex);
        if (continued && !problems.empty()) {
            problems.back() += line;
        } else {
            problems.push_back(line);
        }
        while (problems.size() > kept_lines) {
            problems.pop_front();
        }
    } catch (...) {
        // A lost log line is better than an exception through a C frame.
    }
}

}  // namespace

std::string visible_bytes(const std::string & text) {
    static const char digits[] = "0123456789abcdef";
    std::string visible;
    visible.reserve(text.size());
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        if (character == '\n' || (byte >= 0x20 && byte < 0x7f)) {
            visible += character;
        } else {
            visible += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
        }
    }
    return visible;
}

void install_log(LogTo where) {
    log_to = where;
    llama_log_set(on_log, nullptr);
}

void clear_problems() {
    std::lock_guard<std::mutex> lock(log_mutex);
    problems.clear();
}

std::string recent_problems() {
    std::lock_guard<std::mutex> lock(log_mutex);
    std::string joined;
    for (const std::string & line : problems) {
        if (!joined.empty()) {
            joined += "; ";
        }
        joined += line;
    }
    return joined;
}

}  // namespace lager
