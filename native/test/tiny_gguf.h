#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace lager::test {

/// One kind of file that the generator can write. Of a split model the name is the first part's, and
/// the others lie beside it.
struct TinyGguf {
    std::string name;         ///< name of the variant; the file is `<name>.gguf`
    std::string description;  ///< what is special about it, in one line
    bool loads;               ///< whether llama.cpp can load it
    bool is_causal;           ///< whether it predicts next tokens, as a judge must
};

struct TinyGgufOptions {
    /// Jinja chat template to store; empty for none; absent for the variant's own.
    std::optional<std::string> chat_template;
    uint64_t seed = 1;
};

/// All variants, in a fixed order.
std::vector<TinyGguf> tiny_ggufs();

/// Writes one variant: a random model of 3 or 4 layers with a real tokeniser, or a LoRA adapter for
/// one.
///
/// `vocab_dir` holds llama.cpp's vocabulary files (`ggml-vocab-*.gguf`). The same name, seed and
/// template give the same file. An existing file is replaced.
/// Throws std::invalid_argument for an unknown name, std::runtime_error if a file cannot be read or
/// written.
void write_tiny_gguf(const std::string & name, const std::filesystem::path & vocab_dir,
                     const std::filesystem::path & file, const TinyGgufOptions & options = {});

}  // namespace lager::test
