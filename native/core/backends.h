#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ggml-backend.h"

namespace lager {

struct Device {
    std::string name;         // ggml's name, e.g. "CPU", "Vulkan0"
    std::string description;  // the hardware, e.g. the processor's name
    std::string backend;      // name of the backend that drives it, e.g. "CPU", "Vulkan"
    bool gpu;                 // a GPU, integrated or not
    bool integrated;          // a GPU that shares the processor's memory
    uint64_t memory_free;     // bytes
    uint64_t memory_total;    // bytes
};

// Loads ggml's CPU plugin (the variant that suits this processor) and any other plugin from
// `directory`, checks that the library is the llama.cpp this was built with, and starts llama.cpp.
// Where LAGER_CPU_VARIANT is set, that variant is loaded, and no other plugin. Safe to call again. Throws
// `backend_unavailable`, and as `load_cpu_variant`.
void load_backends(const std::string & directory);

// Loads one further plugin (libggml-vulkan, libggml-cuda, …) by path. Safe to call again.
// Throws `backend_unavailable` when it cannot be loaded or brings no device.
void load_plugin(const std::string & path);

std::vector<Device> list_devices();

// The device of that name; null when there is none.
ggml_backend_dev_t find_device(const std::string & name);

// Version of the linked llama.cpp.
std::string llama_release();

}  // namespace lager
