#include "gguf_file.h"

#include "check.h"

using namespace lager;
using namespace lager::test;

TEST("a whole GGUF passes") { check_gguf(paths.model("llama-spm-tied")); }

TEST("a text file is not a GGUF") {
    CHECK_ERROR(ErrorCode::invalid_gguf, "does not start with", check_gguf(paths.model("not-a-gguf")));
}

TEST("a truncated GGUF is told by its first tensor that is cut") {
    CHECK_ERROR(ErrorCode::invalid_gguf, "is truncated: tensor", check_gguf(paths.model("truncated")));
}

TEST("a missing file is told") {
    CHECK_ERROR(ErrorCode::invalid_gguf, "cannot be opened", check_gguf(paths.model("nowhere")));
}

TEST("an unsplit file is its only shard") {
    CHECK_EQUAL(gguf_shards(paths.model("llama-spm-tied")).size(), size_t{1});
}

TEST("rows outside a tensor, unknown tensors and other types are refused") {
    const std::vector<std::string> shards = {paths.model("llama-f16")};
    CHECK_ERROR(ErrorCode::internal, "is not in the GGUF", read_gguf_rows(shards, "nothing", GGML_TYPE_F16, 64, {0}));
    CHECK_ERROR(ErrorCode::internal, "another type",
                read_gguf_rows(shards, "token_embd.weight", GGML_TYPE_Q4_0, 64, {0}));
    CHECK_ERROR(ErrorCode::internal, "outside tensor",
                read_gguf_rows(shards, "token_embd.weight", GGML_TYPE_F16, 256, {1 << 30}));
}
