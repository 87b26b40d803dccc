// Checks one GGUF as `lager judges verify` does, without Node: verify_judge BACKEND_DIR FILE
// Prints one JSON object, with one field more: what changes a bit of the logits, if anything does.
// Exit 0 when the model can be judged with, 3 when not.

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/backends.h"
#include "core/error.h"
#include "core/judge_context.h"
#include "core/log.h"
#include "core/model/gguf_file.h"
#include "core/model/judge_model.h"
#include "kernels/cpu_kernels.h"
#include "tools/prompts.h"

namespace {

std::string quoted(const std::string & text) {
    std::string json = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            json += '\\';
        }
        json += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return json + "\"";
}

// The architecture as JSON: also of a model that is refused, as long as its header can be read.
std::string architecture_of(const std::string & file) {
    const std::string architecture = lager::gguf_architecture(file);
    return architecture.empty() ? "null" : quoted(architecture);
}

// Compares a prompt's logits with those that it had first.
class Comparison {
public:
    Comparison(std::shared_ptr<lager::JudgeModel> model, bool tiled) : model_(std::move(model)), tiled_(tiled) {
        const int32_t vocabulary = model_->vocabulary().size();
        for (int32_t i = 0; i < std::min(vocabulary, 5); ++i) {
            score_tokens_.push_back(i * (vocabulary / 5));
        }
        short_ = lager::prompt(200, vocabulary, 1);
        long_ = lager::prompt(530, vocabulary, 2);
    }

    // The check on load has compared the replayed head with llama.cpp's own logits.
    void run() {
        const auto first = open(512, 1024, 1);
        long_.resize(std::min(long_.size(), static_cast<size_t>(first->settings().context_size)));
        short_.resize(std::min(short_.size(), long_.size()));
        compare(*first, short_, expected_short_, "");
        compare(*first, long_, expected_long_, "");
        behind_neighbours(*first);
        // One that goes on where a call ended.
        const auto beginning = static_cast<std::ptrdiff_t>(std::min(long_.size() - 16, size_t{512}));
        first->capture({long_.begin(), long_.begin() + beginning}, score_tokens_, nullptr);
        compare(*first, long_, expected_long_, "a prompt before that is its beginning");
        const auto small = open(36, 1024, 1);
        compare(*small, short_, expected_short_, "a small batch");
        behind_neighbours(*small);
        compare(*open(1024, 2048, 1), long_, expected_long_, "a batch of 1024");
        compare(*open(80, 1024, 2), short_, expected_short_, "a batch of 80 or more on two threads");
    }

    float difference = 0.0f;
    bool embedding = false;
    std::string changed_by;  // what changed a bit; empty when nothing did

private:
    std::unique_ptr<lager::JudgeContext> open(uint32_t batch, uint32_t context_size, int32_t threads) {
        lager::ContextOptions options;
        options.batch_size = batch;
        options.context_size = context_size;
        options.threads = threads;
        options.tiled_attention = tiled_;
        auto context = std::make_unique<lager::JudgeContext>(model_, options, nullptr);
        difference = std::max(difference, context->self_check_difference());
        embedding = context->has_embedding_row();
        return context;
    }

    void behind_neighbours(lager::JudgeContext & context) {
        for (const size_t shared : {32, 63, 101, 133, 198}) {
            std::vector<int32_t> other(
                short_.begin(), short_.begin() + static_cast<std::ptrdiff_t>(std::min(shared, short_.size() - 1)));
            other.push_back(3);
            context.capture(other, score_tokens_, nullptr);
            compare(context, short_, expected_short_,
                    "a prompt before that shares " + std::to_string(shared) + " tokens");
        }
    }

    void compare(lager::JudgeContext & context, const std::vector<int32_t> & tokens,
                 std::optional<lager::CaptureResult> & expected, const std::string & what) {
        const lager::CaptureResult output = context.capture(tokens, score_tokens_, nullptr);
        if (!expected) {
            expected = output;
        } else if (!lager::same_bits(expected->logits, output.logits) && changed_by.empty()) {
            changed_by = what;
        }
    }

    const std::shared_ptr<lager::JudgeModel> model_;
    const bool tiled_;
    std::vector<int32_t> score_tokens_, short_, long_;
    std::optional<lager::CaptureResult> expected_short_, expected_long_;
};

int verify(const std::string & file) {
    const auto model = lager::JudgeModel::load(lager::ModelOptions{file, {}, 0}, nullptr, nullptr);
    Comparison found(model, true);
    found.run();
    Comparison plain(model, false);
    plain.run();
    found.difference = std::max(found.difference, plain.difference);
    if (found.changed_by.empty() && !plain.changed_by.empty()) {
        found.changed_by = plain.changed_by + ", plain attention";
    }
    std::printf(
        "{\"file\":%s,\"architecture\":%s,\"layers\":%d,\"captured\":%d,\"maxDifference\":%g,"
        "\"supported\":true,\"reason\":null,\"changedBy\":%s}\n",
        quoted(file).c_str(), quoted(model->architecture()).c_str(), model->layer_count(),
        model->layer_count() + (found.embedding ? 1 : 0), static_cast<double>(found.difference),
        found.changed_by.empty() ? "null" : quoted(found.changed_by).c_str());
    return 0;
}

}  // namespace

int main(int argc, char ** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: verify_judge BACKEND_DIR FILE\n");
        return 2;
    }
    try {
        lager::install_log(lager::LogTo::nowhere);
        lager::load_backends(argv[1]);
        lager::install_cpu_kernels();
        return verify(argv[2]);
    } catch (const lager::Error & error) {
        std::printf(
            "{\"file\":%s,\"architecture\":%s,\"layers\":null,\"captured\":null,\"maxDifference\":null,"
            "\"supported\":false,\"reason\":%s}\n",
            quoted(argv[2]).c_str(), architecture_of(argv[2]).c_str(),
            quoted(std::string(lager::code_name(error.code())) + ": " + error.what()).c_str());
        return 3;
    } catch (const std::exception & error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
