#include "core/model/gguf_file.h"

#include "test/check.h"

using namespace lager;
using namespace lager::test;

TEST("a whole GGUF passes") { open_gguf(paths.model("llama-spm-tied")); }

TEST("a text file is not a GGUF") {
    CHECK_ERROR(ErrorCode::invalid_gguf, "does not start with", open_gguf(paths.model("not-a-gguf")));
}

TEST("a truncated GGUF is told by its first tensor that is cut") {
    CHECK_ERROR(ErrorCode::invalid_gguf, "is truncated: tensor", open_gguf(paths.model("truncated")));
}

TEST("a missing file is told") {
    CHECK_ERROR(ErrorCode::invalid_gguf, "cannot be opened", open_gguf(paths.model("nowhere")));
}

TEST("an unsplit file is its only shard") { CHECK_EQUAL(open_gguf(paths.model("llama-spm-tied")).size(), size_t{1}); }

TEST("the architecture is read from the header, as far as there is one") {
    CHECK_EQUAL(gguf_architecture(paths.model("gemma2-softcap")), "gemma2");
    CHECK_EQUAL(gguf_architecture(paths.model("bert-embedding")), "bert");
    CHECK_EQUAL(gguf_architecture(paths.model("truncated")), "llama");
    CHECK_EQUAL(gguf_architecture(paths.model("not-a-gguf")), "");
    CHECK_EQUAL(gguf_architecture(paths.model("nowhere")), "");
}

TEST("of a split model only the first part is a path of it, and every part is checked") {
    const std::string prefix = paths.fixtures + "/llama-split-0000";
    CHECK_EQUAL(open_gguf(prefix + "1-of-00003.gguf").size(), size_t{3});
    CHECK_ERROR(ErrorCode::invalid_gguf, "is part 2 of 3", open_gguf(prefix + "2-of-00003.gguf"));
}

TEST("rows outside a tensor, unknown tensors and other types are refused") {
    const std::vector<std::string> shards = {paths.model("llama-f16")};
    CHECK_ERROR(ErrorCode::internal, "is not in the GGUF", read_gguf_rows(shards, "nothing", GGML_TYPE_F16, 64, {0}));
    CHECK_ERROR(ErrorCode::internal, "another type",
                read_gguf_rows(shards, "token_embd.weight", GGML_TYPE_Q4_0, 64, {0}));
    CHECK_ERROR(ErrorCode::internal, "outside tensor",
                read_gguf_rows(shards, "token_embd.weight", GGML_TYPE_F16, 256, {1 << 30}));
}
