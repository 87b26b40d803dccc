#pragma once

#include <napi.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "error.h"

namespace lager::addon {

// Set by JavaScript (or by the end of its environment), read by the job. Owned natively, so that a
// job never reads memory of an environment that is gone.
using CancelFlag = std::shared_ptr<std::atomic<bool>>;

// Every external is tagged with its kind: a pointer to anything else must never be read as one.
inline constexpr napi_type_tag cancel_flag_tag{0x1a6e7c0f5b3d4e21, 0x9c41d2f07a8b6e35};
inline constexpr napi_type_tag loaded_judge_tag{0x6f2b90d3c7e1458a, 0xb05d3e9174ca2f86};

// Whether the value is an external with that tag.
bool is_external(const Napi::Value & value, const napi_type_tag & tag);

// A JavaScript Error whose `code` is one of the closed set.
Napi::Error make_error(Napi::Env env, ErrorCode code, const std::string & message);
// Throws it; for arguments that TypeScript should have caught.
[[noreturn]] void throw_argument(Napi::Env env, const std::string & message);

std::string to_string(const Napi::Value & value, const char * name);
bool to_bool(const Napi::Value & value, const char * name);
// A whole number in [low, high].
int64_t to_integer(const Napi::Value & value, const char * name, int64_t low, int64_t high);
std::vector<std::string> to_strings(const Napi::Value & value, const char * name);
std::vector<double> to_numbers(const Napi::Value & value, const char * name);
std::vector<int32_t> to_int32s(const Napi::Value & value, const char * name);
std::vector<std::vector<int32_t>> to_int32_lists(const Napi::Value & value, const char * name);
CancelFlag to_cancel_flag(const Napi::Value & value);

Napi::Value from_int32s(Napi::Env env, const std::vector<int32_t> & values);
Napi::Value from_floats(Napi::Env env, const std::vector<float> & values);

// Runs `work` on a thread of Node's pool and settles a promise with what it gives. The one worker of
// the binding: no exception leaves `work`, and each becomes an Error with a code.
template <typename Result>
class PromiseWorker final : public Napi::AsyncWorker {
public:
    using Work = std::function<Result()>;
    using Convert = std::function<Napi::Value(Napi::Env, Result &)>;

    static Napi::Promise start(Napi::Env env, Work work, Convert convert) {
        auto * worker = new PromiseWorker(env, std::move(work), std::move(convert));
        const Napi::Promise promise = worker->deferred_.Promise();
        worker->Queue();  // deletes itself when done
        return promise;
    }

private:
    PromiseWorker(Napi::Env env, Work work, Convert convert)
        : Napi::AsyncWorker(env, "lager"),
          deferred_(Napi::Promise::Deferred::New(env)),
          work_(std::move(work)),
          convert_(std::move(convert)) {}

    void Execute() override {
        try {
            result_ = std::make_unique<Result>(work_());
            return;
        } catch (const Error & error) {
            code_ = error.code();
            message_ = error.what();
        } catch (const std::bad_alloc &) {
            code_ = ErrorCode::out_of_memory;
            message_ = "the process is out of memory";
        } catch (const std::exception & error) {
            code_ = ErrorCode::internal;
            message_ = error.what();
        } catch (...) {
            code_ = ErrorCode::internal;
            message_ = "unknown exception";
        }
        SetError(message_);
    }

    void OnOK() override {
        const Napi::HandleScope scope(Env());
        try {
            deferred_.Resolve(convert_(Env(), *result_));
        } catch (const Napi::Error & error) {
            deferred_.Reject(error.Value());
        }
    }

    void OnError(const Napi::Error &) override {
        const Napi::HandleScope scope(Env());
        deferred_.Reject(make_error(Env(), code_, message_).Value());
    }

    Napi::Promise::Deferred deferred_;
    Work work_;
    Convert convert_;
    std::unique_ptr<Result> result_;
    ErrorCode code_ = ErrorCode::internal;
    std::string message_;
};

// What a job without a result returns.
struct Nothing {};

}  // namespace lager::addon
