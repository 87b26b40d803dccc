#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ggml.h"
#include "gguf.h"

namespace lager {

struct GgufShard {
    std::string path;
    std::unique_ptr<gguf_context, decltype(&gguf_free)> meta;  // the header
};

// Checks that the file is a GGUF whose tensors lie wholly inside it (all shards of a split file).
// Throws `invalid_gguf` with the reason; llama.cpp itself would only log it. Returns all shards in
// order: just `path` itself unless it is split (-00001-of-0000N).
std::vector<GgufShard> open_gguf(const std::string & path);

// The architecture that a file's header names, also of one that cannot be loaded; empty when there is
// no such header.
std::string gguf_architecture(const std::string & path);

// Reads the given rows (first dimension contiguous) of a 2-d tensor as they are stored, one after
// another. Weights in a repacked CPU buffer cannot be read back, so they come from here.
// Throws `internal` when tensor, type or row do not fit.
std::vector<uint8_t> read_gguf_rows(const std::vector<std::string> & shards, const std::string & tensor, ggml_type type,
                                    int64_t row_length, const std::vector<int64_t> & rows);

}  // namespace lager
