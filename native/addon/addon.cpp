// The binding's entry point (see src/capture/native-addon.ts for what JavaScript sees).
#include <napi.h>

#include <set>

#include "backends.h"
#include "cpu_kernels.h"
#include "gguf_file.h"
#include "judge_object.h"
#include "log.h"
#include "rewrite_weights.h"
#include "values.h"

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

Napi::Value from_devices(Napi::Env env, const std::vector<Device> & devices) {
    auto array = Napi::Array::New(env, devices.size());
    for (size_t i = 0; i < devices.size(); ++i) {
        auto object = Napi::Object::New(env);
        object.Set("name", devices[i].name);
        object.Set("description", devices[i].description);
        object.Set("backend", devices[i].backend);
        object.Set("gpu", devices[i].gpu);
        object.Set("integrated", devices[i].integrated);
        object.Set("memoryFree", static_cast<double>(devices[i].memory_free));
        object.Set("memoryTotal", static_cast<double>(devices[i].memory_total));
        array.Set(static_cast<uint32_t>(i), object);
    }
    return array;
}

struct BackendReport {
    std::string release;
    std::string cpu_features;
    std::vector<std::string> cpu_kernels;
    std::vector<Device> devices;
};

// initialize(libraryDirectory, plugins, verbose)
Napi::Value initialize(const Napi::CallbackInfo & info) {
    const auto work = [directory = to_string(info[0], "libraryDirectory"), plugins = to_strings(info[1], "plugins"),
                       verbose = to_bool(info[2], "verbose")] {
        install_log(verbose);
        load_backends(directory);
        for (const std::string & plugin : plugins) {
            load_plugin(plugin);
        }
        return BackendReport{llama_release(), cpu_features(), cpu_kernels(), list_devices()};
    };
    return PromiseWorker<BackendReport>::start(info.Env(), work,
                                               [](Napi::Env env, BackendReport & report) -> Napi::Value {
                                                   auto object = Napi::Object::New(env);
                                                   object.Set("release", report.release);
                                                   object.Set("cpuFeatures", report.cpu_features);
                                                   auto kernels = Napi::Array::New(env, report.cpu_kernels.size());
                                                   for (size_t i = 0; i < report.cpu_kernels.size(); ++i) {
                                                       kernels.Set(static_cast<uint32_t>(i), report.cpu_kernels[i]);
                                                   }
                                                   object.Set("cpuKernels", kernels);
                                                   object.Set("devices", from_devices(env, report.devices));
                                                   return object;
                                               });
}

// architectureOf(path)
Napi::Value architecture_of(const Napi::CallbackInfo & info) {
    return PromiseWorker<std::string>::start(
        info.Env(), [path = to_string(info[0], "path")] { return gguf_architecture(path); },
        [](Napi::Env env, std::string & architecture) -> Napi::Value {
            return architecture.empty() ? env.Null() : Napi::String::New(env, architecture).As<Napi::Value>();
        });
}

// loadJudge(request, cancelFlag, onProgress)
Napi::Value load_judge(const Napi::CallbackInfo & info) {
    const Napi::Env env = info.Env();
    if (!info[0].IsObject() || !info[2].IsFunction()) {
        throw_argument(env, "loadJudge takes a request, a cancel flag and a progress function");
    }
    const auto request = info[0].As<Napi::Object>();
    ModelOptions model_options;
    model_options.path = to_string(request.Get("path"), "path");
    model_options.devices = to_strings(request.Get("devices"), "devices");
    model_options.gpu_layers = static_cast<int>(to_integer(request.Get("gpuLayers"), "gpuLayers", -1, 100000));
    const auto adapters = to_strings(request.Get("adapters"), "adapters");
    const auto scales = to_numbers(request.Get("adapterScales"), "adapterScales");
    if (adapters.size() != scales.size()) {
        throw_argument(env, "adapters and adapterScales must have the same length");
    }
    for (size_t i = 0; i < adapters.size(); ++i) {
        model_options.adapters.push_back(AdapterOptions{adapters[i], static_cast<float>(scales[i])});
    }
    ContextOptions context_options;
    context_options.context_size =
        static_cast<uint32_t>(to_integer(request.Get("contextSize"), "contextSize", 0, 1 << 24));
    context_options.batch_size = static_cast<uint32_t>(to_integer(request.Get("batchSize"), "batchSize", 1, 1 << 16));
    context_options.threads = static_cast<int32_t>(to_integer(request.Get("threads"), "threads", 0, 1024));
    context_options.flash_attention = to_bool(request.Get("flashAttention"), "flashAttention");
    context_options.parallel = static_cast<uint32_t>(to_integer(request.Get("parallel"), "parallel", 0, 1 << 16));
    context_options.kv_type = to_string(request.Get("kvType"), "kvType");
    const CancelFlag flag = to_cancel_flag(info[1]);
    const auto progress = Napi::ThreadSafeFunction::New(env, info[2].As<Napi::Function>(), "lager load progress", 0, 1);

    const auto work = [model_options, context_options, flag, progress] {
        struct Release {  // whatever happens, JavaScript's function is let go
            Napi::ThreadSafeFunction function;
            ~Release() { function.Release(); }
        } const release{progress};
        const AbortCheck aborted = [flag] { return flag->load(); };
        const auto loaded = std::make_shared<LoadedJudge>();
        loaded->model = JudgeModel::load(
            model_options,
            [&progress](float share) {
                progress.NonBlockingCall([share](Napi::Env call_env, Napi::Function function) {
                    function.Call({Napi::Number::New(call_env, share)});
                });
            },
            aborted);
        loaded->options = context_options;
        loaded->context = std::make_unique<JudgeContext>(loaded->model, context_options, aborted);
        return loaded;
    };
    using Loaded = std::shared_ptr<LoadedJudge>;
    return PromiseWorker<Loaded>::start(env, work, [](Napi::Env result_env, Loaded & loaded) -> Napi::Value {
        const auto external = Napi::External<Loaded>::New(result_env, &loaded);
        external.TypeTag(&loaded_judge_tag);
        return result_env.GetInstanceData<Environment>()->judge_class.New({external});
    });
}

// rewriteWeights(input, output, type)
Napi::Value rewrite_weights_job(const Napi::CallbackInfo & info) {
    const auto work = [input = to_string(info[0], "input"), output = to_string(info[1], "output"),
                       type = to_string(info[2], "type")] {
        rewrite_weights(input, output, type);
        return Nothing{};
    };
    return PromiseWorker<Nothing>::start(info.Env(), work, [](Napi::Env env, Nothing &) { return env.Undefined(); });
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
    auto * environment = new Environment();
    environment->judge_class = Napi::Persistent(JudgeObject::define(env));
    env.SetInstanceData(environment);  // deleted with the environment
    exports.Set("initialize", Napi::Function::New(env, initialize));
    exports.Set("architectureOf", Napi::Function::New(env, architecture_of));
    exports.Set("loadJudge", Napi::Function::New(env, load_judge));
    exports.Set("rewriteWeights", Napi::Function::New(env, rewrite_weights_job));
    exports.Set("newCancelFlag", Napi::Function::New(env, new_cancel_flag));
    exports.Set("cancel", Napi::Function::New(env, cancel));
    return exports;
}

}  // namespace

NODE_API_MODULE(lager, init)

}  // namespace lager::addon
