#include "core/backends.h"

#include <cstdlib>
#include <mutex>
#include <set>

#include "base/backend_functions.h"
#include "core/cpu_variant.h"
#include "core/error.h"
#include "core/log.h"
#include "llama.h"

namespace lager {
namespace {

std::mutex backends_mutex;
bool backends_loaded = false;
std::set<std::string> loaded_plugins;

}  // namespace

void load_backends(const std::string & directory) {
    std::lock_guard<std::mutex> lock(backends_mutex);
    if (backends_loaded) {
        return;
    }
    const std::string release = llama_release();
    if (release.substr(0, release.find('-')) != LAGER_LLAMA_RELEASE) {
        throw Error(ErrorCode::backend_unavailable, "the addon was built for llama.cpp " LAGER_LLAMA_RELEASE
                                                    ", but the library beside it is " +
                                                        release + "; build again with `npm run build:native`");
    }
    clear_problems();
    // Built from source, ggml may have the CPU backend linked in; then there is nothing to load.
    const char * variant = std::getenv("LAGER_CPU_VARIANT");
    if (cpu_device() == nullptr && variant != nullptr && *variant != '\0') {
        load_cpu_variant(directory, variant);
    } else if (cpu_device() == nullptr) {
        ggml_backend_load_all_from_path(directory.c_str());
    }
    if (cpu_device() == nullptr) {
        throw Error(ErrorCode::backend_unavailable,
                    "no ggml CPU plugin could be loaded from " + directory + " (" + recent_problems() + ")");
    }
    llama_backend_init();
    backends_loaded = true;
}

void load_plugin(const std::string & path) {
    std::lock_guard<std::mutex> lock(backends_mutex);
    if (loaded_plugins.count(path) != 0) {
        return;
    }
    clear_problems();
    const size_t before = ggml_backend_dev_count();
    ggml_backend_reg_t reg = ggml_backend_load(path.c_str());
    if (reg == nullptr) {
        std::string why = recent_problems();
        const std::string named = "load_backend: failed to load " + path + ": ";  // the path a second time
        if (why.compare(0, named.size(), named) == 0) {
            why.erase(0, named.size());
        }
        throw Error(ErrorCode::backend_unavailable, "the plugin " + path + " could not be loaded (" + why + ")");
    }
    if (ggml_backend_dev_count() == before) {
        throw Error(ErrorCode::backend_unavailable,
                    "the plugin " + path + " was loaded but found no device that it can use");
    }
    loaded_plugins.insert(path);
}

std::vector<Device> list_devices() {
    std::vector<Device> devices;
    for (size_t i = 0; i < ggml_backend_dev_count(); ++i) {
        ggml_backend_dev_t dev = ggml_backend_dev_get(i);
        size_t free_bytes = 0;
        size_t total_bytes = 0;
        ggml_backend_dev_memory(dev, &free_bytes, &total_bytes);
        const auto type = ggml_backend_dev_type(dev);
        devices.push_back(Device{
            ggml_backend_dev_name(dev),
            ggml_backend_dev_description(dev),
            ggml_backend_reg_name(ggml_backend_dev_backend_reg(dev)),
            type == GGML_BACKEND_DEVICE_TYPE_GPU || type == GGML_BACKEND_DEVICE_TYPE_IGPU,
            type == GGML_BACKEND_DEVICE_TYPE_IGPU,
            free_bytes,
            total_bytes,
        });
    }
    return devices;
}

ggml_backend_dev_t find_device(const std::string & name) { return ggml_backend_dev_by_name(name.c_str()); }

std::string llama_release() { return llama_version(); }

}  // namespace lager
