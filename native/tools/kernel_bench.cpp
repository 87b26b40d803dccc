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
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/backend_functions.h"
#include "base/ggml_handles.h"
#include "core/backends.h"
#include "core/log.h"
#include "kernels/cpu_kernels.h"

namespace {

struct Arguments {
    int64_t length = 1536;
    int64_t rows = 512;
    int64_t columns = 512;
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

ggml_backend_buffer_type_t repacked_buffers() {
    for (ggml_backend_buffer_type_t type : lager::extra_buffer_types(lager::cpu_device())) {
        if (std::strcmp(ggml_backend_buft_name(type), "CPU_REPACK") == 0) {
            return type;
        }
    }
    throw std::runtime_error("ggml's CPU plugin repacks no weights");
}

std::vector<float> some_numbers(int64_t count) {
    std::vector<float> numbers(static_cast<size_t>(count));
    uint32_t state = 1;
    for (float & number : numbers) {
        state = state * 1664525U + 1013904223U;
        number = static_cast<float>(state >> 8) / 8388608.0F - 1.0F;
    }
    return numbers;
}

// A graph of one product.
class Product {
public:
    Product(const Weights & kind, const Arguments & arguments)
        : backend_(ggml_backend_dev_init(lager::cpu_device(), nullptr)),
          context_(ggml_init({ggml_tensor_overhead() * 4 + ggml_graph_overhead(), nullptr, true})),
          weight_context_(ggml_init({ggml_tensor_overhead(), nullptr, true})) {
        lager::set_threads(backend_.get(), arguments.threads);
        ggml_tensor * weights = ggml_new_tensor_2d(weight_context_.get(), kind.type, arguments.length, arguments.rows);
        ggml_tensor * input = ggml_new_tensor_2d(context_.get(), GGML_TYPE_F32, arguments.length, arguments.columns);
        ggml_tensor * product = ggml_mul_mat(context_.get(), weights, input);
        buffer_.reset(ggml_backend_alloc_ctx_tensors(context_.get(), backend_.get()));
        weight_buffer_.reset(kind.repacked
                                 ? ggml_backend_alloc_ctx_tensors_from_buft(weight_context_.get(), repacked_buffers())
                                 : ggml_backend_alloc_ctx_tensors(weight_context_.get(), backend_.get()));
        const std::vector<float> numbers = some_numbers(arguments.length * std::max(arguments.rows, arguments.columns));
        std::vector<char> bytes(ggml_nbytes(weights));
        ggml_quantize_chunk(kind.type, numbers.data(), bytes.data(), 0, arguments.rows, arguments.length, nullptr);
        ggml_backend_tensor_set(weights, bytes.data(), 0, bytes.size());
        ggml_backend_tensor_set(input, numbers.data(), 0, ggml_nbytes(input));
        graph_ = ggml_new_graph_custom(context_.get(), 4, false);
        ggml_build_forward_expand(graph_, product);
    }

    double seconds() {
        const auto start = std::chrono::steady_clock::now();
        ggml_backend_graph_compute(backend_.get(), graph_);
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    }

private:
    lager::GgmlBackend backend_;
    lager::GgmlContext context_;
    lager::GgmlContext weight_context_;
    lager::GgmlBuffer buffer_;
    lager::GgmlBuffer weight_buffer_;
    ggml_cgraph * graph_ = nullptr;
};

double quantile(std::vector<double> numbers, double share) {
    std::sort(numbers.begin(), numbers.end());
    return numbers[static_cast<size_t>(share * static_cast<double>(numbers.size() - 1) + 0.5)];
}

void measure(const Weights & kind, const Arguments & arguments) {
    Product product(kind, arguments);
    const double operations = 2e-9 * static_cast<double>(arguments.length * arguments.rows * arguments.columns);
    std::vector<double> ours;
    std::vector<double> theirs;
    std::vector<double> ratios;
    for (int round = -2; round < arguments.rounds; ++round) {
        double seconds[2] = {};
        for (int turn = 0; turn < 2; ++turn) {
            const bool use = (turn + round) % 2 == 0;
            lager::use_cpu_kernels(use);
            seconds[use ? 1 : 0] = product.seconds();
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
            arguments.length = std::stoll(value);
        } else if (words[i] == "--rows") {
            arguments.rows = std::stoll(value);
        } else if (words[i] == "--columns") {
            arguments.columns = std::stoll(value);
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
