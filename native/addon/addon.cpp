// The binding's entry point (see src/engine/addon/boundary.ts for what JavaScript sees).
#include <napi.h>

#ifdef __linux__
#include <sys/prctl.h>

#include <csignal>
#endif

#include <algorithm>
#include <set>
#include <stdexcept>
#include <thread>

#include "addon/guard.h"
#include "addon/judge_object.h"
#include "addon/promise_worker.h"
#include "addon/values.h"
#include "base/backend_functions.h"
#include "base/names.h"
#include "core/backends.h"
#include "core/log.h"
#include "core/model/gguf_file.h"
#include "kernels/cpu_kernels.h"

namespace lager::addon {
namespace {

// What belongs to one Node environment (the main thread or a worker).
struct Environment {
    Napi::FunctionReference judge_class;
    // Flags of this environment's jobs: raised when it ends, so that none of them holds it up.
    std::set<std::weak_ptr<std::atomic<bool>>, std::owner_less<std::weak_ptr<std::atomic<bool>>>> flags;

    ~Environment() {
        for (const auto & flag : flags) {
            if (const auto alive = flag.lock()) {
                alive->store(true);
            }
        }
    }
};

Napi::Value new_cancel_flag(const Napi::CallbackInfo & info) {
    const Napi::Env env = info.Env();
    auto * environment = env.GetInstanceData<Environment>();
    for (auto it = environment->flags.begin(); it != environment->flags.end();) {
        it = it->expired() ? environment->flags.erase(it) : std::next(it);
    }
    auto * flag = new CancelFlag(std::make_shared<std::atomic<bool>>(false));
    environment->flags.insert(*flag);
    const auto external =
        Napi::External<CancelFlag>::New(env, flag, [](Napi::Env, CancelFlag * owned) { delete owned; });
    external.TypeTag(&cancel_flag_tag);
    return external;
}

Napi::Value cancel(const Napi::CallbackInfo & info) {
    to_cancel_flag(info[0])->store(true);
    return info.Env().Undefined();
}

Napi::Value from_device(Napi::Env env, const Device & device) {
    auto object = Napi::Object::New(env);
    object.Set("name", device.name);
    object.Set("description", device.description);
    object.Set("backend", device.backend);
    object.Set("gpu", device.gpu);
    object.Set("integrated", device.integrated);
    object.Set("memoryFree", static_cast<double>(device.memory_free));
    object.Set("memoryTotal", static_cast<double>(device.memory_total));
    return object;
}

struct BackendReport {
    std::string release;
    std::string cpu_features;
    CpuKernels cpu_kernels;
    std::vector<Device> devices;
};

// A wish of the environment that cannot be met is the user's mistake.
void install_wanted_kernels() {
    try {
        install_cpu_kernels();
    } catch (const std::invalid_argument & error) {
        throw Error(ErrorCode::invalid_argument, error.what());
    }
}

Napi::Value from_report(Napi::Env env, const BackendReport & report) {
    auto object = Napi::Object::New(env);
    object.Set("release", report.release);
    object.Set("cpuFeatures", report.cpu_features);
    auto kernels = Napi::Object::New(env);
    kernels.Set("set", report.cpu_kernels.set);
    kernels.Set("inPlace", from_vector(env, report.cpu_kernels.in_place, from_string));
    kernels.Set("leftOut", from_vector(env, report.cpu_kernels.left_out, from_string));
    object.Set("cpuKernels", kernels);
    object.Set("devices", from_vector(env, report.devices, from_device));
    return object;
}

// endWithParent(): the kernel ends this process when the one that started it does, also while it is stopped. Where
// there is no such way (it is Linux's) nothing is done.
Napi::Value end_with_parent(const Napi::CallbackInfo & info) {
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    return info.Env().Undefined();
}

// initialize(libraryDirectory, plugins, verbose, isRead): whether somebody reads standard error who makes visible what
// is written there.
Napi::Value initialize(const Napi::CallbackInfo & info) {
    const auto work = [directory = to_string(info[0], "libraryDirectory"), plugins = to_strings(info[1], "plugins"),
                       verbose = to_bool(info[2], "verbose"),
                       is_read = info[3].IsUndefined() ? false : to_bool(info[3], "isRead")] {
        install_log(!verbose ? LogTo::nowhere : is_read ? LogTo::reader : LogTo::terminal);
        load_backends(directory);
        install_wanted_kernels();
        for (const std::string & plugin : plugins) {
            load_plugin(plugin);
        }
        return BackendReport{llama_release(), joined(cpu_features(), " "), cpu_kernels(), list_devices()};
    };
    return PromiseWorker<BackendReport>::start(info.Env(), work, from_report);
}

// architectureOf(path)
Napi::Value architecture_of(const Napi::CallbackInfo & info) {
    return PromiseWorker<std::string>::start(
        info.Env(), [path = to_string(info[0], "path")] { return gguf_architecture(path); }, from_optional);
}

ModelOptions to_model_options(const Fields & request) {
    ModelOptions options;
    options.path = request.string("path");
    options.devices = request.strings("devices");
    options.gpu_layers = request.integer("gpuLayers", -1, 100000);
    const auto adapters = request.strings("adapters");
    const auto scales = request.numbers("adapterScales");
    if (adapters.size() != scales.size()) {
        throw_argument("adapters and adapterScales must have the same length");
    }
    for (size_t i = 0; i < adapters.size(); ++i) {
        options.adapters.push_back(AdapterOptions{adapters[i], static_cast<float>(scales[i])});
    }
    return options;
}

// More threads than processors wait for each other at every barrier of a graph: with hundreds of them a load gets
// nowhere for minutes, and no flag ends it.
int most_threads() {
    const unsigned processors = std::thread::hardware_concurrency();  // 0 where it is not known
    return processors == 0 ? 1024 : static_cast<int>(std::max(2U, processors));
}

ContextOptions to_context_options(const Fields & request) {
    ContextOptions options;
    options.context_size = request.integer<uint32_t>("contextSize", 0, most_context_size);
    options.batch_size = request.integer<uint32_t>("batchSize", 1, most_batch_size);
    options.threads = request.integer("threads", 0, most_threads());
    options.flash_attention = request.boolean("flashAttention");
    options.exact = request.boolean("exact");
    options.parallel = request.integer<uint32_t>("parallel", 0, most_batch_size);
    options.kv_type = request.string("kvType");
    return options;
}

MemoryBound to_memory_bound(const Fields & request) {
    return {static_cast<uint64_t>(request.integer<int64_t>("memory", 0, (int64_t{1} << 53) - 1)),
            request.string("memoryIs")};
}

Napi::Value from_judge(Napi::Env env, const std::shared_ptr<Judge> & judge) {
    std::shared_ptr<Judge> owner = judge;  // the object takes its share out of it at once
    const auto external = Napi::External<std::shared_ptr<Judge>>::New(env, &owner);
    external.TypeTag(&judge_tag);
    return env.GetInstanceData<Environment>()->judge_class.New({external});
}

// loadJudge(request, cancelFlag, onProgress)
Napi::Value load_judge(const Napi::CallbackInfo & info) {
    const Napi::Env env = info.Env();
    const Fields request(info[0]);
    const ModelOptions model = to_model_options(request);
    const ContextOptions context = to_context_options(request);
    const MemoryBound memory = to_memory_bound(request);
    const CancelFlag flag = to_cancel_flag(info[1]);
    if (!info[2].IsFunction()) {
        throw_argument("onProgress must be a function");
    }
    const auto progress = Napi::ThreadSafeFunction::New(env, info[2].As<Napi::Function>(), "lager load progress", 0, 1);

    const auto work = [model, context, memory, flag, progress] {
        struct Release {  // whatever happens, JavaScript's function is let go
            Napi::ThreadSafeFunction function;
            ~Release() { function.Release(); }
        } const release{progress};
        const auto on_progress = [&progress](float share) {
            progress.NonBlockingCall([share](Napi::Env call_env, Napi::Function function) {
                try {
                    function.Call({Napi::Number::New(call_env, share)});
                } catch (const Napi::Error &) {
                    // It is called from no JavaScript that could be told; whoever gives the function sees to its
                    // errors.
                }
            });
        };
        return std::make_shared<Judge>(model, context, memory, on_progress, [flag] { return flag->load(); });
    };
    return PromiseWorker<std::shared_ptr<Judge>>::start(env, work, from_judge);
}

template <Napi::Value (*function)(const Napi::CallbackInfo &)>
Napi::Value guard(const Napi::CallbackInfo & info) {
    return guarded(info.Env(), [&] { return function(info); });
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
    auto * environment = new Environment();
    environment->judge_class = Napi::Persistent(JudgeObject::define(env));
    env.SetInstanceData(environment);  // deleted with the environment
    exports.Set("initialize", Napi::Function::New<guard<initialize>>(env, "initialize"));
    exports.Set("endWithParent", Napi::Function::New<guard<end_with_parent>>(env, "endWithParent"));
    exports.Set("architectureOf", Napi::Function::New<guard<architecture_of>>(env, "architectureOf"));
    exports.Set("loadJudge", Napi::Function::New<guard<load_judge>>(env, "loadJudge"));
    exports.Set("newCancelFlag", Napi::Function::New<guard<new_cancel_flag>>(env, "newCancelFlag"));
    exports.Set("cancel", Napi::Function::New<guard<cancel>>(env, "cancel"));
    return exports;
}

}  // namespace

NODE_API_MODULE(lager, init)

}  // namespace lager::addon
