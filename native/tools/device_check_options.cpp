#include "tools/device_check_options.h"

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace lager::device_check {

const char * const usage =
    "usage: lager-device-check BACKEND_DIR FILE [--device cuda|vulkan|metal|cpu] [--plugin FILE]\n"
    "         [--gpu-layers N] [--tokens N] [--prompts N] [--repetitions N] [--parallel N,N,...]\n"
    "         [--kv-type TYPE] [--cpu-prompts N] [--cpu-tokens N] [--threads N] [--flash 0|1] [--batch N]\n";

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

Options parse(int argc, char ** argv) {
    if (argc < 3) {
        throw std::invalid_argument("BACKEND_DIR and FILE are needed");
    }
    Options options;
    options.backends = argv[1];
    options.file = argv[2];
    for (int i = 3; i < argc; i += 2) {
        const std::string name = argv[i];
        if (i + 1 == argc) {
            throw std::invalid_argument(name + " needs a value");
        }
        const std::string value = argv[i + 1];
        const auto number = [&] { return std::stoi(value); };
        if (name == "--device")
            options.device = lower(value);
        else if (name == "--plugin")
            options.plugin = value;
        else if (name == "--kv-type")
            options.kv_type = value;
        else if (name == "--gpu-layers")
            options.gpu_layers = number();
        else if (name == "--tokens")
            options.tokens = std::max(number(), 2);
        else if (name == "--prompts")
            options.prompts = std::max(number(), 1);
        else if (name == "--repetitions")
            options.repetitions = std::max(number(), 1);
        else if (name == "--cpu-prompts")
            options.cpu_prompts = number();
        else if (name == "--cpu-tokens")
            options.cpu_tokens = std::max(number(), 1);
        else if (name == "--threads")
            options.threads = number();
        else if (name == "--batch")
            options.batch = std::max(number(), 1);
        else if (name == "--flash")
            options.flash = number() != 0;
        else if (name == "--parallel") {
            options.parallel.clear();
            for (size_t begin = 0; begin < value.size(); begin = value.find_first_of(',', begin) + 1) {
                options.parallel.push_back(std::stoi(value.substr(begin)));
                if (value.find(',', begin) == std::string::npos)
                    break;
            }
        } else {
            throw std::invalid_argument("unknown option " + name);
        }
    }
    return options;
}

}  // namespace lager::device_check
