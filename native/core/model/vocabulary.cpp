#include "core/model/vocabulary.h"

#include <algorithm>
#include <cstring>

#include "core/error.h"
#include "core/model/deep_stack.h"

namespace lager {
namespace {

// Most pre-tokenisers of BPE vocabularies are std::regex, which calls itself for each character of a run
// of one class: 350 bytes of stack are used for each with GCC, and threads have 8 MiB, often less.
constexpr size_t stack_per_byte = 512;
constexpr size_t spare_stack = 1 << 20;
// Text for which every thread's stack is deep enough.
constexpr size_t shallow_text = 2048;
// Whatever the context: no stack of more than 4 GiB is asked for.
constexpr size_t longest_text = 8 << 20;

constexpr size_t code_points = 0x110000;
// SentencePiece writes a blank so.
constexpr uint32_t blank = 0x2581;

// Calls `visit(code point, bytes)` for each character of a UTF-8 text; what is no UTF-8 goes byte by byte,
// as a code point that there is not.
template <typename Visit>
void for_each_character(const std::string & text, const Visit & visit) {
    for (size_t at = 0; at < text.size();) {
        const auto first = static_cast<unsigned char>(text[at]);
        const size_t length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 0;
        if (length == 0 || at + length > text.size()) {
            visit(static_cast<uint32_t>(code_points), size_t{1});
            at += 1;
            continue;
        }
        uint32_t character = length == 1 ? first : first & (0x7f >> length);
        for (size_t i = 1; i < length; ++i) {
            character = character << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3f);
        }
        visit(character, length);
        at += length;
    }
}

[[noreturn]] void refuse(const std::string & text, const std::string & why) {
    throw Error(ErrorCode::prompt_too_long, "a text of " + std::to_string(text.size()) + " bytes " + why);
}

}  // namespace

Vocabulary::Vocabulary(const llama_vocab * vocab) : vocab_(vocab) {
    for (int32_t id = 0; !is_kind(LLAMA_VOCAB_TYPE_NONE) && id < size(); ++id) {
        longest_token_ = std::max(longest_token_, std::strlen(llama_vocab_get_text(vocab_, id)));
    }
}

bool Vocabulary::holds_character(uint32_t character) const {
    std::call_once(characters_made_, [this] {
        characters_.resize(code_points);
        for (int32_t id = 0; id < size(); ++id) {
            for_each_character(llama_vocab_get_text(vocab_, id), [this](uint32_t held, size_t) {
                if (held < code_points) {
                    characters_[held] = true;
                }
            });
        }
    });
    return character < code_points && characters_[character == ' ' ? blank : character];
}

// A token holds at most the longest text. A character that no text of SentencePiece holds becomes a token
// for each of its bytes; llama.cpp takes quadratic time for those.
size_t Vocabulary::fewest_tokens(const std::string & text) const {
    size_t held = 0;
    size_t fewest = 0;
    for_each_character(text, [&](uint32_t character, size_t bytes) {
        const bool in_bytes = is_kind(LLAMA_VOCAB_TYPE_SPM) && !holds_character(character);
        (in_bytes ? fewest : held) += bytes;
    });
    return fewest + held / std::max(longest_token_, size_t{1});
}

void Vocabulary::require_can_fit(const std::string & text, int32_t context_size) const {
    if (text.size() <= shallow_text) {
        return;
    }
    if (text.size() > longest_text) {
        refuse(text, "is longer than the " + std::to_string(longest_text) + " that are tokenised");
    }
    // The other kinds may leave out blanks.
    if (!is_kind(LLAMA_VOCAB_TYPE_BPE) && !is_kind(LLAMA_VOCAB_TYPE_SPM)) {
        return;
    }
    const size_t fewest = fewest_tokens(text);
    if (fewest > static_cast<size_t>(context_size)) {
        refuse(text, "cannot fit: it has at least " + std::to_string(fewest) + " tokens, and the context holds " +
                         std::to_string(context_size));
    }
}

std::vector<int32_t> Vocabulary::tokenize_piece(const TextPiece & piece) const {
    const auto length = static_cast<int32_t>(piece.text.size());
    // A token covers at least a byte, but for what the tokeniser adds in front.
    std::vector<int32_t> tokens(piece.text.size() + 16);
    const auto tokenize = [&] {
        return llama_tokenize(vocab_, piece.text.data(), length, tokens.data(), static_cast<int32_t>(tokens.size()),
                              false, piece.special);
    };
    int32_t count = tokenize();
    if (count < 0 && count != INT32_MIN) {
        tokens.resize(static_cast<size_t>(-count));
        count = tokenize();
    }
    if (count < 0) {
        throw Error(ErrorCode::internal, "llama.cpp could not tokenise a text");
    }
    tokens.resize(static_cast<size_t>(count));
    return tokens;
}

std::vector<std::vector<int32_t>> Vocabulary::tokenize(const std::vector<TextPiece> & pieces,
                                                       int32_t context_size) const {
    if (is_kind(LLAMA_VOCAB_TYPE_NONE)) {
        throw Error(ErrorCode::unsupported_judge, "the model has no vocabulary, so no text can be tokenised");
    }
    for (const TextPiece & piece : pieces) {
        require_can_fit(piece.text, context_size);
    }
    std::vector<std::vector<int32_t>> all(pieces.size());
    for (size_t i = 0; i < pieces.size(); ++i) {
        const TextPiece & piece = pieces[i];
        const auto job = [&] { all[i] = tokenize_piece(piece); };
        if (piece.text.size() <= shallow_text || !is_kind(LLAMA_VOCAB_TYPE_BPE)) {
            job();
        } else if (!run_on_deep_stack(spare_stack + piece.text.size() * stack_per_byte, job)) {
            refuse(piece.text, "needs more stack to be tokenised than there is");
        }
    }
    return all;
}

std::string Vocabulary::token_text(int32_t token) const {
    if (token < 0 || token >= size()) {
        throw Error(ErrorCode::invalid_argument, "token " + std::to_string(token) + " is not in the vocabulary");
    }
    if (is_kind(LLAMA_VOCAB_TYPE_NONE)) {
        return "";
    }
    std::string text(64, '\0');
    int32_t length = llama_token_to_piece(vocab_, token, text.data(), static_cast<int32_t>(text.size()), 0, true);
    if (length < 0) {
        text.resize(static_cast<size_t>(-length));
        length = llama_token_to_piece(vocab_, token, text.data(), static_cast<int32_t>(text.size()), 0, true);
    }
    text.resize(length < 0 ? 0 : static_cast<size_t>(length));
    return text;
}

std::string Vocabulary::text_of(const std::vector<int32_t> & tokens) const {
    std::string text;
    for (const int32_t token : tokens) {
        text += token_text(token);
    }
    return text;
}

std::vector<SpecialToken> Vocabulary::special_tokens() const {
    std::vector<SpecialToken> specials;
    if (is_kind(LLAMA_VOCAB_TYPE_NONE)) {
        return specials;
    }
    for (int32_t id = 0; id < size(); ++id) {
        const llama_token_attr attr = llama_vocab_get_attr(vocab_, id);
        const char * kind = (attr & LLAMA_TOKEN_ATTR_CONTROL) != 0        ? "control"
                            : (attr & LLAMA_TOKEN_ATTR_USER_DEFINED) != 0 ? "user-defined"
                            : (attr & LLAMA_TOKEN_ATTR_UNKNOWN) != 0      ? "unknown"
                                                                          : nullptr;
        if (kind == nullptr) {
            continue;
        }
        std::string text = llama_vocab_get_text(vocab_, id);
        if (!text.empty()) {
            specials.push_back(SpecialToken{id, std::move(text), kind});
        }
    }
    return specials;
}

}  // namespace lager
