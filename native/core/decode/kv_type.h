#pragma once

#include <string>

#include "core/model/judge_model.h"
#include "ggml.h"

namespace lager {

// The type of the key-value cache's numbers by ggml's name of it. Throws `invalid_argument` for a name
// that is none, and for a quantised type that cannot be used: without flash attention, which
// llama.cpp needs to read it, or where the judge's heads are no whole number of its blocks.
ggml_type kv_type_of(const std::string & name, bool flash_attention, const JudgeModel & model);

// Numbers in one head's key or value (`which`: "key_length" or "value_length"), as the metadata say, or
// as they follow from them; 0 where they do not tell.
int64_t head_size(const JudgeModel & model, const char * which);

}  // namespace lager
