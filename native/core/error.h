#pragma once

#include <stdexcept>
#include <string>

namespace lager {

// The part of the package's closed set of codes that native code can raise. The names are those of
// src/errors.ts; nobody matches messages.
enum class ErrorCode {
    invalid_argument,
    prompt_too_long,
    invalid_gguf,
    unsupported_judge,
    invalid_adapter,
    backend_unavailable,
    out_of_memory,
    decode_failed,
    capture_incomplete,
    head_mismatch,
    aborted,
    disposed,
    internal,
};

// The code as src/errors.ts spells it, e.g. "UNSUPPORTED_JUDGE".
const char * code_name(ErrorCode code);

class Error : public std::runtime_error {
public:
    Error(ErrorCode code, const std::string & message) : std::runtime_error(message), code_(code) {}

    ErrorCode code() const { return code_; }

private:
    ErrorCode code_;
};

}  // namespace lager
