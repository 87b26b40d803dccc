#pragma once

#include "tools/prompts.h"

namespace lager::test {

// A prompt of the tiny models, which know all of these token ids.
inline Tokens prompt(size_t length, uint32_t salt = 1) { return lager::prompt(length, 30000, salt); }

}  // namespace lager::test
