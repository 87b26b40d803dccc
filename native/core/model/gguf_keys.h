#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gguf.h"

namespace lager {

// Metadata of a GGUF, asked for in ways that no file can make fail: gguf's own functions assert the type.

// The number of a key of any integer type; none when there is no such key.
std::optional<int64_t> gguf_integer(const gguf_context & gguf, const std::string & key);
// The numbers of a key that holds one for all layers or one a layer; none when there is no such key.
std::vector<int64_t> gguf_integers(const gguf_context & gguf, const std::string & key);
std::string gguf_text(const gguf_context & gguf, const std::string & key);

}  // namespace lager
