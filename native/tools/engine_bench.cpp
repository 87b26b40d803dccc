// How fast one judge reads the prompts of a plan, without Node:
//
//   lager-bench BACKEND_DIR MODEL bare|capture [--threads N] [--batch N] [--context N]
//       [--kv-type TYPE] [--flash-attention 0|1]
//
// Takes the paths of plans (see decode_plan.h) on standard input, one a line, and answers each with a
// JSON object: {"seconds":…,"cpuSeconds":…,"tokens":…,"prompts":…}; `cpuSeconds` are those of all threads, and
// tell more than the others on a machine that has other work too. Before the first it prints what it loaded.
//
//   bare     llama_decode alone: no callback, no capture. The limit for these kernels.
//   capture  the core's own JudgeContext: all layers, the head, the comparison with llama.cpp's logits.
//
// Both keep the prompt before, as the plan says; a plan that does not fit what is kept is an error.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <functional>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/backend_functions.h"
#include "base/names.h"
#include "core/backends.h"
#include "core/decode/thread_pool.h"
#include "core/judge_context.h"
#include "core/log.h"
#include "core/model/judge_model.h"
#include "kernels/cpu_kernels.h"
#include "llama.h"
#include "tools/decode_plan.h"

namespace lager::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Arguments {
    std::string backends;
    std::string model;
    std::string mode;
    ContextOptions context;
};

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// llama.cpp's context as JudgeContext makes it, but without its callbacks, and nothing around it.
class BareEngine {
public:
    BareEngine(const std::shared_ptr<JudgeModel> & model, const ContextOptions & options) : model_(model) {
        const JudgeContext context(model, options, nullptr);
        const llama_context_params parameters = context.parameters();
        settings_ = context.settings();
        context_.reset(llama_init_from_model(model->get_mutable(), parameters));
        if (!context_) {
            throw std::runtime_error("llama.cpp could not make a context");
        }
        thread_pool_ = attach_thread_pool(context_.get(), parameters.n_threads);
    }

    void read(const PlannedPrompt & prompt) {
        const auto reused = static_cast<size_t>(prompt.reused);
        if (reused > kept_.size() || !std::equal(kept_.begin(), kept_.begin() + prompt.reused, prompt.tokens.begin())) {
            throw std::runtime_error("the plan reuses tokens that are not there");
        }
        llama_memory_seq_rm(llama_get_memory(context_.get()), 0, prompt.reused, -1);
        const auto length = static_cast<int32_t>(prompt.tokens.size());
        for (int32_t position = prompt.reused; position < length;) {
            const int32_t count = settings_.call_size(length - position);
            decode(prompt.tokens.data() + position, count, position, position + count == length);
            position += count;
        }
        kept_ = prompt.tokens;
    }

private:
    struct Free {
        void operator()(llama_context * context) const { llama_free(context); }
    };

    void decode(const int32_t * tokens, int32_t count, int32_t position, bool output) {
        const auto size = static_cast<size_t>(count);
        std::vector<llama_token> ids(tokens, tokens + count);
        std::vector<llama_pos> positions(size);
        for (size_t i = 0; i < size; ++i) {
            positions[i] = position + static_cast<int32_t>(i);
        }
        std::vector<int8_t> outputs(size, 0);
        outputs.back() = output ? 1 : 0;
        llama_batch batch{};
        batch.n_tokens = count;
        batch.token = ids.data();
        batch.pos = positions.data();
        batch.logits = outputs.data();
        if (llama_decode(context_.get(), batch) != 0) {
            throw std::runtime_error("llama.cpp could not decode " + std::to_string(count) + " tokens");
        }
        llama_synchronize(context_.get());
    }

    std::shared_ptr<JudgeModel> model_;
    ThreadPool thread_pool_;
    std::unique_ptr<llama_context, Free> context_;
    std::vector<int32_t> kept_;
    ContextSettings settings_;
};

using ReadPrompt = std::function<void(const DecodePlan &, const PlannedPrompt &)>;

ReadPrompt make_reader(const Arguments & arguments, const std::shared_ptr<JudgeModel> & model) {
    if (arguments.mode == "bare") {
        const auto engine = std::make_shared<BareEngine>(model, arguments.context);
        return [engine](const DecodePlan &, const PlannedPrompt & prompt) { engine->read(prompt); };
    }
    const auto context = std::make_shared<JudgeContext>(model, arguments.context, nullptr);
    return [context](const DecodePlan & plan, const PlannedPrompt & prompt) {
        if (prompt.reused == 0) {
            context->forget();
        }
        const CaptureResult output = context->capture(prompt.tokens, plan.score_tokens, nullptr);
        if (output.reused_tokens != prompt.reused) {
            throw std::runtime_error("the core reused " + std::to_string(output.reused_tokens) + " tokens, the plan " +
                                     std::to_string(prompt.reused));
        }
    };
}

void run_plan(const std::string & path, const ReadPrompt & read) {
    const DecodePlan plan = read_plan(path);
    size_t tokens = 0;
    const std::clock_t cpu_start = std::clock();
    const auto start = Clock::now();
    for (const PlannedPrompt & prompt : plan.prompts) {
        read(plan, prompt);
        tokens += prompt.tokens.size() - static_cast<size_t>(prompt.reused);
    }
    const double cpu_seconds = static_cast<double>(std::clock() - cpu_start) / CLOCKS_PER_SEC;
    std::printf("{\"seconds\":%.6f,\"cpuSeconds\":%.6f,\"tokens\":%zu,\"prompts\":%zu}\n", seconds_since(start),
                cpu_seconds, tokens, plan.prompts.size());
    std::fflush(stdout);
}

void run(const Arguments & arguments) {
    install_log(LogTo::nowhere);
    load_backends(arguments.backends);
    install_cpu_kernels();
    const auto start = Clock::now();
    const auto model = JudgeModel::load(ModelOptions{arguments.model, {}, 0, {}}, nullptr, nullptr);
    const ReadPrompt read = make_reader(arguments, model);
    std::printf("{\"loadSeconds\":%.3f,\"release\":\"%s\",\"cpuFeatures\":\"%s\"}\n", seconds_since(start),
                llama_release().c_str(), joined(cpu_features(), " ").c_str());
    std::fflush(stdout);
    for (std::string path; std::getline(std::cin, path);) {
        run_plan(path, read);
    }
}

int32_t to_number(const std::string & text) {
    size_t used = 0;
    const int number = std::stoi(text, &used);
    if (used != text.size() || number < 0) {
        throw std::invalid_argument(text);
    }
    return number;
}

bool parse(const std::vector<std::string> & words, Arguments & arguments) {
    if (words.size() < 3 || words.size() % 2 == 0 || (words[2] != "bare" && words[2] != "capture")) {
        return false;
    }
    arguments.backends = words[0];
    arguments.model = words[1];
    arguments.mode = words[2];
    for (size_t i = 3; i < words.size(); i += 2) {
        if (words[i] == "--kv-type") {
            arguments.context.kv_type = words[i + 1];
            continue;
        }
        const int32_t value = to_number(words[i + 1]);
        if (words[i] == "--threads") {
            arguments.context.threads = value;
        } else if (words[i] == "--batch") {
            arguments.context.batch_size = static_cast<uint32_t>(value);
        } else if (words[i] == "--context") {
            arguments.context.context_size = static_cast<uint32_t>(value);
        } else if (words[i] == "--flash-attention") {
            arguments.context.tiled_attention = value != 0;
        } else {
            return false;
        }
    }
    return true;
}

}  // namespace
}  // namespace lager::bench

int main(int argc, char ** argv) {
    try {
        lager::bench::Arguments arguments;
        if (!lager::bench::parse({argv + 1, argv + argc}, arguments)) {
            std::fprintf(stderr,
                         "usage: lager-bench BACKEND_DIR MODEL bare|capture "
                         "[--threads N] [--batch N] [--context N] [--kv-type TYPE] "
                         "[--flash-attention 0|1]\n");
            return 2;
        }
        lager::bench::run(arguments);
        return 0;
    } catch (const std::exception & error) {
        std::fprintf(stderr, "lager-bench: %s\n", error.what());
        return 1;
    }
}
