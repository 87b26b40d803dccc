#include "core/decode/pack_plan.h"

#include <algorithm>
#include <random>

#include "test/check.h"

using namespace lager;
using namespace lager::test;

namespace {

using Tokens = std::vector<int32_t>;

Tokens join(const Tokens & a, const Tokens & b) {
    Tokens joined = a;
    joined.insert(joined.end(), b.begin(), b.end());
    return joined;
}

// `length` tokens that no other `salt` has.
Tokens run(size_t length, int32_t salt) {
    Tokens tokens;
    for (size_t i = 0; i < length; ++i) {
        tokens.push_back(salt * 1000 + static_cast<int32_t>(i));
    }
    return tokens;
}

// Does what the plan says to streams of tokens, and checks at each step that it can be done.
std::vector<Tokens> carry_out(const PackPlan & plan, const std::vector<Tokens> & prompts, std::vector<Tokens> streams) {
    std::vector<size_t> prompt_of(streams.size(), prompts.size());
    for (size_t i = 0; i < prompts.size(); ++i) {
        CHECK(plan.stream_of[i] >= 0 && static_cast<size_t>(plan.stream_of[i]) < prompts.size());
        prompt_of[static_cast<size_t>(plan.stream_of[i])] = i;
    }
    for (const PackPlan::Wave & wave : plan.waves) {
        for (const PackPlan::Start & start : wave.starts) {
            Tokens & stream = streams[static_cast<size_t>(start.stream)];
            if (start.source != PackPlan::Start::nothing) {
                stream = Tokens(streams[static_cast<size_t>(start.source)]);
            }
            CHECK(static_cast<size_t>(start.keep) <= stream.size());
            stream.resize(static_cast<size_t>(start.keep));
        }
        for (const PackPlan::Part & part : wave.parts) {
            Tokens & stream = streams[static_cast<size_t>(part.stream)];
            const Tokens & prompt = prompts[prompt_of[static_cast<size_t>(part.stream)]];
            CHECK_EQUAL(stream.size(), static_cast<size_t>(part.begin));
            CHECK(part.end > part.begin);
            stream.insert(stream.end(), prompt.begin() + part.begin, prompt.begin() + part.end);
        }
    }
    return streams;
}

int64_t decoded(const PackPlan & plan) {
    int64_t tokens = static_cast<int64_t>(plan.stream_of.size());  // the last ones
    for (const PackPlan::Wave & wave : plan.waves) {
        for (const PackPlan::Part & part : wave.parts) {
            tokens += part.end - part.begin;
        }
    }
    return tokens;
}

// Every stream ends with its prompt but for the last token, and `reused` adds up.
PackPlan check_plan(const std::vector<Tokens> & prompts, const std::vector<Tokens> & held, bool can_copy = true) {
    const PackPlan plan = plan_pack(prompts, held, can_copy);
    const std::vector<Tokens> streams = carry_out(plan, prompts, held);
    int64_t expected = 0;
    for (size_t i = 0; i < prompts.size(); ++i) {
        const Tokens & stream = streams[static_cast<size_t>(plan.stream_of[i])];
        CHECK_EQUAL(stream.size() + 1, prompts[i].size());
        CHECK(std::equal(stream.begin(), stream.end(), prompts[i].begin()));
        expected += static_cast<int64_t>(prompts[i].size()) - plan.reused[i];
    }
    CHECK_EQUAL(decoded(plan), expected);
    return plan;
}

}  // namespace

TEST("a pack decodes what its prompts share once") {
    const Tokens rubric = run(100, 1);
    const Tokens item = join(rubric, run(50, 2));
    const std::vector<Tokens> prompts = {join(item, run(20, 3)), join(item, run(30, 4)), join(rubric, run(60, 5)),
                                         run(40, 6)};
    const PackPlan plan = check_plan(prompts, std::vector<Tokens>(4));
    CHECK_EQUAL(decoded(plan), int64_t{100 + 50 + 20 + 30 + 60 + 40});
    // The rubric, then the item, then all the rest.
    CHECK_EQUAL(plan.waves.size(), size_t{3});
}

TEST("a pack goes on from what its streams hold") {
    const Tokens rubric = run(100, 1);
    const std::vector<Tokens> held = {run(70, 9), join(rubric, run(80, 2)), {}, join(rubric, run(10, 3))};
    const std::vector<Tokens> prompts = {join(rubric, run(20, 4)), join(rubric, run(30, 5)), join(held[1], run(5, 6))};
    const PackPlan plan = check_plan(prompts, held);
    CHECK_EQUAL(decoded(plan), int64_t{20 + 30 + 5});
    CHECK_EQUAL(plan.waves.size(), size_t{1});
    CHECK_EQUAL(plan.stream_of[2], 1);  // it takes most of that stream
}

TEST("prompts that are equal, short or of one token are planned") {
    const Tokens same = run(50, 1);
    check_plan({same, same, same}, std::vector<Tokens>(3));
    check_plan({same, same, same}, {same, same, same});
    check_plan({{7}, {7}, {8}, same}, {{7}, same, {}, {}});
}

TEST("without copies every prompt is decoded whole") {
    const Tokens same = run(50, 1);
    const PackPlan plan = check_plan({same, same}, {same, {}}, false);
    CHECK_EQUAL(decoded(plan), int64_t{100});
}

TEST("plans of drawn packs can be carried out, and decode no more than each prompt for itself") {
    std::mt19937 draw(20261124);
    std::vector<Tokens> streams(8);
    for (int round = 0; round < 300; ++round) {
        const size_t count = 1 + draw() % streams.size();
        std::vector<Tokens> prompts;
        for (size_t i = 0; i < count; ++i) {
            Tokens prompt;
            // Few beginnings of a few lengths, so that all kinds of sharing come up.
            while (prompt.empty() || draw() % 3 != 0) {
                prompt = join(prompt, run(1 + draw() % 40, static_cast<int32_t>(draw() % 2)));
            }
            prompts.push_back(prompt);
        }
        const PackPlan plan = check_plan(prompts, streams);
        streams = carry_out(plan, prompts, streams);
        for (size_t i = 0; i < count; ++i) {
            streams[static_cast<size_t>(plan.stream_of[i])].push_back(prompts[i].back());
        }
    }
}
