// What a judge takes of the main memory, and that too much is refused.

#include "core/memory_needs.h"

#include <filesystem>
#include <string>

#include "core/judge.h"
#include "test/check.h"
#include "test/prompts.h"

using namespace lager;
using namespace lager::test;

namespace {

ModelOptions model() { return ModelOptions{paths.model("llama-f16"), {}, 0, {}}; }

ContextOptions context(uint32_t size) {
    ContextOptions options;
    options.context_size = size;
    options.threads = 1;
    return options;
}

uint64_t total(uint32_t size) { return memory_needs(model(), {context(size)}).total(); }

}  // namespace

TEST("a judge's needs are its weights, and a cache that grows with the context") {
    const MemoryNeeds small = memory_needs(model(), {context(1024)});
    const MemoryNeeds large = memory_needs(model(), {context(4096)});
    // But for the header, weights without a layout of their own are the file.
    const uint64_t file = std::filesystem::file_size(paths.model("llama-f16"));
    CHECK(small.weights > file / 2 && small.weights < file);
    CHECK_EQUAL(large.weights, small.weights);
    CHECK(large.cache > 3 * small.cache && large.cache < 5 * small.cache);
    CHECK(large.compute >= small.compute);
}

TEST("contexts too large to be measured follow a straight line") {
    const MemoryNeeds measured = memory_needs(model(), {context(1u << 16)});
    const MemoryNeeds beyond = memory_needs(model(), {context(1u << 20)});
    CHECK(beyond.cache > 15 * measured.cache && beyond.cache < 17 * measured.cache);
    CHECK(beyond.compute > 10 * measured.compute);
}

TEST("two contexts take their weights once") {
    const MemoryNeeds one = memory_needs(model(), {context(1024)});
    const MemoryNeeds two = memory_needs(model(), {context(1024), context(1024)});
    CHECK_EQUAL(two.weights, one.weights);
    CHECK_EQUAL(two.cache, 2 * one.cache);
    CHECK_EQUAL(two.compute, 2 * one.compute);
}

TEST("what exceeds a bound is refused with what would fit, which does fit") {
    const MemoryBound bound{total(2048), "the memory limit"};
    require_memory(model(), {context(2048)}, bound);
    CHECK_ERROR(ErrorCode::out_of_memory, "the memory limit is", require_memory(model(), {context(8192)}, bound));
    CHECK_ERROR(ErrorCode::out_of_memory, "a context of 2048 tokens would fit",
                require_memory(model(), {context(8192)}, bound));
    CHECK_ERROR(ErrorCode::out_of_memory, "a context of 2048 tokens would fit",
                require_memory(model(), {context(most_context_size)}, bound));
    CHECK_ERROR(ErrorCode::out_of_memory, "no context would fit",
                require_memory(model(), {context(8192)}, MemoryBound{1000, "the memory limit"}));
}

TEST("without a bound nothing is refused, and below it a header is enough") {
    require_memory(model(), {context(most_context_size)}, {});
    require_memory(model(), {context(4096)}, MemoryBound{uint64_t{1} << 40, "the memory limit"});
}

TEST("a judge that does not fit is not loaded, and its second context is not made") {
    CHECK_ERROR(ErrorCode::out_of_memory, "the memory limit is 1 MB",
                Judge(model(), context(512), MemoryBound{1000000, "the memory limit"}, nullptr, nullptr));
    Judge judge(model(), context(512), MemoryBound{total(512), "the memory limit"}, nullptr, nullptr);
    const Tokens score_tokens = {17, 18, 19};
    CaptureOptions plain;
    plain.plain_attention = true;
    judge.capture(prompt(100), score_tokens, {}, nullptr);
    CHECK_ERROR(ErrorCode::out_of_memory, "the memory limit is",
                judge.capture(prompt(100), score_tokens, plain, nullptr));
    judge.capture(prompt(100), score_tokens, {}, nullptr);
}
