// Digests of all layers' logits and hidden states of a judge's prompts: lager-logit-digest BACKEND_DIR MODEL [THREADS]
//
// Prompts of 70 to 615 tokens, each decoded whole. Prints one line, "NUMBERS DIGEST OPERATIONS": how many float32 it
// read, a digest of their bits, and how many operations this package's kernels computed. Two runs with other kernels
// (LAGER_KERNELS) must print the same digest; see scripts/research/bits/kernels.mjs.

#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "core/backends.h"
#include "core/judge_context.h"
#include "core/log.h"
#include "core/model/judge_model.h"
#include "kernels/cpu_kernels.h"
#include "tools/prompts.h"

namespace {

// FNV-1a of the bits of all numbers that are added.
class Digest {
public:
    void add(const std::vector<float> & numbers) {
        for (const float number : numbers) {
            uint32_t bits = 0;
            std::memcpy(&bits, &number, sizeof(bits));
            for (int shift = 0; shift < 32; shift += 8) {
                state_ = (state_ ^ (bits >> shift & 255U)) * 1099511628211U;
            }
            ++count_;
        }
    }

    uint64_t state() const { return state_; }
    uint64_t count() const { return count_; }

private:
    uint64_t state_ = 14695981039346656037U;
    uint64_t count_ = 0;
};

void digest(const std::string & file, int32_t threads) {
    const auto model = lager::JudgeModel::load(lager::ModelOptions{file, {}, 0, {}}, nullptr, nullptr);
    lager::ContextOptions options;
    options.batch_size = 512;
    options.context_size = 1024;
    options.threads = threads;
    lager::JudgeContext context(model, options, nullptr);
    const int32_t vocabulary = model->vocabulary().size();
    const lager::Tokens score_tokens = {0, vocabulary / 5, vocabulary / 2};
    Digest bits;
    for (const size_t length : {70, 131, 260, 615}) {
        if (length <= static_cast<size_t>(context.settings().context_size)) {
            context.forget();
            const auto result = context.capture(lager::prompt(length, vocabulary, static_cast<uint32_t>(length)),
                                                score_tokens, nullptr, true);
            bits.add(result.logits.normed);
            bits.add(result.logits.raw);
            bits.add(result.hidden);
        }
    }
    std::printf("%llu %016llx %llu\n", static_cast<unsigned long long>(bits.count()),
                static_cast<unsigned long long>(bits.state()),
                static_cast<unsigned long long>(lager::cpu_kernel_operations()));
}

}  // namespace

int main(int argc, char ** argv) {
    if (argc < 3) {
        std::fprintf(stderr, "usage: lager-logit-digest BACKEND_DIR MODEL [THREADS]\n");
        return 2;
    }
    try {
        lager::install_log(lager::LogTo::nowhere);
        lager::load_backends(argv[1]);
        lager::install_cpu_kernels();
        digest(argv[2], argc > 3 ? std::stoi(argv[3]) : 1);
        return 0;
    } catch (const std::exception & error) {
        std::fprintf(stderr, "lager-logit-digest: %s\n", error.what());
        return 1;
    }
}
