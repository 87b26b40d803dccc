#pragma once

#include <napi.h>

#include <functional>
#include <memory>
#include <utility>

#include "addon/guard.h"

namespace lager::addon {

// Runs `work` on a thread of Node's pool and settles a promise with what it gives. The one worker of
// the binding: no exception leaves `work`, and each becomes an Error with a code.
template <typename Result>
class PromiseWorker final : public Napi::AsyncWorker {
public:
    using Work = std::function<Result()>;
    using Convert = std::function<Napi::Value(Napi::Env, const Result &)>;

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
        } catch (...) {
            failure_ = Failure::current();
            SetError(failure_.message);
        }
    }

    void OnOK() override {
        const Napi::HandleScope scope(Env());
        try {
            deferred_.Resolve(guarded(Env(), [this] { return convert_(Env(), *result_); }));
        } catch (const Napi::Error & error) {
            deferred_.Reject(error.Value());
        }
    }

    void OnError(const Napi::Error &) override {
        const Napi::HandleScope scope(Env());
        deferred_.Reject(failure_.to_error(Env()).Value());
    }

    Napi::Promise::Deferred deferred_;
    Work work_;
    Convert convert_;
    std::unique_ptr<Result> result_;
    Failure failure_{ErrorCode::internal, ""};
};

// What a job without a result returns.
struct Nothing {};
inline Napi::Value from_nothing(Napi::Env env, const Nothing &) { return env.Undefined(); }

}  // namespace lager::addon
