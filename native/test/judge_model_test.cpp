#include "core/model/judge_model.h"

#include "test/check.h"

using namespace lager;
using namespace lager::test;

namespace {

std::shared_ptr<JudgeModel> load(const std::string & name) {
    return JudgeModel::load(ModelOptions{paths.model(name), {}, 0}, nullptr, nullptr);
}

}  // namespace

TEST("loading can be aborted, and an exception of the callback does not cross llama.cpp") {
    const ModelOptions options{paths.model("llama-spm-tied"), {}, 0};
    CHECK_ERROR(ErrorCode::aborted, "aborted", JudgeModel::load(options, nullptr, [] { return true; }));
    CHECK_ERROR(ErrorCode::aborted, "aborted",
                JudgeModel::load(options, [](float) { throw std::runtime_error("no"); }, nullptr));
}

TEST("an unknown device is refused") {
    CHECK_ERROR(ErrorCode::backend_unavailable, "Nope0",
                JudgeModel::load(ModelOptions{paths.model("llama-spm-tied"), {"Nope0"}, -1}, nullptr, nullptr));
}

TEST("special tokens are read only when asked for") {
    const auto model = load("qwen2-bpe");
    const auto ids = model->vocabulary().tokenize({{"<|im_start|>user", true}, {"<|im_start|>user", false}}, 512);
    CHECK(ids[0].size() < ids[1].size());
    CHECK_EQUAL(model->vocabulary().token_text(ids[0][0]), std::string("<|im_start|>"));
    bool listed = false;
    for (const SpecialToken & special : model->vocabulary().special_tokens()) {
        listed = listed || (special.id == ids[0][0] && special.kind == "control");
    }
    CHECK(listed);
}

TEST("no text, long text and bytes that are no UTF-8 can be tokenised") {
    const auto model = load("llama-spm-tied");
    std::string lots;
    for (int i = 0; i < 2000; ++i) {
        lots += "word ";
    }
    const auto ids = model->vocabulary().tokenize({{"", true}, {lots, true}, {"\xff\xfe", true}}, 4096);
    CHECK_EQUAL(ids[0].size(), size_t{0});
    CHECK(ids[1].size() >= 2000);
    CHECK(!ids[2].empty());
}

TEST("a run of 200 000 letters is tokenised, also by a pre-tokeniser that calls itself for each") {
    const std::string letters(200000, 'a');
    for (const char * name : {"llama-bpe-untied", "phi2-bias", "qwen2-bpe"}) {
        const auto model = load(name);
        CHECK_EQUAL(model->vocabulary().text_of(model->vocabulary().tokenize({{letters, false}}, 1 << 20).front()),
                    letters);
    }
}

TEST("a text that cannot fit the context, however it is spelt, is refused before it is tokenised") {
    CHECK_ERROR(ErrorCode::prompt_too_long, "the context holds 64",
                load("llama-bpe-untied")->vocabulary().tokenize({{std::string(100000, 'a'), false}}, 64));
}

TEST("characters that no SentencePiece token holds count as their bytes before a text is tokenised") {
    const auto model = load("llama-spm-tied");
    std::string rare;
    for (int i = 0; i < 20000; ++i) {
        rare += "\xea\x80\x80";
    }
    CHECK_ERROR(ErrorCode::prompt_too_long, "has at least 60000 tokens",
                model->vocabulary().tokenize({{rare, false}}, 8192));
    // The blank in front is a token of its own.
    CHECK_EQUAL(model->vocabulary().tokenize({{rare, false}}, 60000).front().size(), size_t{60001});
}

TEST("a text of more than 8 MiB is refused, whatever the vocabulary and the context") {
    for (const char * name : {"llama-bpe-untied", "llama-spm-tied"}) {
        CHECK_ERROR(ErrorCode::prompt_too_long, "is longer than",
                    load(name)->vocabulary().tokenize({{std::string(9 << 20, 'a'), false}}, 1 << 30));
    }
}

TEST("token ids outside the vocabulary have no text") {
    const auto model = load("llama-spm-tied");
    CHECK_ERROR(ErrorCode::invalid_argument, "not in the vocabulary", model->vocabulary().token_text(-1));
    CHECK_ERROR(ErrorCode::invalid_argument, "not in the vocabulary",
                model->vocabulary().token_text(model->vocabulary().size()));
}

TEST("metadata and chat template are read") {
    const auto model = load("qwen2-bpe");
    CHECK_EQUAL(model->architecture(), std::string("qwen2"));
    CHECK(model->chat_template().find("im_start") != std::string::npos);
    CHECK_EQUAL(model->metadata("no.such.key"), std::string(""));
    CHECK(model->all_metadata().count("general.architecture") == 1);
    CHECK_EQUAL(load("llama-spm-tied")->chat_template(), std::string(""));
}
