#pragma once

#include <vector>

#include "core/decode/decoder.h"
#include "core/decode/pack_plan.h"

namespace lager {

// Decodes what the plan of a pack says: everything but each prompt's last token. `prompt_of` are the prompts by
// stream. Throws as `Decoder::decode`.
void decode_pack(Decoder & decoder, const PackPlan & plan, const std::vector<const Tokens *> & prompt_of,
                 const AbortCheck & aborted);

}  // namespace lager
