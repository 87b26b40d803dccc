#pragma once

// A handful of checks: enough for these tests, and nothing to fetch.

#include <functional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/error.h"

namespace lager::test {

struct Case {
    std::string name;
    std::function<void()> run;
};

// Where the tests find plugins and generated models; set from the command line.
struct Paths {
    std::string backends;
    std::string fixtures;
    std::string model(const std::string & name) const { return fixtures + "/" + name + ".gguf"; }
};
extern Paths paths;

inline std::vector<Case> & cases() {
    static std::vector<Case> all;
    return all;
}

struct Register {
    Register(const char * name, std::function<void()> run) { cases().push_back(Case{name, std::move(run)}); }
};

[[noreturn]] inline void fail(const char * file, int line, const std::string & message) {
    throw std::runtime_error(std::string(file) + ":" + std::to_string(line) + ": " + message);
}

template <typename A, typename B>
void check_equal(const char * file, int line, const char * text, const A & actual, const B & expected) {
    if (!(actual == expected)) {
        std::ostringstream message;
        message << text << " is " << actual << ", expected " << expected;
        fail(file, line, message.str());
    }
}

// `action` must throw a lager::Error of this code whose message holds `part`.
inline void check_error(const char * file, int line, ErrorCode code, const std::string & part,
                        const std::function<void()> & action) {
    try {
        action();
    } catch (const Error & error) {
        if (error.code() != code || std::string(error.what()).find(part) == std::string::npos) {
            fail(file, line, std::string("got ") + code_name(error.code()) + ": " + error.what());
        }
        return;
    }
    fail(file, line, std::string("no error, expected ") + code_name(code));
}

}  // namespace lager::test

#define TEST_JOIN_(a, b) a##b
#define TEST_JOIN(a, b) TEST_JOIN_(a, b)
#define TEST(name)                                                                                         \
    static void TEST_JOIN(test_, __LINE__)();                                                              \
    static const ::lager::test::Register TEST_JOIN(register_, __LINE__)(name, TEST_JOIN(test_, __LINE__)); \
    static void TEST_JOIN(test_, __LINE__)()
#define CHECK(condition) \
    if (!(condition))    \
    ::lager::test::fail(__FILE__, __LINE__, "not so: " #condition)
#define CHECK_EQUAL(actual, expected) ::lager::test::check_equal(__FILE__, __LINE__, #actual, actual, expected)
#define CHECK_ERROR(code, part, action) ::lager::test::check_error(__FILE__, __LINE__, code, part, [&] { action; })
