#pragma once

#include <napi.h>

#include <string>

#include "core/error.h"

namespace lager::addon {

// What JavaScript is told of a C++ exception.
struct Failure {
    ErrorCode code;
    std::string message;

    // Of the exception that is being handled.
    static Failure current() noexcept;
    // A JavaScript Error whose `code` is one of the closed set.
    Napi::Error to_error(Napi::Env env) const;
};

// Calls `function`; whatever C++ exception leaves it goes on to JavaScript as an Error with a code. Every function
// that JavaScript can call goes through here.
template <typename Function>
auto guarded(Napi::Env env, const Function & function) {
    try {
        return function();
    } catch (const Napi::Error &) {
        throw;  // JavaScript's own
    } catch (...) {
        throw Failure::current().to_error(env);
    }
}

}  // namespace lager::addon
