#include "addon/guard.h"

#include <exception>
#include <new>

namespace lager::addon {

Failure Failure::current() noexcept {
    try {
        throw;
    } catch (const Error & error) {
        return {error.code(), error.what()};
    } catch (const std::bad_alloc &) {
        return {ErrorCode::out_of_memory, "the process is out of memory"};
    } catch (const std::exception & error) {
        return {ErrorCode::internal, error.what()};
    } catch (...) {
        return {ErrorCode::internal, "unknown exception"};
    }
}

Napi::Error Failure::to_error(Napi::Env env) const {
    Napi::Error error = Napi::Error::New(env, message);
    error.Set("code", Napi::String::New(env, code_name(code)));
    return error;
}

}  // namespace lager::addon
