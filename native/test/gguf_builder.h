#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "ggml.h"
#include "gguf.h"

namespace lager::test {

/// Uniform random values: `mean` ± sqrt(3) · `deviation`.
struct Distribution {
    double mean = 0.0;
    double deviation = 0.0;
};

/// Collects metadata and random tensors in memory and writes them as one GGUF file.
///
/// Every tensor draws from its own stream, seeded with the builder's seed and the tensor's name, so
/// that a tensor's values do not depend on which others a file has. The values before quantisation
/// are the same on every machine: integers of a fixed generator, scaled by one multiplication.
class GgufBuilder {
public:
    explicit GgufBuilder(uint64_t seed);

    /// Copies all keys below `tokenizer.` of a vocabulary file, chat templates left out.
    /// Returns the number of tokens. Throws std::runtime_error if the file is not such a file.
    int64_t copy_tokenizer(const std::filesystem::path & vocab_file);

    void set(const std::string & key, uint32_t value);
    void set(const std::string & key, float value);
    void set(const std::string & key, bool value);
    void set(const std::string & key, const std::string & value);
    void set(const std::string & key, const std::vector<std::string> & values);
    void remove(const std::string & key);

    /// Adds a tensor of shape `ne` (innermost dimension first) with random values; integers are all 0.
    /// Throws std::invalid_argument if a row does not fill whole blocks of `type`.
    void add(const std::string & name, ggml_type type, const std::vector<int64_t> & ne, const Distribution & values);

    /// Writes to a temporary neighbour and renames it, so that a file with this name is whole.
    void write(const std::filesystem::path & file) const;

    /// Writes the tensors in several files, the metadata in the first, as llama.cpp's gguf-split does.
    /// `first` is called `<name>-00001-of-0000N.gguf` and names the others.
    void write_split(const std::filesystem::path & first, int parts) const;

private:
    struct FreeGguf {
        void operator()(gguf_context * context) const { gguf_free(context); }
    };
    struct FreeGgml {
        void operator()(ggml_context * context) const { ggml_free(context); }
    };

    uint64_t seed_;
    std::unique_ptr<gguf_context, FreeGguf> gguf_;
    std::unique_ptr<ggml_context, FreeGgml> tensors_;  // names, types and shapes only
    std::vector<std::vector<std::byte>> data_;         // what the tensors' data pointers point to
};

}  // namespace lager::test
