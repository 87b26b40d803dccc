#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "llama.h"

namespace lager {

struct SpecialToken {
    int32_t id;
    std::string text;
    std::string kind;  // "control", "user-defined" or "unknown"
};

struct TextPiece {
    std::string text;
    bool special;  // whether texts of special tokens become those tokens
};

// A judge's vocabulary. It can be used from any thread while a context decodes.
class Vocabulary {
public:
    // `vocab` belongs to the model, which has to stay.
    explicit Vocabulary(const llama_vocab * vocab);

    int32_t size() const { return llama_vocab_n_tokens(vocab_); }
    int32_t bos_token() const { return llama_vocab_bos(vocab_); }  // LLAMA_TOKEN_NULL: none
    int32_t eos_token() const { return llama_vocab_eos(vocab_); }
    bool adds_bos() const { return llama_vocab_get_add_bos(vocab_); }
    // Whether the token ends a turn or a text.
    bool ends_generation(int32_t token) const { return llama_vocab_is_eog(vocab_, token); }

    // Ids of each piece on its own; neither BOS nor EOS is added. Throws `unsupported_judge` when there is
    // no vocabulary, and `prompt_too_long`, before it is tokenised, for a piece that cannot fit into
    // `context_size` tokens, however it is spelt.
    std::vector<std::vector<int32_t>> tokenize(const std::vector<TextPiece> & pieces, int32_t context_size) const;
    // Text of a token, special tokens shown; bytes as they are.
    std::string token_text(int32_t token) const;
    // The texts of tokens one after the other: a character may be spread over several.
    std::string text_of(const std::vector<int32_t> & tokens) const;
    std::vector<SpecialToken> special_tokens() const;

private:
    bool is_kind(enum llama_vocab_type kind) const { return llama_vocab_type(vocab_) == kind; }
    void require_can_fit(const std::string & text, int32_t context_size) const;
    size_t fewest_tokens(const std::string & text) const;
    bool holds_character(uint32_t character) const;
    std::vector<int32_t> tokenize_piece(const TextPiece & piece) const;

    const llama_vocab * vocab_;
    size_t longest_token_ = 0;  // bytes of the longest text
    // By code point: whether some token's text holds it. Made for the first long text.
    mutable std::once_flag characters_made_;
    mutable std::vector<bool> characters_;
};

}  // namespace lager
