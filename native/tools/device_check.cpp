// What capturing costs on a device, and how equal its results are, without Node:
//   lager-device-check BACKEND_DIR FILE [OPTIONS]
// Prints one JSON object. Prompts are token ids that look random. Times are medians over repetitions
// in which the ways of decoding take turns.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/backends.h"
#include "core/error.h"
#include "core/judge_context.h"
#include "core/log.h"
#include "core/model/judge_model.h"
#include "kernels/cpu_kernels.h"
#include "tools/device_check_options.h"
#include "tools/prompts.h"

namespace {

using lager::device_check::lower;
using lager::device_check::Options;
using Prompt = std::vector<int32_t>;
using Scores = std::vector<lager::CaptureResult>;

std::vector<Prompt> make_prompts(int count, int length, int32_t vocabulary, uint32_t salt) {
    std::vector<Prompt> prompts(static_cast<size_t>(count));
    for (size_t p = 0; p < prompts.size(); ++p) {
        for (int i = 0; i < length; ++i) {
            const uint32_t hash =
                (static_cast<uint32_t>(i) * 31u + static_cast<uint32_t>(p) * 7919u + salt) * 2654435761u;
            prompts[p].push_back(static_cast<int32_t>((hash >> 4) % static_cast<uint32_t>(vocabulary)));
        }
    }
    return prompts;
}

double seconds_of(const std::function<void()> & work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

// Largest difference of a normed logit of any layer, alone and as a share of the largest logit.
struct Difference {
    float logit = 0.0f;
    float largest = 0.0f;
    bool identical = true;

    void add(const lager::CaptureResult & a, const lager::CaptureResult & b) {
        const std::vector<float> & x = a.logits.normed;
        const std::vector<float> & y = b.logits.normed;
        identical = identical && lager::same_bits(x, y);
        for (size_t i = 0; i < std::min(x.size(), y.size()); ++i) {
            if (std::isnan(x[i]) && std::isnan(y[i]))
                continue;  // not captured
            const float difference = std::fabs(x[i] - y[i]);
            if (!(difference <= logit))
                logit = difference;  // a NaN stays
            largest = std::max(largest, std::fabs(y[i]));
        }
    }
    std::string json() const {
        char text[160];
        std::snprintf(text, sizeof(text), "{\"identical\":%s,\"logit\":%.9g,\"share\":%.9g}",
                      identical ? "true" : "false", static_cast<double>(logit), static_cast<double>(logit / largest));
        return text;
    }
};

Difference difference_of(const Scores & a, const Scores & b) {
    Difference difference;
    for (size_t i = 0; i < a.size(); ++i)
        difference.add(a[i], b[i]);
    return difference;
}

// llama.cpp alone: the same prompts through a context of the same settings that nothing watches.
class BareEngine {
public:
    BareEngine(const lager::JudgeModel & model, const lager::JudgeContext & like)
        : context_(llama_init_from_model(const_cast<llama_model *>(model.get()), like.parameters())) {
        if (!context_)
            throw std::runtime_error("no memory for a second context");
    }

    void decode(const Prompt & prompt) {
        llama_memory_clear(llama_get_memory(context_.get()), true);
        const auto step = static_cast<int32_t>(llama_n_batch(context_.get()));
        for (int32_t begin = 0; begin < static_cast<int32_t>(prompt.size()); begin += step) {
            const int32_t count = std::min(step, static_cast<int32_t>(prompt.size()) - begin);
            // Without flags llama.cpp gives the logits of the last token of each call.
            llama_batch batch = llama_batch_get_one(const_cast<int32_t *>(prompt.data()) + begin, count);
            if (llama_decode(context_.get(), batch) != 0)
                throw std::runtime_error("llama.cpp could not decode");
        }
        llama_synchronize(context_.get());
    }

private:
    struct Free {
        void operator()(llama_context * context) const { llama_free(context); }
    };
    std::unique_ptr<llama_context, Free> context_;
};

class DeviceCheck {
public:
    explicit DeviceCheck(const Options & options) : options_(options) {
        if (options.device != "cpu") {
            if (!options.plugin.empty())
                lager::load_plugin(options.plugin);
            for (const lager::Device & device : lager::list_devices()) {
                if (device.gpu && lower(device.backend).find(options.device) != std::string::npos) {
                    devices_.push_back(device.name);
                    description_ = device.description;
                    break;
                }
            }
            if (devices_.empty())
                throw std::runtime_error("there is no " + options.device + " device");
        }
        model_ = load(devices_);
        prompts_ = make_prompts(options.prompts, options.tokens, model_->vocabulary().size(), 1);
        for (int32_t i = 0; i < 5; ++i)
            score_tokens_.push_back(i * (model_->vocabulary().size() / 5));
    }

    void run() {
        const auto context = open(model_, 1, options_.tokens);
        add("{\"file\":\"%s\",\"device\":\"%s\",\"layers\":%d,\"weightBytes\":%llu,\"tokens\":%d,\"prompts\":%d,"
            "\"batch\":%d,\"flash\":%s",
            options_.file.c_str(), description_.c_str(), model_->layer_count(),
            static_cast<unsigned long long>(model_->weight_bytes()), options_.tokens, options_.prompts, options_.batch,
            options_.flash ? "true" : "false");
        const Scores alone = time_capture(*context);
        repeat(*context, alone);
        exact();
        for (const int parallel : options_.parallel)
            pack(parallel, alone);
        if (options_.cpu_prompts > 0 && !devices_.empty())
            compare_with_cpu();
        std::printf("%s}\n", json_.c_str());
    }

private:
    template <typename... Values>
    void add(const char * format, Values... values) {
        char text[1024];
        std::snprintf(text, sizeof(text), format, values...);
        json_ += text;
    }

    std::shared_ptr<lager::JudgeModel> load(const std::vector<std::string> & devices) const {
        return lager::JudgeModel::load(
            lager::ModelOptions{options_.file, devices, devices.empty() ? 0 : options_.gpu_layers, {}}, nullptr,
            nullptr);
    }

    lager::ContextOptions context_options(int parallel, int tokens) const {
        lager::ContextOptions options;
        options.context_size = static_cast<uint32_t>(tokens);
        options.batch_size = static_cast<uint32_t>(options_.batch);
        options.threads = options_.threads;
        options.flash_attention = options_.flash;
        options.kv_type = options_.kv_type;
        options.parallel = static_cast<uint32_t>(parallel);
        return options;
    }

    std::unique_ptr<lager::JudgeContext> open(const std::shared_ptr<lager::JudgeModel> & model, int parallel,
                                              int tokens) const {
        lager::ContextOptions options = context_options(parallel, tokens);
        options.flash_attention = options_.flash && model->offloaded();
        return std::make_unique<lager::JudgeContext>(model, options, nullptr);
    }

    Scores score_all(lager::JudgeContext & context, const std::vector<Prompt> & prompts, bool hidden = false) const {
        Scores scores;
        for (const Prompt & prompt : prompts) {
            context.forget();
            scores.push_back(context.capture(prompt, score_tokens_, nullptr, hidden));
        }
        return scores;
    }

    Scores time_capture(lager::JudgeContext & context) {
        BareEngine bare(*model_, context);
        std::vector<double> bare_times, capture_times, host_times;
        Scores scores;
        for (int i = -1; i < options_.repetitions; ++i) {  // the first one warms up
            const double b = seconds_of([&] {
                for (const Prompt & prompt : prompts_)
                    bare.decode(prompt);
            });
            const double c = seconds_of([&] { scores = score_all(context, prompts_); });
            const double h = seconds_of([&] { score_all(context, prompts_, true); });
            if (i < 0)
                continue;
            bare_times.push_back(b);
            capture_times.push_back(c);
            host_times.push_back(h);
        }
        float head = 0.0f;
        for (const lager::CaptureResult & score : scores)
            head = std::max(head, score.head_difference);
        bare_ = median(bare_times);
        const double capture = median(capture_times);
        add(",\"bareTokensPerSecond\":%.1f,\"captureTokensPerSecond\":%.1f,\"captureOverhead\":%.4f,"
            "\"overheadWithHiddenStates\":%.4f,\"headDifference\":%.9g",
            rate(bare_), rate(capture), capture / bare_ - 1, median(host_times) / bare_ - 1, static_cast<double>(head));
        return scores;
    }

    double rate(double seconds) const { return static_cast<double>(options_.prompts) * options_.tokens / seconds; }

    struct Reuse {
        int32_t tokens = 0;
        Difference difference;
    };

    // Each prompt behind one that shares a beginning with it.
    Reuse behind_others(lager::JudgeContext & context, const Scores & alone) const {
        Reuse reuse;
        for (size_t i = 0; i < prompts_.size(); ++i) {
            Prompt before = prompts_[i];
            before[before.size() * 2 / 3] ^= 1;
            context.capture(before, score_tokens_, nullptr);
            const lager::CaptureResult score = context.capture(prompts_[i], score_tokens_, nullptr);
            reuse.tokens += score.reused_tokens;
            reuse.difference.add(score, alone[i]);
        }
        return reuse;
    }

    // The same prompts again, and behind prompts that share a beginning with them.
    void repeat(lager::JudgeContext & context, const Scores & alone) {
        const Difference again = difference_of(score_all(context, prompts_), alone);
        const Difference reused = behind_others(context, alone).difference;
        add(",\"again\":%s,\"reused\":%s", again.json().c_str(), reused.json().c_str());
    }

    // In calls of one size a prompt's bits must be those that it has alone. Calls of a quarter of a prompt, so that
    // there is something to go on from.
    void exact() {
        lager::ContextOptions options = context_options(1, options_.tokens);
        options.exact = true;
        options.batch_size = static_cast<uint32_t>(std::max(options_.tokens / 4, 1));
        lager::JudgeContext context(model_, options, nullptr);
        const Scores alone = score_all(context, prompts_);
        Reuse behind;
        const double seconds = seconds_of([&] { behind = behind_others(context, alone); });
        add(",\"exact\":{\"tokensPerSecond\":%.1f,\"reusedTokens\":%d,\"difference\":%s}", rate(seconds / 2),
            behind.tokens, behind.difference.json().c_str());
    }

    void pack(int parallel, const Scores & alone) {
        const auto context = open(model_, parallel, options_.tokens);
        std::vector<double> times;
        Scores scores;
        for (int i = -1; i < options_.repetitions; ++i) {
            scores.clear();
            const double seconds = seconds_of([&] {
                for (size_t begin = 0; begin < prompts_.size(); begin += static_cast<size_t>(parallel)) {
                    const size_t end = std::min(begin + static_cast<size_t>(parallel), prompts_.size());
                    context->forget();
                    for (lager::CaptureResult & score :
                         context->capture_batch({prompts_.begin() + static_cast<std::ptrdiff_t>(begin),
                                                 prompts_.begin() + static_cast<std::ptrdiff_t>(end)},
                                                score_tokens_, nullptr)) {
                        scores.push_back(std::move(score));
                    }
                }
            });
            if (i >= 0)
                times.push_back(seconds);
        }
        const double seconds = median(times);
        add(",\"parallel%d\":{\"tokensPerSecond\":%.1f,\"overhead\":%.4f,\"difference\":%s}", parallel, rate(seconds),
            seconds / bare_ - 1, difference_of(scores, alone).json().c_str());
    }

    void compare_with_cpu() {
        const std::vector<Prompt> prompts =
            make_prompts(options_.cpu_prompts, options_.cpu_tokens, model_->vocabulary().size(), 2);
        const Scores here = score_all(*open(model_, 1, options_.cpu_tokens), prompts);
        const Scores on_cpu = score_all(*open(load({}), 1, options_.cpu_tokens), prompts);
        add(",\"againstCpu\":%s", difference_of(here, on_cpu).json().c_str());
    }

    const Options & options_;
    std::vector<std::string> devices_;
    std::string description_ = "CPU";
    std::shared_ptr<lager::JudgeModel> model_;
    std::vector<Prompt> prompts_;
    std::vector<int32_t> score_tokens_;
    double bare_ = 0.0;  // seconds for all prompts
    std::string json_;
};

}  // namespace

int main(int argc, char ** argv) {
    try {
        const Options options = lager::device_check::parse(argc, argv);
        lager::install_log(lager::LogTo::nowhere);
        lager::load_backends(options.backends);
        lager::install_cpu_kernels();
        DeviceCheck(options).run();
        return 0;
    } catch (const std::invalid_argument & error) {
        std::fprintf(stderr, "lager-device-check: %s\n%s", error.what(), lager::device_check::usage);
        return 2;
    } catch (const std::exception & error) {
        std::fprintf(stderr, "lager-device-check: %s\n", error.what());
        return 1;
    }
}
