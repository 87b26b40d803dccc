#pragma once

#include <string>
#include <vector>

namespace lager::device_check {

extern const char * const usage;

struct Options {
    std::string backends, file, plugin;
    std::string device = "cuda";  // in lower case
    std::string kv_type = "f16";
    int gpu_layers = -1;
    int tokens = 512;       // of a prompt
    int prompts = 16;       // timed, in every repetition
    int repetitions = 5;
    std::vector<int> parallel = {4, 16};
    int cpu_prompts = 2;    // compared with the CPU; 0: none
    int cpu_tokens = 64;
    int threads = 0;
    int batch = 512;        // tokens of a decode call
    bool flash = false;     // flash attention on the device; the CPU keeps its own way
};

// As backends are compared with `device`.
std::string lower(std::string text);

// The command line: BACKEND_DIR FILE [OPTIONS]. Throws std::invalid_argument.
Options parse(int argc, char ** argv);

}  // namespace lager::device_check
