// How fast this package's CPU kernels and ggml's multiply, one product at a time:
//
//   lager-kernel-bench BACKEND_DIR [--length N] [--rows N] [--columns N] [--threads N] [--rounds N] [--type NAME]
//
// LAGER_CPU_VARIANT is the variant of ggml's CPU plugin, LAGER_KERNELS the set of kernels. Both are run in turn, first
// one and then the other; for each type of weights it prints GFLOP/s of both (medians over the rounds) and the ratio
// with the middle half of the rounds' ratios.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/backend_functions.h"
#include "core/backends.h"
#include "core/log.h"
#include "kernels/cpu_kernels.h"
#include "kernels/trial.h"

namespace {

struct Arguments {
    lager::kernels::ProductShape shape = {1536, 512, 512};
    int threads = 1;
    int rounds = 15;
    std::string type;
};

struct Weights {
    ggml_type type;
    bool repacked;
};

constexpr Weights kinds[] = {
    {GGML_TYPE_Q4_1, false}, {GGML_TYPE_Q8_0, false}, {GGML_TYPE_Q4_K, true}, {GGML_TYPE_Q6_K, false},
    {GGML_TYPE_F16, false},  {GGML_TYPE_BF16, false}, {GGML_TYPE_Q4_0, true}, {GGML_TYPE_Q5_K, false},
};

void make_product(lager::kernels::Trial & product, const Weights & kind, const Arguments & arguments) {
    const ggml_backend_buffer_type_t buffers = kind.repacked ? lager::repacked_buffer_type() : nullptr;
    if (kind.repacked && buffers == nullptr) {
        throw std::runtime_error("ggml's CPU plugin repacks no weights");
    }
    if (!lager::kernels::make_product(product, kind.type, buffers, arguments.shape)) {
        throw std::runtime_error("no memory for such a product");
    }
}

double seconds_of(lager::kernels::Trial & product) {
    const auto start = std::chrono::steady_clock::now();
    product.compute();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double quantile(std::vector<double> numbers, double share) {
    std::sort(numbers.begin(), numbers.end());
    return numbers[static_cast<size_t>(share * static_cast<double>(numbers.size() - 1) + 0.5)];
}

void measure(const Weights & kind, const Arguments & arguments) {
    lager::kernels::Trial product(lager::cpu_device(), arguments.threads);
    make_product(product, kind, arguments);
    const auto & [length, rows, columns] = arguments.shape;
    const double operations = 2e-9 * static_cast<double>(length * rows * columns);
    std::vector<double> ours;
    std::vector<double> theirs;
    std::vector<double> ratios;
    for (int round = -2; round < arguments.rounds; ++round) {
        double seconds[2] = {};
        for (int turn = 0; turn < 2; ++turn) {
            const bool use = (turn + round) % 2 == 0;
            lager::use_cpu_kernels(use);
            seconds[use ? 1 : 0] = seconds_of(product);
        }
        if (round >= 0) {
            theirs.push_back(operations / seconds[0]);
            ours.push_back(operations / seconds[1]);
            ratios.push_back(seconds[0] / seconds[1]);
        }
    }
    std::printf("%-6s ggml %6.1f  ours %6.1f  ratio %.2f (%.2f to %.2f)\n", ggml_type_name(kind.type),
                quantile(theirs, 0.5), quantile(ours, 0.5), quantile(ratios, 0.5), quantile(ratios, 0.25),
                quantile(ratios, 0.75));
    std::fflush(stdout);
}

bool parse(const std::vector<std::string> & words, Arguments & arguments) {
    if (words.size() % 2 != 0) {
        return false;
    }
    for (size_t i = 0; i < words.size(); i += 2) {
        const std::string & value = words[i + 1];
        if (words[i] == "--type") {
            arguments.type = value;
        } else if (words[i] == "--length") {
            arguments.shape.length = std::stoll(value);
        } else if (words[i] == "--rows") {
            arguments.shape.rows = std::stoll(value);
        } else if (words[i] == "--columns") {
            arguments.shape.columns = std::stoll(value);
        } else if (words[i] == "--threads") {
            arguments.threads = std::stoi(value);
        } else if (words[i] == "--rounds") {
            arguments.rounds = std::stoi(value);
        } else {
            return false;
        }
    }
    return true;
}

}  // namespace

int main(int argc, char ** argv) {
    Arguments arguments;
    if (argc < 2 || !parse({argv + 2, argv + argc}, arguments)) {
        std::fprintf(stderr,
                     "usage: lager-kernel-bench BACKEND_DIR [--length N] [--rows N] [--columns N] [--threads N] "
                     "[--rounds N] [--type NAME]\n");
        return 2;
    }
    try {
        lager::install_log(lager::LogTo::nowhere);
        lager::load_backends(argv[1]);
        lager::install_cpu_kernels();
        for (const Weights & kind : kinds) {
            if (arguments.type.empty() || arguments.type == ggml_type_name(kind.type)) {
                measure(kind, arguments);
            }
        }
        return 0;
    } catch (const std::exception & error) {
        std::fprintf(stderr, "lager-kernel-bench: %s\n", error.what());
        return 1;
    }
}
